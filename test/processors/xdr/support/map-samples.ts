// Maps the first records that are shipped, again and again, and prints the last results as JSON.
import { readFileSync } from "node:fs";
import { XdrMapper } from "../../../../processors/xdr/mapper.ts";

const texts = readFileSync("emulator/data/audit-records.ndjson", "utf8").trimEnd().split("\n").slice(0, 20);
// The third record of a shape would be mapped by code.
const mapper = new XdrMapper({}, 1);
let mapped: readonly unknown[] = [];
for (let times = 0; times < 20; times += 1) {
  mapped = texts.map((text) => mapper.map({ record: JSON.parse(text), nowMs: 1 }));
}
console.log(JSON.stringify(mapped));
