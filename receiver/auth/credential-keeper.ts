import type { ReportStatus } from "../../collector/telemetry.ts";
import { codeOf, describeError } from "../../collector/errors.ts";
import type { Credentials } from "./credentials.ts";

export interface CredentialKeeperOptions {
  /** Reads the files as they are now. */
  readonly load: () => Credentials;
  readonly now: () => number;
  readonly reportStatus: ReportStatus;
}

/** The aspect that its trouble is reported under. */
const ASPECT = "certificate";

/**
 * The pair that signs in: the files as they are, so that a replacement counts without a restart. While a replacement cannot be used
 * (half copied, of another key, expired), the last pair that could goes on being used until it ends, and the status says so.
 */
export function keepCredentials({ load, now, reportStatus }: CredentialKeeperOptions): () => Credentials {
  let last: Credentials | undefined;
  let failing = false;
  return () => {
    try {
      last = load();
      if (failing) reportStatus({ aspect: ASPECT, status: "ok" });
      failing = false;
      return last;
    } catch (error) {
      if (last === undefined || last.notAfterMs <= now()) throw error;
      failing = true;
      const until = new Date(last.notAfterMs).toISOString();
      const message = `${describeError(error)}; until that is mended the pair from before is used, which ends at ${until}`;
      reportStatus({ aspect: ASPECT, status: "recoverable_error", message, ...codeOf(error) });
      return last;
    }
  };
}
