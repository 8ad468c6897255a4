import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { stringify } from "yaml";
import { sampleRecordsFile } from "../../emulator/index.ts";
import { cli } from "../support/cli.ts";
import { startCollector } from "../support/collector.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpGrpcSink } from "../support/otlp-grpc-sink.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";
import { startTokenServer, type TokenServer } from "../support/token-server.ts";

const SECRET = "hunter2-of-the-siem";
const BASIC = `Basic ${Buffer.from("ann:pass").toString("base64")}`;

function extensions(tokens: TokenServer): object {
  return {
    "oauth2client/siem": { client_id: "c", client_secret: SECRET, token_url: tokens.url },
    basicauth: { client_auth: { username: "ann", password: "pass" } },
  };
}

suite("exporters that extensions sign in", () => {
  test("deliver everything over HTTP and gRPC, with one token for all", async () => {
    const tenant = await startTenant({ content: [{ kind: "records", files: [sampleRecordsFile()] }] });
    const tokens = await startTokenServer();
    const http = await startOtlpSink({
      answer: ({ headers }) =>
        headers.authorization === "Bearer token-1" ? { kind: "ok" } : { kind: "status", status: 401 },
    });
    const grpc = await startOtlpGrpcSink();
    const collector = await startCollector({
      receivers: { o365: tenant.receiver() },
      exporters: {
        otlp_http: { endpoint: http.url, auth: { authenticator: "oauth2client/siem" } },
        otlp_grpc: { endpoint: `http://${grpc.target}`, auth: { authenticator: "basicauth" } },
      },
      extensions: extensions(tokens),
      storage: { directory: join(tenant.folder, "state") },
      service: {
        extensions: ["oauth2client/siem", "basicauth"],
        pipelines: { logs: { receivers: ["o365"], exporters: ["otlp_http", "otlp_grpc"] } },
      },
    });
    try {
      await eventually(
        () => http.recordCount > 0 && grpc.accepted().length === http.recordCount,
        () => `${http.recordCount} and ${grpc.accepted().length} records; ${JSON.stringify(collector.lines)}`,
      );
      assert.equal(tokens.asks.length, 1);
      assert.ok(http.requests.every(({ headers }) => headers.authorization === "Bearer token-1"));
      assert.ok(grpc.metadata.every((metadata) => metadata.get("authorization")[0] === BASIC));
    } finally {
      await collector.stop();
      await Promise.all([tokens.close(), http.close(), grpc.close(), tenant.close()]);
    }
    assert.ok(!JSON.stringify(collector.lines).includes(SECRET));
  });

  test("are checked with their sign-in, and a refusal says which file or key to correct", async () => {
    const tokens = await startTokenServer((_ask, index) =>
      index < 2
        ? { status: 200, body: { access_token: "good", expires_in: 3600 } }
        : { status: 401, body: { error: "invalid_client" } },
    );
    const http = await startOtlpSink({
      answer: ({ headers }) =>
        headers.authorization === "Bearer good" ? { kind: "ok" } : { kind: "status", status: 401 },
    });
    const tenant = await startTenant();
    const config = tenant.file(
      "collector.yaml",
      stringify({
        receivers: { o365: tenant.receiver() },
        exporters: { otlp_http: { endpoint: http.url, auth: { authenticator: "oauth2client/siem" } } },
        extensions: extensions(tokens),
        service: {
          extensions: ["oauth2client/siem", "basicauth"],
          pipelines: { logs: { receivers: ["o365"], exporters: ["otlp_http"] } },
        },
      }),
    );
    const only = ["--config", config, "--only", "otlp_http", "--only", "oauth2client/siem"];
    try {
      const well = await cli(["check", ...only]);
      assert.equal(well.code, 0, well.stdout + well.stderr);
      assert.match(well.stdout, /oauth2client\/siem.*gives a token, good for 1h/);
      assert.match(well.stdout, /otlp_http.*accepts an empty OTLP request/);
      const ill = await cli(["check", ...only]);
      assert.equal(ill.code, 1);
      assert.match(
        ill.stdout,
        /otlp_http.*Cannot get a token from .*401 invalid_client; check client_id and client_secret/,
      );
      assert.ok(!ill.stdout.includes(SECRET));
    } finally {
      await Promise.all([tokens.close(), http.close(), tenant.close()]);
    }
  });
});
