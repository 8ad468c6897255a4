import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { status } from "@grpc/grpc-js";
import type { ClientAuthenticator, ExporterFactory } from "../../collector/component.ts";
import { factory as otlpGrpc } from "../../exporters/otlp_grpc/factory.ts";
import { factory as otlpHttp } from "../../exporters/otlp_http/factory.ts";
import { makeRecords } from "../support/log-records.ts";
import { startOtlpGrpcSink } from "../support/otlp-grpc-sink.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { testSettings } from "../support/test-settings.ts";

const never = new AbortController().signal;
const auth = { authenticator: "oauth2client" };

/** Gives Bearer 1, and after each refusal the next one, up to `last`. */
function numbered(last: number): ClientAuthenticator {
  let current = 1;
  return {
    headers: async () => ({ authorization: `Bearer ${current}` }),
    refused: ({ authorization }) => {
      if (authorization === `Bearer ${current}`) current += 1;
      return current <= last;
    },
  };
}

interface Backend {
  /** What each request was sent with. */
  sent(): readonly unknown[];
  records(): number;
  consume(authenticator: ClientAuthenticator): Promise<void>;
  close(): Promise<void>;
}

async function consume<C>(
  factory: ExporterFactory<C>,
  endpoint: string,
  authenticator: ClientAuthenticator,
): Promise<void> {
  const exporter = factory.create({ ...testSettings(), authenticator }, factory.config.parse({ endpoint, auth }));
  await exporter.start();
  try {
    await exporter.consume(makeRecords(3), never);
  } finally {
    await exporter.shutdown(never);
  }
}

/** One that lets in `accepted` alone. */
async function http(accepted: string): Promise<Backend> {
  const sink = await startOtlpSink({
    answer: ({ headers }) =>
      headers.authorization === accepted ? { kind: "ok" } : { kind: "status", status: 401, message: "who are you" },
  });
  return {
    sent: () => sink.requests.map(({ headers }) => headers.authorization),
    records: () => sink.recordCount,
    consume: (authenticator) => consume(otlpHttp, sink.url, authenticator),
    close: () => sink.close(),
  };
}

async function grpc(accepted: string): Promise<Backend> {
  const sink = await startOtlpGrpcSink({
    answer: () =>
      sink.metadata.at(-1)?.get("authorization")[0] === accepted
        ? { kind: "ok" }
        : { kind: "status", code: status.UNAUTHENTICATED, details: "who are you" },
  });
  return {
    sent: () => sink.metadata.map((metadata) => metadata.get("authorization")[0]),
    records: () => sink.accepted().length,
    consume: (authenticator) => consume(otlpGrpc, `http://${sink.target}`, authenticator),
    close: () => sink.close(),
  };
}

for (const [name, start] of Object.entries({ otlp_http: http, otlp_grpc: grpc })) {
  suite(`${name} with an authenticator`, () => {
    test("sends once more with a fresh credential when the first is refused", async () => {
      const backend = await start("Bearer 2");
      try {
        await backend.consume(numbered(9));
        assert.deepEqual(backend.sent(), ["Bearer 1", "Bearer 2"]);
        assert.equal(backend.records(), 3);
      } finally {
        await backend.close();
      }
    });

    test("gives the refusal back when the fresh one is refused as well, or there is none", async () => {
      for (const [last, sent] of [
        [9, ["Bearer 1", "Bearer 2"]],
        [1, ["Bearer 1"]],
      ] as const) {
        const backend = await start("Bearer 5");
        try {
          await assert.rejects(backend.consume(numbered(last)), {
            code: "OTEL_O365_MISDIRECTED",
            message: /who are you.*; check the credential in headers or auth/,
          });
          assert.deepEqual(backend.sent(), sent);
        } finally {
          await backend.close();
        }
      }
    });
  });
}

suite("auth of an exporter", () => {
  const endpoints = { otlp_http: "https://x", otlp_grpc: "x:1" };
  for (const factory of [otlpHttp, otlpGrpc]) {
    const endpoint = factory.type === "otlp_http" ? endpoints.otlp_http : endpoints.otlp_grpc;
    test(`of ${factory.type} does not go with an authorization header`, () => {
      for (const more of [{ headers: { Authorization: "x" } }, { header_files: { authorization: { path: "x" } } }]) {
        const { error } = factory.config.safeParse({ endpoint, auth, ...more });
        assert.match(error?.message ?? "accepted", /is what auth sends; remove one of them/);
      }
    });

    test(`of ${factory.type} warns where the credential travels without TLS, except on this machine`, () => {
      const problemsOf = (where: string): number =>
        (factory.type === "otlp_http"
          ? otlpHttp.check?.(otlpHttp.config.parse({ endpoint: where, auth }), 0)
          : otlpGrpc.check?.(otlpGrpc.config.parse({ endpoint: where, auth }), 0)
        )?.length ?? 0;
      assert.equal(problemsOf("http://siem.example.com:9999"), 1);
      assert.equal(problemsOf("https://siem.example.com:9999"), 0);
      assert.equal(problemsOf("http://127.0.0.1:9999"), 0);
    });
  }
});
