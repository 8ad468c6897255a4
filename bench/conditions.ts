import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { compileCondition } from "../collector/cel/expression.ts";
import { RecordView } from "../collector/cel/record-view.ts";
import type { LogsConsumer, ProcessorFactory } from "../collector/component.ts";
import { type AuditLogRecord, auditRecord, parseObject } from "../collector/record.ts";
import { factory as filter } from "../processors/filter/factory.ts";
import { factory as redact } from "../processors/redact/factory.ts";
import { factory as transform } from "../processors/transform/factory.ts";
import { factory as xdr } from "../processors/xdr/factory.ts";
import { benchSettings } from "./bench-settings.ts";

const SAMPLES = "emulator/data/audit-records.ndjson";
const KEY = "a key for a benchmark";
const never = new AbortController().signal;

const CONDITIONS = [
  'event_name == "FileAccessed"',
  'event_name in ["FileAccessed", "FilePreviewed", "FileAccessedExtended"]',
  "severity < WARN",
  'attributes["user.name"] == "svc-backup@contoso.example"',
  'attributes["no.such.attribute"] == "x"',
  'attributes["user.name"].lowerAscii().endsWith("@contoso.example")',
  'attributes["user.name"].matches("^svc-[a-z]+@")',
  'body.Workload == "SharePoint" && body.UserType == 0',
  'body.Actor.exists(a, a.ID == "svc-backup")',
  'body_text.matches("(?i)denied|forbidden")',
] as const;

const PROCESSORS: readonly (readonly [
  name: string,
  factory: Pick<ProcessorFactory<unknown>, "config" | "create">,
  config: object,
])[] = [
  ["filter, these ten rules", filter, { rules: CONDITIONS.map((drop) => ({ drop })) }],
  ["transform, set one attribute", transform, { actions: [{ set: 'attributes["team"]', value: '"soc"' }] }],
  ["transform, delete a field of the body", transform, { actions: [{ delete: "body.UserType" }] }],
  ["redact, two names, hashed", redact, { hash_key: KEY, rules: [{ names: ["user.name", "UserId"], method: "hash" }] }],
  ["redact, a pattern", redact, { rules: [{ pattern: String.raw`\d(?:[ -]?\d){12,18}` }] }],
];

/** CPU time per record of conditions and of the processors that use them, beside JSON.parse of the same records. */
export async function conditions(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "300" } } });
  const rounds = Number(values.rounds);
  const records = await mapped();
  const yardstick = await perRecord(records, rounds, ({ body }) => void JSON.parse(String(body)));
  console.log(
    `${records.length} sample records, ${rounds} rounds; CPU time per record, and as a part of JSON.parse of its body\n`,
  );
  print("JSON.parse", yardstick, yardstick);
  for (const text of CONDITIONS) {
    const condition = compileCondition(text);
    if ("fault" in condition) throw new Error(condition.fault);
    let view: RecordView | undefined;
    const time = await perRecord(records, rounds, (record) => {
      view = (view ?? new RecordView(record)).show(record);
      condition.matches(view);
    });
    print(text, time, yardstick);
  }
  for (const [name, factory, config] of PROCESSORS) {
    const processor = factory.create(benchSettings(), factory.config.parse(config), { consume: async () => {} });
    const time = await perBatch(records, rounds, (batch) => processor.consume(batch, never));
    print(name, time, yardstick);
  }
  return true;
}

/** The sample records as `xdr` passes them on. */
async function mapped(): Promise<readonly ReadableLogRecord[]> {
  const resource = resourceFromAttributes({ "o365.integration": "o365/bench" });
  const scope = { name: "bench" };
  const received = readFileSync(SAMPLES, "utf8")
    .trim()
    .split("\n")
    .map((body, index): AuditLogRecord => {
      const parsed = parseObject(body);
      const operation = parsed?.["Operation"];
      return {
        hrTime: [1_782_907_200, 0],
        hrTimeObserved: [1_782_907_200, 0],
        body,
        ...(typeof operation === "string" ? { eventName: operation } : {}),
        attributes: { "o365.id": `bench-${index}` },
        droppedAttributesCount: 0,
        resource,
        instrumentationScope: scope,
        [auditRecord]: parsed,
      };
    });
  const out: ReadableLogRecord[] = [];
  const next: LogsConsumer = { consume: async (records) => void out.push(...records) };
  await xdr.create(benchSettings(), xdr.config.parse({}), next).consume(received, never);
  return out;
}

function perRecord(
  records: readonly ReadableLogRecord[],
  rounds: number,
  work: (record: ReadableLogRecord) => void,
): Promise<number> {
  return perBatch(records, rounds, async (batch) => batch.forEach(work));
}

/** Microseconds of CPU per record, after a tenth of the rounds for the compiler. */
async function perBatch(
  records: readonly ReadableLogRecord[],
  rounds: number,
  work: (batch: readonly ReadableLogRecord[]) => Promise<void>,
): Promise<number> {
  for (let round = 0; round < rounds / 10; round += 1) await work(records);
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await work(records);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / (rounds * records.length);
}

function print(name: string, microseconds: number, yardstick: number): void {
  const time = microseconds.toFixed(2).padStart(8);
  const part = (microseconds / yardstick).toFixed(2).padStart(6);
  console.log(`${time} µs ${part}  ${name}`);
}
