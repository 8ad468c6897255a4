import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Secret } from "../../../collector/config/secret.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import type { StatusReport } from "../../../collector/telemetry.ts";
import { type CredentialKeeper, keepCredentials } from "../../../receiver/auth/credential-keeper.ts";
import type { Credentials } from "../../../receiver/auth/credentials.ts";

const HALF_COPIED = new CollectorError(ErrorCode.credentials, "Cannot use the certificate pair: it is half copied");

function pair(subject: string, notAfterMs: number): Credentials {
  const thumbprint = subject.toUpperCase();
  const secret = { certificatePem: "", privateKeyPem: new Secret("x") };
  return { ...secret, thumbprintSha1: thumbprint, thumbprintSha256: thumbprint, notAfterMs, subject };
}

/** A keeper of files that the test writes, and the time that it tells. */
class Bench {
  now = 0;
  readonly reports: StatusReport[] = [];
  readonly keeper: CredentialKeeper;

  readonly files: (Credentials | CollectorError)[];

  constructor(files: (Credentials | CollectorError)[]) {
    this.files = files;
    this.keeper = keepCredentials({
      pairs: files.map((_, index) => () => {
        const file = this.files[index];
        if (file instanceof CollectorError) throw file;
        assert.ok(file !== undefined);
        return file;
      }),
      now: () => this.now,
      reportStatus: (report) => this.reports.push(report),
    });
  }

  subjects(): readonly string[] {
    return this.keeper.candidates().map(({ subject }) => subject);
  }

  /** With the candidate of that number; those before it were refused. */
  signIn(index = 0): void {
    const pair = this.keeper.candidates()[index];
    assert.ok(pair !== undefined);
    this.keeper.signedIn(pair, index === 0 ? undefined : new CollectorError(ErrorCode.credentials, "Cannot sign in"));
  }

  message(): string {
    return this.reports.at(-1)?.message ?? "";
  }

  get last(): readonly unknown[] {
    const report = this.reports.at(-1);
    return [report?.aspect, report?.status, report?.code];
  }
}

const TROUBLED = ["certificate", "recoverable_error", "OTEL_O365_CREDENTIALS"];
const WELL = ["certificate", "ok", undefined];

suite("keepCredentials()", () => {
  test("takes what the files hold, uses the last good pair while they are bad, and says so", () => {
    const bench = new Bench([pair("old", 1000)]);
    bench.signIn();
    assert.deepEqual(bench.reports, []);
    bench.files[0] = HALF_COPIED;
    assert.deepEqual(bench.subjects(), ["old"]);
    bench.signIn();
    assert.deepEqual(bench.last, TROUBLED);
    assert.match(
      bench.message(),
      /half copied; until that is mended, old with thumbprint OLD signs in, which ends at 1970-01-01T00:00:01/,
    );
    bench.now = 1000;
    assert.throws(() => bench.subjects(), HALF_COPIED, "the old pair has ended");
    bench.files[0] = pair("new", 5000);
    assert.deepEqual(bench.subjects(), ["new"]);
    bench.signIn();
    assert.deepEqual(bench.last, WELL);
  });

  test("throws when there never was a good pair", () => {
    const bench = new Bench([HALF_COPIED, new CollectorError(ErrorCode.credentials, "another")]);
    assert.throws(() => bench.subjects(), HALF_COPIED);
    assert.deepEqual(bench.reports, []);
  });

  test("gives the pairs in their order, and says so while another than the first signs in", () => {
    const bench = new Bench([pair("new", 9000), pair("old", 1000)]);
    assert.deepEqual(bench.subjects(), ["new", "old"]);
    bench.signIn(1);
    assert.deepEqual(bench.last, TROUBLED);
    assert.match(bench.message(), /^Cannot sign in; until that is mended, old with/);
    bench.signIn(0);
    assert.deepEqual(bench.last, WELL);
    assert.deepEqual(
      bench.subjects(),
      ["new", "old"],
      "a pair that signed in last and is in the files is not named twice",
    );
  });

  test("leaves out a fallback that cannot be used, without a word", () => {
    const bench = new Bench([pair("new", 9000), HALF_COPIED]);
    assert.deepEqual(bench.subjects(), ["new"]);
    bench.signIn();
    assert.deepEqual(bench.reports, []);
  });

  test("takes a fallback while the first pair cannot be used", () => {
    const bench = new Bench([HALF_COPIED, pair("old", 1000)]);
    assert.deepEqual(bench.subjects(), ["old"]);
    bench.signIn();
    assert.deepEqual(bench.last, TROUBLED);
  });

  test("still has a pair that was replaced in its file, for when the new one is not registered yet", () => {
    const bench = new Bench([pair("old", 1000)]);
    bench.signIn();
    bench.files[0] = pair("new", 9000);
    assert.deepEqual(bench.subjects(), ["new", "old"]);
    bench.signIn(1);
    assert.deepEqual(bench.last, TROUBLED);
    bench.signIn(0);
    assert.deepEqual(bench.last, WELL);
    assert.deepEqual(bench.subjects(), ["new"]);
  });
});
