import type { Dispatcher } from "undici";
import type { Clock } from "../../collector/clock.ts";
import { formatDuration } from "../../collector/config/fields.ts";
import { usesProxy } from "../../collector/http.ts";
import { fact, type Fact } from "../../collector/preflight/fact.ts";
import { scrub } from "../../collector/scrub.ts";
import type { O365Config } from "../config.ts";
import { header, readStart, type Headers } from "../http-answer.ts";
import { networkError } from "../network-error.ts";

/** What is needed to ask somebody something. */
export interface Reach {
  readonly config: O365Config;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
}

interface Probe {
  readonly host: string;
  readonly status: number;
  readonly headers: Headers;
  /** How far this machine's clock is ahead of the server's, as far as whole seconds tell; undefined when it sent no time. */
  readonly aheadMs: number | undefined;
}

/** Entra ID takes assertions whose times are off by up to 5 minutes. */
const REFUSED_MS = 5 * 60_000;
const NOTABLE_MS = 60_000;
const MAX_BYTES = 65_536;

/**
 * Asks each host for something that takes no sign-in: name, connection, proxy, TLS, who answers, and what time it is there.
 *
 * @returns Whether both can be reached.
 */
export async function* reachHosts(reach: Reach, signal: AbortSignal): AsyncGenerator<Fact, boolean> {
  const { endpoints, tenantId } = reach.config;
  const probes: Probe[] = [];
  for (const address of [
    `${endpoints.authority}/${tenantId}/v2.0/.well-known/openid-configuration`,
    `${endpoints.api}/api/v1.0/${tenantId}/activity/feed/subscriptions/list`,
  ]) {
    const { host } = new URL(address);
    try {
      const probe = await ask(address, reach, signal);
      probes.push(probe);
      yield judgeAnswer(probe, reach.config);
    } catch (error) {
      signal.throwIfAborted();
      const { message, code } = networkError(error, `reach "${host}"`, host);
      yield fact("fail", "connection", message, { subject: host, fields: { code } });
    }
  }
  yield* judgeClock(probes);
  return probes.length === 2 && probes.every((probe) => !isForeign(probe));
}

async function ask(address: string, { config, dispatcher, clock }: Reach, signal: AbortSignal): Promise<Probe> {
  const { origin, pathname, host } = new URL(address);
  const askedMs = clock.now();
  const answer = await dispatcher.request({
    origin,
    path: pathname,
    method: "GET",
    headers: { accept: "application/json" },
    signal: AbortSignal.any([signal, clock.timeoutSignal(config.requestTimeoutMs)]),
  });
  const answeredMs = clock.now();
  await readStart(answer.body, answer.headers, MAX_BYTES);
  const serverMs = Date.parse(header(answer.headers, "date") ?? "");
  // The header has whole seconds, cut off.
  const aheadMs = Number.isNaN(serverMs) ? undefined : (askedMs + answeredMs) / 2 - (serverMs + 500);
  return { host, status: answer.statusCode, headers: answer.headers, aheadMs };
}

function judgeAnswer(probe: Probe, config: O365Config): Fact {
  const { host, status, headers } = probe;
  if (isForeign(probe)) {
    const type = header(headers, "content-type")?.split(";", 1)[0] ?? "no content type";
    return fact(
      "fail",
      "connection",
      `Cannot reach "${host}": somebody else answers in its place (status ${status}, ${type}); check endpoints, and whether a proxy or a captive portal wants a sign-in`,
      { subject: host },
    );
  }
  const insecure = config.tls?.insecureSkipVerify === true;
  const way = usesProxy(config.proxy) ? `through ${proxyName(config)}` : "directly";
  if (!insecure) return fact("ok", "connection", `answers over HTTPS, ${way}`, { subject: host });
  const remedy = "remove tls::insecure_skip_verify and put its authority into tls::ca_file";
  return fact("warn", "connection", `answers ${way}, but nobody knows who it is; ${remedy}`, { subject: host });
}

/** Both services answer an unknown caller with JSON or with nothing, never with a page or a redirect. */
function isForeign({ status, headers }: Probe): boolean {
  return (status >= 300 && status < 400) || (header(headers, "content-type") ?? "").includes("text/html");
}

function proxyName({ proxy }: O365Config): string {
  return proxy === undefined ? "HTTPS_PROXY of the environment unless NO_PROXY names it" : `proxy ${scrub(proxy)}`;
}

function* judgeClock(probes: readonly Probe[]): Generator<Fact> {
  const [probe] = probes.filter(({ aheadMs }) => aheadMs !== undefined);
  if (probe?.aheadMs === undefined) return;
  const offMs = Math.abs(probe.aheadMs);
  const off = `${formatDuration(Math.round(offMs / 1000) * 1000)} ${probe.aheadMs > 0 ? "ahead of" : "behind"}`;
  const fields = { ahead_seconds: Math.round(probe.aheadMs / 1000) };
  if (offMs < NOTABLE_MS) yield fact("ok", "clock", `agrees with that of ${probe.host}`, { fields });
  else {
    yield fact(
      offMs < REFUSED_MS ? "warn" : "fail",
      "clock",
      `this machine's clock is ${off} that of ${probe.host}, and sign-in may be refused from 5m on; set it (NTP)`,
      { fields },
    );
  }
}
