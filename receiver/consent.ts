import type { ConsentRequest } from "../collector/onboarding.ts";
import type { Fact, PreflightSettings } from "../collector/preflight/fact.ts";
import { CLOUDS, ENDPOINTS } from "./clouds.ts";
import type { O365Config } from "./config.ts";
import { entraErrorUrl, errorTable } from "./errors/error-table.ts";
import { withTenant } from "./preflight/preflight.ts";
import { judgeToken } from "./preflight/sign-in.ts";

/**
 * The page of Entra ID on which an administrator consents to all application permissions that the registration lists:
 * `/.default` is the only way to get those.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent (state of July 2026)
 */
export function adminConsentUrl({ cloud, tenant, clientId, redirectUri, state }: ConsentRequest): string {
  const { authority, scope } = ENDPOINTS[CLOUDS.find((one) => one === cloud) ?? "commercial"];
  const query = new URLSearchParams({ client_id: clientId, scope, redirect_uri: redirectUri, state });
  return `${authority}/${encodeURIComponent(tenant)}/v2.0/adminconsent?${query.toString()}`;
}

/** What the page answered instead of a consent, with cause, remedy and the ids that Microsoft's support asks for. */
export function explainConsentError(error: string, description: string): string {
  const code = /AADSTS\d+/.exec(description)?.[0];
  const known = code === undefined ? undefined : errorTable.get(code);
  const [line = ""] = description.split(/[\r\n]/, 1);
  const ids = [...description.matchAll(/(Trace|Correlation) ID: ([0-9a-f-]{36})/gi)]
    .map(([, which = "", id = ""]) => `${which.toLowerCase()} id ${id}`)
    .join(", ");
  const seen = [known?.cause, line === "" ? undefined : `"${line}"`].filter((part) => part !== undefined).join(", ");
  const remedy = known?.remedy ?? (code === undefined ? "start again" : `see ${entraErrorUrl(code)}`);
  return `Entra ID answered ${code ?? `"${error}"`}${seen === "" ? "" : ` (${seen})`}; ${remedy}${ids === "" ? "" : ` (${ids})`}`;
}

/** What Entra ID answers until a consent is known on all its servers. */
const NOT_YET = new Set(["AADSTS700016", "AADSTS65001", "AADSTS650056", "AADSTS500011"]);
const ATTEMPTS = 12;
const BETWEEN_MS = 5000;

/** Signs in and looks at the token, again for up to a minute while the consent may not be known yet. */
export async function* proveTenant(
  config: O365Config,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  for (let attempt = 1; ; attempt += 1) {
    const facts: Fact[] = [];
    const look = withTenant(config, settings, ({ token }) => judgeToken(token, config), signal);
    for await (const found of look) facts.push(found);
    if (attempt === ATTEMPTS || !facts.some(mayComeYet)) {
      yield* facts;
      return;
    }
    await settings.clock.sleep(BETWEEN_MS, signal);
  }
}

/** A token that was made too early lacks its permissions. */
function mayComeYet({ level, name, fields }: Fact): boolean {
  return level === "fail" && (name === "permission" || NOT_YET.has(String(fields?.["code"])));
}
