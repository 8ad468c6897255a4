import type { CredentialExpiry } from "../component.ts";
import type { Announcing } from "./announce.ts";
import { collectorEvent, CollectorEventName } from "./collector-event.ts";

const DAY_MS = 86_400_000;
/** Days before its end at which an expiring certificate is spoken of, latest first; 0: it has ended. */
const DAYS = [0, 1, 7, 14, 30] as const;

/** Says that a certificate ends soon, once at each of {@link DAYS}, and that it was replaced in time. */
export function announceExpiry({ id, ledger, logger, nowMs }: Announcing, expiry: CredentialExpiry): void {
  const { subject, file, notAfterMs } = expiry;
  const key = `certificate ${file}`;
  const before = ledger.announced(key);
  const leftMs = notAfterMs - nowMs;
  const step = DAYS.find((days) => leftMs <= days * DAY_MS);
  const value = step === undefined ? "" : `${notAfterMs} ${step}`;
  if (value === (before ?? "")) return;
  const ends = new Date(notAfterMs).toISOString();
  const days = Math.max(0, Math.floor(leftMs / DAY_MS));
  const attributes = {
    "o365.collector.certificate.subject": subject,
    "o365.collector.certificate.file": file,
    "o365.collector.certificate.not_after": ends,
    "o365.collector.certificate.days_left": days,
  };
  const fields = { certificate: subject, file, not_after: ends, days_left: days };
  if (step === undefined) {
    const body = `The certificate "${subject}" (${file}) that signs in ${id} lasts until ${ends}`;
    const event = collectorEvent(CollectorEventName.certificateRenewed, "info", nowMs, body, attributes);
    ledger.announce(key, value, [event], nowMs);
    logger.info("Certificate renewed", fields);
    return;
  }
  const level = step <= 7 ? "error" : "warn";
  const when = step === 0 ? `has ended at ${ends}` : `ends in ${days} day${days === 1 ? "" : "s"}, at ${ends}`;
  const remedy = "make a new pair, upload its certificate to the app registration, then replace both files";
  const body = `The certificate "${subject}" (${file}) that signs in ${id} ${when}; ${remedy}`;
  const event = collectorEvent(CollectorEventName.certificateExpiry, level, nowMs, body, attributes);
  ledger.announce(key, value, [event], nowMs);
  logger[level](step === 0 ? "Certificate has expired" : "Certificate expires soon", { ...fields, remedy });
}
