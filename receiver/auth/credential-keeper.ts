import type { ReportStatus } from "../../collector/telemetry.ts";
import { codeOf, describeError } from "../../collector/errors.ts";
import type { Clock } from "../../collector/clock.ts";
import { loadCredentials, type CredentialFiles, type Credentials } from "./credentials.ts";

/** The pairs that may sign in. */
export interface CredentialKeeper {
  /**
   * In the order in which they are to be tried: what the files hold now, then the pair that signed in last, if no file holds it any
   * more and it has not ended.
   *
   * @throws {CollectorError} `OTEL_O365_CREDENTIALS`, about the first pair, when none can be used.
   */
  candidates(): readonly [Credentials, ...Credentials[]];
  /**
   * Notes which of them signed in.
   *
   * @param refusal What Entra ID said to the first of those tried before it, if there were any.
   */
  signedIn(pair: Credentials, refusal?: Error): void;
}

export interface CredentialKeeperOptions {
  /** Each reads the files of one pair as they are now; the first is the one that should sign in. */
  readonly pairs: readonly (() => Credentials)[];
  readonly now: () => number;
  readonly reportStatus: ReportStatus;
}

/** The part of the configuration that names them. */
export interface ConfiguredPairs extends CredentialFiles {
  readonly fallbackCertificates: readonly CredentialFiles[];
}

/** The aspect that its trouble is reported under. */
const ASPECT = "certificate";

/** The files of the pairs that a configuration names, the one that should sign in first. */
export function pairsOf(config: ConfiguredPairs): readonly CredentialFiles[] {
  return [config, ...config.fallbackCertificates];
}

/** A keeper of the pairs that a configuration names. */
export function keepConfigured(config: ConfiguredPairs, clock: Clock, reportStatus: ReportStatus): CredentialKeeper {
  const now = (): number => clock.now();
  return keepCredentials({
    pairs: pairsOf(config).map((files) => () => loadCredentials(files, now())),
    now,
    reportStatus,
  });
}

/**
 * Files are read for every sign-in, so that a replacement counts without a restart. While the first pair cannot be used (half
 * copied, of another key, expired, not registered on the app yet), one that can goes on being used, and the status says so.
 */
export function keepCredentials({ pairs, now, reportStatus }: CredentialKeeperOptions): CredentialKeeper {
  let last: Credentials | undefined;
  let trouble: Error | undefined;
  let isTroubled = false;
  return {
    candidates() {
      const read = pairs.map((load) => attempt(load));
      const usable = read.filter((pair): pair is Credentials => !(pair instanceof Error));
      const isHeld = usable.some(({ thumbprintSha256 }) => thumbprintSha256 === last?.thumbprintSha256);
      if (last !== undefined && !isHeld && last.notAfterMs > now()) usable.push(last);
      trouble = read[0] instanceof Error ? read[0] : undefined;
      const [first, ...others] = usable;
      if (first === undefined) throw trouble ?? new TypeError("a keeper without pairs");
      return [first, ...others];
    },
    signedIn(pair, refusal) {
      last = pair;
      const cause = trouble ?? refusal;
      if (cause !== undefined) {
        const until = new Date(pair.notAfterMs).toISOString();
        const message = `${describeError(cause)}; until that is mended, ${pair.subject} with thumbprint ${pair.thumbprintSha1} signs in, which ends at ${until}`;
        reportStatus({ aspect: ASPECT, status: "recoverable_error", message, ...codeOf(cause) });
      } else if (isTroubled) reportStatus({ aspect: ASPECT, status: "ok" });
      isTroubled = cause !== undefined;
    },
  };
}

function attempt(load: () => Credentials): Credentials | Error {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
