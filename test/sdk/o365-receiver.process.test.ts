import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import "../../sdk/o365-receiver.ts";
import { eventually } from "../support/eventually.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";
import { startTenant } from "../support/tenant.ts";

const closers: (() => Promise<unknown>)[] = [];

suite("A program with an O365Receiver that is killed", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("misses nothing, and repeats at most what was in flight", async () => {
    const records = 800;
    const source = await startTenant({
      content: [{ kind: "bulk", records, recordsPerBlob: 10 }],
      rules: { quotaPerMinute: Infinity },
    });
    closers.push(() => source.close());
    let alive = true;
    let stalled = 0;
    // One batch fails at first; after some nothing is answered any more, so that the kill meets records on their way.
    const sink = await startOtlpSink({
      answer(_request, index) {
        if (index === 2) return { kind: "status", status: 500 };
        if (!alive || sink.recordCount < 250) return { kind: "ok" };
        stalled += 1;
        return { kind: "stall" };
      },
    });
    closers.push(() => sink.close());
    const options = {
      url: `${sink.url}/v1/logs`,
      receivers: { o365: source.receiver() },
      directory: join(source.folder, "state"),
    };
    const start = (): ChildProcess => {
      const args = ["--disable-warning=ExperimentalWarning", "test/sdk/killed-program.ts", JSON.stringify(options)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
      closers.push(async () => child.kill("SIGKILL"));
      return child;
    };
    const first = start();
    const killed = once(first, "exit");
    // Several: what is emitted first would be settled by now if emitting were enough for that.
    await eventually(
      () => stalled >= 4,
      () => `${sink.recordCount} records, and ${stalled} batches without an answer, before the kill`,
    );
    first.kill("SIGKILL");
    await killed;
    assert.ok(sink.recordCount < records, "it was killed in the midst of it");
    alive = false;
    const delivered = sink.recordCount;
    const last = start();
    const exited = once(last, "exit");
    const distinct = (): number => new Set(sink.accepted().map(({ attributes }) => attributes["log.record.uid"])).size;
    await eventually(
      () => distinct() >= records,
      () => `${distinct()} of ${records}`,
    );
    last.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
    assert.equal(distinct(), records);
    // What the first had delivered may come once more, what the second delivers does not.
    const repeated = sink.recordCount - records;
    assert.ok(repeated <= delivered, `${repeated} records came twice`);
  });
});
