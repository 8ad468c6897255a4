import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, suite, test } from "node:test";
import {
  claimedLetters,
  claimLetters,
  exportersIn,
  findLetters,
} from "../../../../collector/replay/dead-letters/letter-files.ts";

const root = mkdtempSync(join(tmpdir(), "otel-o365-letter-files-"));

let folders = 0;
function storageWith(...names: readonly string[]): string {
  const directory = join(root, String((folders += 1)));
  mkdirSync(join(directory, "dead-letters"), { recursive: true });
  for (const name of names) writeFileSync(join(directory, "dead-letters", name), name);
  return directory;
}

suite("letter files", () => {
  after(() => rmSync(root, { recursive: true }));

  test("findLetters() gives the oldest first, and nothing that is no dead letter", () => {
    const one = storageWith(
      "a.jsonl",
      "a.10.jsonl",
      "a.9.jsonl",
      "b%2Fc.jsonl",
      "note.txt",
      "a.x.jsonl",
      "a.1.jsonl.gz",
    );
    const other = storageWith("a.1.jsonl");
    const found = findLetters([one, join(root, "absent"), other]);
    assert.deepEqual(
      found.filter(({ exporter }) => exporter === "a").map(({ path }) => basename(path)),
      ["a.9.jsonl", "a.10.jsonl", "a.jsonl", "a.1.jsonl"],
    );
    assert.deepEqual(
      found.filter(({ exporter }) => exporter !== "a").map(({ exporter }) => exporter),
      ["b%2Fc"],
    );
  });

  test("claimLetters() keeps their order, never writes over a file, and lets go what vanished", async () => {
    const folder = join(root, "claimed");
    const storages = [storageWith("a.2.jsonl", "a.jsonl"), storageWith("a.jsonl", "b.jsonl")];
    const vanished = { path: join(root, "vanished.jsonl"), exporter: "a" };
    const [first = "", second = ""] = storages;
    await claimLetters([...findLetters([first]), vanished], folder, 5000);
    // The clock was set back: the same names once more.
    await claimLetters(findLetters([second]), folder, 5000);
    assert.deepEqual(findLetters(storages), []);
    assert.deepEqual(
      claimedLetters(folder, "a").map((path) => readFileSync(path, "utf8")),
      ["a.2.jsonl", "a.jsonl", "a.jsonl"],
    );
    assert.deepEqual(exportersIn(folder).toSorted(), ["a", "b"]);
    assert.deepEqual(claimedLetters(join(root, "absent"), "a"), []);
  });
});
