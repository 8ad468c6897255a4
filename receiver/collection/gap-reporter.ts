import type { Period } from "../../collector/storage/storage.ts";
import type { Logger } from "../../collector/telemetry.ts";
import { formatTime } from "../windows.ts";

/** Says each gap once, although its ends move: with the service's reach until the first listing is through, and with what the ledger forgets. */
export function gapReporter(logger: Logger): (contentType: string, gaps: readonly Period[]) => void {
  const said = new Map<string, readonly Period[]>();
  return (contentType, gaps) => {
    const known = said.get(contentType) ?? [];
    for (const gap of gaps) {
      if (known.some(({ fromMs, toMs }) => gap.fromMs < toMs && fromMs < gap.toMs)) continue;
      logger.error("Gap in the audit trail: the service no longer lists this period", {
        content_type: contentType,
        from: formatTime(gap.fromMs),
        to: formatTime(gap.toMs),
      });
    }
    said.set(contentType, gaps);
  };
}
