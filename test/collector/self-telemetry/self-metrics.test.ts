import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, suite, test } from "node:test";
import { listen, stopListening } from "../../../collector/listen.ts";
import {
  metricsSchema,
  resourceSchema,
  type ResourceConfig,
} from "../../../collector/self-telemetry/metrics-schema.ts";
import { type SelfMetrics, startSelfMetrics } from "../../../collector/self-telemetry/self-metrics.ts";
import { makeTlsIdentity } from "../../../emulator/certificates.ts";
import { withVariable } from "../../support/environment.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { type LogLine, recordingLogger } from "../../support/test-settings.ts";

const closers: (() => Promise<unknown>)[] = [];

async function start(metrics: object, resource: ResourceConfig = {}, lines: LogLine[] = []): Promise<SelfMetrics> {
  const config = metricsSchema.parse(metrics);
  const started = await startSelfMetrics(config, resourceSchema.parse(resource), recordingLogger(lines));
  closers.push(() => started.shutdown(AbortSignal.abort()));
  return started;
}

async function serve(handler: Parameters<typeof createServer>[1], port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer(handler);
  const at = await listen(server, { host: "localhost", port }, { what: "a test", key: "none" });
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { server, port: at };
}

const pull = (port: number): object => ({ readers: [{ pull: { exporter: { prometheus: { port } } } }] });
const read = async (port: number, path = "/metrics"): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

suite("startSelfMetrics()", () => {
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  test("serves what is measured, in the text format of Prometheus, under the Collector's names", async () => {
    const port = await freePort();
    const { meter } = await start(pull(port), { "service.namespace": "soc", "service.instance.id": null });
    meter.createCounter("otelcol_exporter_sent_log_records").add(3, { exporter: "otlp_http/siem" });
    const text = await read(port);
    assert.match(text, /^otelcol_exporter_sent_log_records_total\{exporter="otlp_http\/siem"\} 3$/m);
    assert.match(text, /^otelcol_process_uptime_total \d/m);
    assert.match(text, /^otelcol_process_memory_rss \d{7,}$/m);
    assert.match(text, /^target_info\{.*service_name="otel-o365".*service_namespace="soc"/m);
    assert.doesNotMatch(text, /service_instance_id/);
    assert.match(await read(port, "/"), /Metrics are at \/metrics/);
  });

  test("leaves processors out at level basic, and everything at level none", async () => {
    const port = await freePort();
    const { meter } = await start({ ...pull(port), level: "basic" });
    meter.createCounter("otelcol_processor_incoming_items").add(1);
    meter.createCounter("otelcol_receiver_accepted_log_records").add(1);
    const text = await read(port);
    assert.doesNotMatch(text, /otelcol_processor/);
    assert.match(text, /otelcol_receiver_accepted_log_records_total 1/);
    const silent = await freePort();
    await start({ ...pull(silent), level: "none" });
    await assert.rejects(read(silent));
  });

  test("keeps apart more series than the SDK would by itself", async () => {
    const port = await freePort();
    const { meter } = await start(pull(port));
    const gauge = meter.createGauge("otel_o365_integration_state");
    for (let index = 0; index < 3500; index += 1) gauge.record(1, { receiver: `o365/${index}` });
    const text = await read(port);
    assert.match(text, /receiver="o365\/3499"/);
    assert.doesNotMatch(text, /overflow/);
  });

  test("does not start at a port in use that was asked for, says what to do, and frees the others", async () => {
    const { port } = await serve(() => {});
    const other = await freePort();
    const readers = [other, port].map((each) => ({ pull: { exporter: { prometheus: { port: each } } } }));
    await assert.rejects(start({ readers }), {
      code: "OTEL_O365_CONFIG",
      message: `Cannot serve metrics at localhost:${port}: another program listens there already; stop it, or set service::telemetry::metrics::readers::1::pull::exporter::prometheus::port to a free port`,
    });
    await assert.rejects(read(other), "the one that had started is stopped");
  });

  test("goes on without metrics, and says so, when only the default port is in use", async () => {
    // Whoever has the port, it is in use.
    const blocker = await serve(() => {}, 8888).catch(() => undefined);
    const lines: LogLine[] = [];
    const { meter } = await start({}, {}, lines);
    meter.createCounter("any").add(1);
    const [line] = lines;
    assert.deepEqual([line?.level, line?.message], ["warn", "Metrics are not served"], String(blocker?.port));
    assert.match(String(line?.fields["reason"]), /localhost:8888: another program listens there already/);
  });

  test("sends to an OTLP backend, with the headers, and what was measured last on shutdown", async () => {
    const got: { path: string | undefined; headers: IncomingHttpHeaders; body: Buffer }[] = [];
    const { port } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        got.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
      });
    });
    const otlp = { endpoint: `http://localhost:${port}`, headers: [{ name: "x-key", value: "k" }] };
    const metrics = await start({ readers: [{ periodic: { interval: 600_000, exporter: { otlp } } }] });
    metrics.meter.createCounter("otelcol_receiver_accepted_log_records").add(7);
    await metrics.shutdown(new AbortController().signal);
    assert.equal(got.length, 1);
    assert.equal(got[0]?.path, "/v1/metrics");
    assert.equal(got[0]?.headers["x-key"], "k");
    assert.ok(got[0]?.body.includes("otelcol_receiver_accepted_log_records"));
    assert.ok(got[0]?.body.includes("service.instance.id"));
  });

  test("sends over TLS to a backend of a private authority, and not to a stranger", async () => {
    const identity = await makeTlsIdentity("127.0.0.1");
    const folder = mkdtempSync(join(tmpdir(), "self-metrics-"));
    closers.push(async () => rmSync(folder, { recursive: true }));
    const certificate = join(folder, "ca.pem");
    writeFileSync(certificate, identity.caPem);
    let requests = 0;
    const server = createTlsServer(
      { cert: identity.certificatePem, key: identity.privateKeyPem },
      (request, response) => {
        requests += 1;
        request.resume().on("end", () => response.writeHead(200).end());
      },
    );
    const port = await listen(server, { host: "127.0.0.1", port: 0 }, { what: "a test", key: "none" });
    closers.push(() => stopListening(server));
    const lines: LogLine[] = [];
    const sendOnce = async (more: object, timeout: number): Promise<void> => {
      const otlp = { endpoint: `https://127.0.0.1:${port}`, ...more };
      const periodic = { interval: 900_000, timeout, exporter: { otlp } };
      const metrics = await start({ readers: [{ periodic }] }, {}, lines);
      await metrics.shutdown(new AbortController().signal);
    };
    await sendOnce({ certificate }, 60_000);
    assert.deepEqual([requests, lines], [1, []]);
    await withVariable("NODE_TLS_REJECT_UNAUTHORIZED", "0", () => sendOnce({}, 1000));
    assert.equal(requests, 1);
    assert.deepEqual(
      lines.map(({ message }) => message),
      ["Metrics are not delivered; the audit trail is not affected"],
    );
    await assert.rejects(
      sendOnce({ certificate: join(folder, "none") }, 1000),
      /Cannot read ".*none" for service::telemetry/,
    );
  });

  test("does not wait on shutdown for a backend that says nothing, once it is told to end", async () => {
    let requests = 0;
    const { server, port } = await serve(() => {
      requests += 1;
    });
    closers.unshift(async () => server.closeAllConnections());
    const otlp = { endpoint: `http://localhost:${port}` };
    const periodic = { interval: 900_000, timeout: 900_000, exporter: { otlp } };
    const metrics = await start({ readers: [{ periodic }] });
    const end = new AbortController();
    const ended = metrics.shutdown(end.signal);
    await eventually(
      () => requests === 1,
      () => "nothing was sent",
    );
    end.abort();
    await ended;
  });

  test("says once that a backend does not take metrics, and once that it does again", async () => {
    let isDown = true;
    let requests = 0;
    const { port } = await serve((request, response) => {
      request.resume();
      requests += 1;
      response.writeHead(isDown ? 403 : 200, { "content-type": "application/x-protobuf" }).end();
    });
    const lines: LogLine[] = [];
    const otlp = { endpoint: `http://localhost:${port}/custom` };
    await start({ readers: [{ periodic: { interval: 1000, timeout: 1000, exporter: { otlp } } }] }, {}, lines);
    await eventually(
      () => requests >= 2,
      () => `${requests} requests`,
    );
    isDown = false;
    await eventually(
      () => lines.length >= 2,
      () => JSON.stringify(lines),
    );
    assert.deepEqual(
      lines.map(({ message }) => message),
      ["Metrics are not delivered; the audit trail is not affected", "Metrics are delivered again"],
    );
    assert.match(
      String(lines[0]?.fields["reason"]),
      /Cannot send metrics to http:\/\/localhost:\d+\/custom: .*; check /,
    );
  });
});

