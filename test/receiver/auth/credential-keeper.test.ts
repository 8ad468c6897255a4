import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Secret } from "../../../collector/config/secret.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import type { StatusReport } from "../../../collector/telemetry.ts";
import { keepCredentials } from "../../../receiver/auth/credential-keeper.ts";
import type { Credentials } from "../../../receiver/auth/credentials.ts";

function pair(subject: string, notAfterMs: number): Credentials {
  return {
    certificatePem: "",
    privateKeyPem: new Secret("x"),
    thumbprintSha1: "",
    thumbprintSha256: "",
    notAfterMs,
    subject,
  };
}

suite("keepCredentials()", () => {
  test("takes what the files hold, uses the last good pair while they are bad, and says so", () => {
    let now = 0;
    let files: Credentials | CollectorError = pair("old", 1000);
    const reports: StatusReport[] = [];
    const credentials = keepCredentials({
      load: () => {
        if (files instanceof CollectorError) throw files;
        return files;
      },
      now: () => now,
      reportStatus: (report) => reports.push(report),
    });
    assert.equal(credentials().subject, "old");
    files = new CollectorError(ErrorCode.credentials, "Cannot use the certificate pair: it is half copied");
    assert.equal(credentials().subject, "old");
    assert.deepEqual(
      reports.map(({ aspect, status, code }) => [aspect, status, code]),
      [["certificate", "recoverable_error", "OTEL_O365_CREDENTIALS"]],
    );
    assert.match(String(reports[0]?.message), /half copied; until that is mended .* ends at 1970-01-01T00:00:01/);
    now = 1000;
    assert.throws(credentials, { message: /half copied$/ }, "the old pair has ended");
    files = pair("new", 5000);
    assert.equal(credentials().subject, "new");
    assert.equal(reports.at(-1)?.status, "ok");
  });

  test("throws when there never was a good pair", () => {
    const error = new CollectorError(ErrorCode.credentials, "Cannot use the certificate pair: it is absent");
    const credentials = keepCredentials({
      load: () => {
        throw error;
      },
      now: () => 0,
      reportStatus: () => assert.fail("nothing to say beside the error"),
    });
    assert.throws(credentials, error);
  });
});
