import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { factory as bearertokenauth } from "../../extensions/bearertokenauth/factory.ts";
import { factory as debug } from "../../exporters/debug/factory.ts";
import { factory as file } from "../../exporters/file/factory.ts";
import { factory as otlpGrpc } from "../../exporters/otlp_grpc/factory.ts";
import { factory as batch } from "../../processors/batch/factory.ts";

/** Keys that the Collector's components of these names have and ours have no use for, and what is said about them. */
const CASES = [
  [otlpGrpc, { endpoint: "otlp.example.com:4317" }, { keepalive: { time: "30s" } }, /one connection.*; remove it/],
  [otlpGrpc, { endpoint: "otlp.example.com:4317" }, { wait_for_ready: true }, /tried again anyway; remove it/],
  [otlpGrpc, { endpoint: "otlp.example.com:4317" }, { authority: "a.example" }, /what endpoint says; remove it/],
  [file, { path: "a.jsonl" }, { append: false }, /would empty the file at every start; remove it/],
  [file, { path: "a.jsonl" }, { format: "proto" }, /must be "json"/],
  [file, { path: "a.jsonl" }, { compression: "zstd" }, /unreadable after a crash; .*rotation::compression/],
  [file, { path: "a.jsonl" }, { flush_interval: "1s" }, /written before it is acknowledged; remove it/],
  [file, { path: "a.jsonl" }, { create_directory: true }, /mistyped path; .*make the folder/],
  [debug, {}, { sampling_initial: 2 }, /every record is printed; remove it/],
  [debug, {}, { output_paths: ["stdout"] }, /standard output; remove it, or take the file exporter/],
  [batch, {}, { metadata_keys: ["tenant"] }, /not from clients with metadata; remove it/],
  [bearertokenauth, { token: "a" }, { wait_for_token_file: true }, /when a request needs it; remove it/],
] as const;

suite("keys of the Collector that have no use here", () => {
  for (const [factory, base, extra, says] of CASES) {
    const [key = ""] = Object.keys(extra);
    test(`${factory.type} refuses ${key} with what holds instead`, () => {
      const { error } = factory.config.safeParse({ ...base, ...extra });
      assert.deepEqual(
        error?.issues.map(({ path }) => path[0]),
        [key],
      );
      assert.match(error?.issues[0]?.message ?? "", says);
      assert.ok(factory.config.safeParse(base).success);
    });
  }

  test("file takes what it always does, said with the Collector's keys", () => {
    assert.ok(file.config.safeParse({ path: "a.jsonl", append: true, format: "json" }).success);
  });
});