suite("metricsSchema", () => {
  const cases = [
    { name: "a reader of two kinds", value: { readers: [{}] }, says: /needs either pull or periodic/ },
    { name: "the Collector's old key", value: { address: ":8888" }, says: /write readers with pull/ },
    {
      name: "gRPC",
      value: { readers: [{ periodic: { exporter: { otlp: { protocol: "grpc", endpoint: "http://x" } } } }] },
      says: /must be .*http\/protobuf/,
    },
    {
      name: "a timeout beyond the interval",
      value: { readers: [{ periodic: { interval: "10s", exporter: { otlp: { endpoint: "http://x" } } } }] },
      says: /must not be longer than interval/,
    },
  ];
  for (const { name, value, says } of cases) {
    test(`refuses ${name}`, () => assert.match(metricsSchema.safeParse(value).error?.message ?? "accepted", says));
  }

  test("takes times as milliseconds and as durations, and keeps header values secret", () => {
    const exporter = { otlp: { endpoint: "https://x/y", headers: { key: "hunter2" } } };
    const { readers } = metricsSchema.parse({
      readers: [{ periodic: { interval: 60_000, timeout: "10s", exporter } }],
    });
    const [reader] = readers ?? [];
    assert.ok(reader?.kind === "otlp");
    assert.deepEqual([reader.intervalMs, reader.timeoutMs, reader.url.href], [60_000, 10_000, "https://x/y"]);
    assert.doesNotMatch(JSON.stringify(reader), /hunter2/);
  });
});
