import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type {
  AnyFactory,
  Component,
  ExporterFactory,
  ExtensionFactory,
  LogsConsumer,
  ProcessorFactory,
} from "../../collector/component.ts";
import { counted } from "../../collector/counted.ts";
import { createDelivery } from "../../collector/delivery/delivery.ts";
import { factory as debug } from "../../exporters/debug/factory.ts";
import { factory as file } from "../../exporters/file/factory.ts";
import { factory as otlpGrpc } from "../../exporters/otlp_grpc/factory.ts";
import { factory as otlpHttp } from "../../exporters/otlp_http/factory.ts";
import { factory as sdk } from "../../exporters/sdk/factory.ts";
import { factory as basicAuth } from "../../extensions/basicauth/factory.ts";
import { factory as bearerTokenAuth } from "../../extensions/bearertokenauth/factory.ts";
import { factory as healthCheck } from "../../extensions/health_check/factory.ts";
import { factory as oauth2Client } from "../../extensions/oauth2client/factory.ts";
import { factory as batch } from "../../processors/batch/factory.ts";
import { factory as filter } from "../../processors/filter/factory.ts";
import { factory as redact } from "../../processors/redact/factory.ts";
import { factory as sdkProcessor } from "../../processors/sdk/factory.ts";
import { factory as transform } from "../../processors/transform/factory.ts";
import { configTable } from "../support/config-table.ts";
import { type TestSettings, testSettings } from "../support/test-settings.ts";

interface Documented {
  readonly path: string;
  readonly factory: AnyFactory;
  /** Makes the component, so that its instruments exist. */
  readonly create: (settings: TestSettings) => Component;
}

function exporter<C>(path: string, factory: ExporterFactory<C>, config: object = {}): Documented {
  const create = (settings: TestSettings): Component =>
    createDelivery(settings, factory.create(settings, factory.config.parse(config)), {
      deadLetters: { directory: "not-made", maxBytes: 0 },
    });
  return { path, factory, create };
}

function processor<C>(path: string, factory: ProcessorFactory<C>, config: object = {}): Documented {
  const next: LogsConsumer = { consume: async () => {} };
  const create = ({ meter, ...settings }: TestSettings): Component => {
    const made = factory.create({ ...settings, meter }, factory.config.parse(config), next);
    // As the graph does it.
    for (const name of ["otelcol_processor_incoming_items", "otelcol_processor_outgoing_items"] as const) {
      counted(made, meter, name, {});
    }
    return made;
  };
  return { path, factory, create };
}

function extension<C>(path: string, factory: ExtensionFactory<C>, config: object = {}): Documented {
  const health = (): never => assert.fail("nobody asks");
  return { path, factory, create: (settings) => factory.create({ ...settings, health }, factory.config.parse(config)) };
}

const components: readonly Documented[] = [
  exporter("exporters/otlp_http", otlpHttp, { endpoint: "http://127.0.0.1:4318" }),
  exporter("exporters/otlp_grpc", otlpGrpc, { endpoint: "http://127.0.0.1:4317" }),
  exporter("exporters/sdk", sdk),
  exporter("exporters/file", file, { path: "out.jsonl" }),
  exporter("exporters/debug", debug),
  processor("processors/batch", batch),
  processor("processors/filter", filter, { rules: [{ drop: "false" }] }),
  processor("processors/transform", transform, { actions: [{ delete: "body" }] }),
  processor("processors/sdk", sdkProcessor, { module: "./mine.mjs", export: "Mine" }),
  processor("processors/redact", redact, { rules: [{ pattern: "x" }] }),
  extension("extensions/health_check", healthCheck),
  extension("extensions/oauth2client", oauth2Client, {
    client_id: "c",
    client_secret: "s",
    token_url: "http://127.0.0.1/token",
  }),
  extension("extensions/basicauth", basicAuth, { client_auth: { username: "u", password: "p" } }),
  extension("extensions/bearertokenauth", bearerTokenAuth, { token: "t" }),
];

suite("component README", () => {
  for (const { path, factory, create } of components) {
    const text = readFileSync(`${path}/README.md`, "utf8");
    const section = (title: string): string[] => {
      const body = text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
      return body.split("\n").filter((line) => line.startsWith("| `"));
    };

    test(`of ${path} has the configuration table of the schema`, () => {
      assert.deepEqual(section("Configuration"), configTable(factory.config));
    });

    test(`of ${path} names the type and the stability`, () => {
      assert.ok(text.includes(`| \`${factory.type}\` | ${factory.kind} | ${factory.stability} |`));
    });

    test(`of ${path} names exactly the instruments that exist`, () => {
      const settings = testSettings();
      create(settings);
      const named = section("Telemetry").map((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? "");
      assert.deepEqual(named.toSorted(), settings.metrics.names);
    });
  }
});
