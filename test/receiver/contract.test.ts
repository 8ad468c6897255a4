import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openStorage } from "../../collector/storage/sqlite.ts";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { factory } from "../../receiver/factory.ts";
import { recordUid } from "../../receiver/records/record-uid.ts";
import { checkReceiverContract } from "../contract/receiver-contract.ts";
import { startTenant } from "../support/tenant.ts";
import { testSettings } from "../support/test-settings.ts";

checkReceiverContract("o365", async () => {
  const file = sampleRecordsFile();
  const source = await startTenant({ content: [{ kind: "records", files: [file], recordsPerBlob: 20 }] });
  const config = factory.config.parse(source.receiver());
  const storage = openStorage(join(source.folder, "state"));
  return {
    create: (branches) => factory.create({ ...testSettings({ id: "o365/contoso" }), storage }, config, branches),
    held: new Set(uidsOf(file)),
    tearDown: async () => {
      storage.close();
      await source.close();
    },
  };
});

function uidsOf(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const { Id, Operation } = JSON.parse(line) as { readonly Id: string; readonly Operation?: string };
    return recordUid(Id, Operation ?? "");
  });
}
