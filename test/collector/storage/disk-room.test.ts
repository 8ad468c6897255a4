import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { suite, test } from "node:test";
import { roomFault, type FileSystemRoom } from "../../../collector/storage/disk-room.ts";

const MIB = 1024 * 1024;

suite("roomFault()", () => {
  const cases: readonly { readonly name: string; readonly room: FileSystemRoom; readonly says: RegExp | undefined }[] =
    [
      {
        name: "a full disk",
        room: { blocks: 256, bavail: 0, bsize: 4096 },
        says: /^fail .*only 0\.0 MiB are free on its disk, and/,
      },
      {
        name: "less than a transaction needs",
        room: { blocks: 9999, bavail: 7, bsize: MIB },
        says: /^fail .*7\.0 MiB/,
      },
      {
        name: "little room",
        room: { blocks: 9999, bavail: 255, bsize: MIB },
        says: /^warn .*255\.0 MiB are free on its disk; make room/,
      },
      { name: "room enough", room: { blocks: 9999, bavail: 256, bsize: MIB }, says: undefined },
      { name: "a file system without a size", room: { blocks: 0, bavail: 0, bsize: 4096 }, says: undefined },
    ];
  for (const { name, room, says } of cases) {
    test(`judges ${name}`, () => {
      const found = roomFault("/data", () => room);
      if (says === undefined) assert.equal(found, undefined);
      else assert.match(`${found?.level} ${found?.message}`, says);
    });
  }

  test("reads a real folder", () => {
    assert.doesNotThrow(() => roomFault(tmpdir()));
  });
});
