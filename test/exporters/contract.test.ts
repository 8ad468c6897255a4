import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { status } from "@grpc/grpc-js";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { factory as debugFactory } from "../../exporters/debug/factory.ts";
import { DebugExporter } from "../../exporters/debug/debug-exporter.ts";
import { factory as fileFactory } from "../../exporters/file/factory.ts";
import { factory as otlpGrpcFactory } from "../../exporters/otlp_grpc/factory.ts";
import { factory as otlpHttpFactory } from "../../exporters/otlp_http/factory.ts";
import { factory as sdkFactory } from "../../exporters/sdk/factory.ts";
import { SdkExporter } from "../../exporters/sdk/sdk-exporter.ts";
import { type BackendMood, checkExporterContract } from "../contract/exporter-contract.ts";
import { idsOf } from "../support/log-records.ts";
import { recordsOf } from "../support/otlp-record.ts";
import { type GrpcAnswer, startOtlpGrpcSink } from "../support/otlp-grpc-sink.ts";
import { type SinkAnswer, startOtlpSink } from "../support/otlp-sink.ts";
import { testSettings } from "../support/test-settings.ts";

type ExportResult = { readonly code: number; readonly error?: Error };
const SUCCESS: ExportResult = { code: 0 };
const FAILURE: ExportResult = { code: 1, error: new Error("busy") };

checkExporterContract("otlp_http", ["fail_for_now", "fail_for_good", "stall"], async () => {
  const answers: Readonly<Record<BackendMood, SinkAnswer>> = {
    accept: { kind: "ok" },
    fail_for_now: { kind: "status", status: 503 },
    fail_for_good: { kind: "status", status: 400 },
    stall: { kind: "stall" },
  };
  let mood: BackendMood = "accept";
  const sink = await startOtlpSink({ answer: () => answers[mood] });
  const config = otlpHttpFactory.config.parse({ endpoint: sink.url });
  return {
    exporter: otlpHttpFactory.create(testSettings(), config),
    setMood: (next) => {
      mood = next;
    },
    delivered: async () => sink.accepted().map((record) => String(record.attributes["o365.id"])),
    reached: () => sink.arrived(1),
    tearDown: () => sink.close(),
  };
});

checkExporterContract("otlp_grpc", ["fail_for_now", "fail_for_good", "stall"], async () => {
  const answers: Readonly<Record<BackendMood, GrpcAnswer>> = {
    accept: { kind: "ok" },
    fail_for_now: { kind: "status", code: status.UNAVAILABLE },
    fail_for_good: { kind: "status", code: status.INVALID_ARGUMENT },
    stall: { kind: "stall" },
  };
  let mood: BackendMood = "accept";
  const sink = await startOtlpGrpcSink({ answer: () => answers[mood] });
  const config = otlpGrpcFactory.config.parse({ endpoint: `http://${sink.target}` });
  return {
    exporter: otlpGrpcFactory.create(testSettings(), config),
    setMood: (next) => {
      mood = next;
    },
    delivered: async () => sink.accepted().map((record) => String(record.attributes["o365.id"])),
    reached: () => sink.reached,
    tearDown: () => sink.close(),
  };
});

checkExporterContract("sdk", ["fail_for_now", "stall"], async () => {
  const held: ReadableLogRecord[] = [];
  let mood: BackendMood = "accept";
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const exporter = new SdkExporter(testSettings(), sdkFactory.config.parse({}), {
    export: (records, callback: (result: ExportResult) => void) => {
      resolve();
      if (mood === "stall") return;
      if (mood === "accept") held.push(...records);
      callback(mood === "accept" ? SUCCESS : FAILURE);
    },
    shutdown: () => Promise.resolve(),
    forceFlush: () => Promise.resolve(),
  });
  return {
    exporter,
    setMood: (next) => {
      mood = next;
    },
    delivered: async () => idsOf(held),
    reached: () => reached,
    tearDown: async () => {},
  };
});

checkExporterContract("file", [], async () => {
  const directory = await mkdtemp(join(tmpdir(), "file-exporter-"));
  const path = join(directory, "out.jsonl");
  return {
    exporter: fileFactory.create(testSettings(), fileFactory.config.parse({ path })),
    setMood: () => undefined,
    delivered: async () =>
      (await readFile(path, "utf8"))
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => recordsOf(JSON.parse(line)))
        .map((record) => String(record.attributes["o365.id"])),
    tearDown: () => rm(directory, { recursive: true }),
  };
});

checkExporterContract("debug", ["stall"], async () => {
  let text = "";
  let stalled = false;
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      resolve();
      if (stalled) return;
      text += chunk.toString("utf8");
      done();
    },
  });
  return {
    exporter: new DebugExporter(testSettings(), debugFactory.config.parse({ verbosity: "detailed" }), output),
    setMood: (next) => {
      stalled = next === "stall";
    },
    delivered: async () => [...text.matchAll(/^ {4}o365\.id: (\S+)$/gm)].map((match) => match[1] ?? ""),
    reached: () => reached,
    tearDown: async () => {
      output.destroy();
    },
  };
});
