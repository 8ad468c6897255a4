import { formatDuration } from "../../collector/config/fields.ts";
import type { Secret } from "../../collector/config/secret.ts";
import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact } from "../../collector/preflight/fact.ts";
import type { Credentials } from "../auth/credentials.ts";
import { SignInError } from "../auth/sign-in-error.ts";
import { readClaims, type TokenClaims } from "../auth/token-claims.ts";
import type { TokenSource } from "../auth/token-source.ts";
import { consentUrl } from "../clouds.ts";
import type { O365Config } from "../config.ts";
import { permissionFor } from "../content-types.ts";

const DAY_MS = 86_400_000;

export function certificateFact({ subject, thumbprintSha1, notAfterMs }: Credentials, nowMs: number): Fact {
  const expires = new Date(notAfterMs).toISOString();
  const left = formatDuration(Math.floor((notAfterMs - nowMs) / DAY_MS) * DAY_MS);
  return fact(
    "ok",
    "certificate",
    `${subject}, thumbprint ${thumbprintSha1}, until ${expires.slice(0, 10)} (${left})`,
    {
      fields: { subject, thumbprint_sha1: thumbprintSha1, expires },
    },
  );
}

/** Signs in. @returns The token, when there is one. */
export async function* signIn(tokens: TokenSource, signal: AbortSignal): AsyncGenerator<Fact, Secret | undefined> {
  try {
    const token = await tokens.token(signal);
    yield fact("ok", "token", "Entra ID gave an access token");
    return token;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorError)) throw error;
    yield fact("fail", "token", error.message, { fields: signInFields(error) });
    return undefined;
  }
}

function signInFields(error: CollectorError): NonNullable<Fact["fields"]> {
  if (!(error instanceof SignInError)) return { code: error.code };
  return { code: error.entraCode ?? error.code, trace_id: error.traceId, correlation_id: error.correlationId };
}

/** Compares what the token says with what the API will ask of it. @returns The permissions, when they can be read. */
export function* judgeToken(token: Secret, config: O365Config): Generator<Fact, readonly string[] | undefined> {
  const claims = readClaims(token);
  if (claims === undefined) {
    yield fact("warn", "token", "its content cannot be read here; the lines below say what the API makes of it", {
      subject: "claims",
    });
    return undefined;
  }
  yield* judgeParties(claims, config);
  for (const contentType of config.contentTypes) yield judgePermission(contentType, claims, config);
  return claims.roles;
}

/** Both are what the API compares: another audience is refused with 401, another tenant with AF20010. */
function* judgeParties({ audience, tenantId }: TokenClaims, { endpoints, ...config }: O365Config): Generator<Fact> {
  const wanted = endpoints.scope.replace(/\/+\.default$/, "");
  if (audience !== undefined && audience.toLowerCase() !== wanted.toLowerCase()) {
    yield fact("warn", "token", `is for "${audience}", while "${wanted}" was asked for; check endpoints::scope`, {
      subject: "audience",
    });
  } else
    yield fact("ok", "token", `is for ${audience ?? "an audience that it does not name"}`, { subject: "audience" });
  if (tenantId !== undefined && tenantId !== config.tenantId) {
    yield fact(
      "fail",
      "token",
      `is of tenant "${tenantId}", not of tenant_id; check tenant_id and endpoints::authority`,
      {
        subject: "tenant",
      },
    );
  } else yield fact("ok", "token", "is of the configured tenant", { subject: "tenant" });
}

function judgePermission(contentType: string, { roles }: TokenClaims, config: O365Config): Fact {
  // Every call of the API needs this one.
  const needed = new Set(["ActivityFeed.Read", permissionFor(contentType)]);
  const missing = [...needed].filter((role) => !roles.includes(role));
  if (missing.length === 0) {
    return fact("ok", "permission", `${[...needed].at(-1)} is granted`, { subject: contentType });
  }
  const seen = roles.length === 0 ? "no application permission at all" : `only ${roles.join(", ")}`;
  const url = consentUrl(config.endpoints.authority, config.tenantId, config.clientId);
  return fact(
    "fail",
    "permission",
    `Cannot collect "${contentType}": the token carries ${seen}, and ${missing.join(" and ")} is missing; add it as an application permission of "Office 365 Management APIs" and press "Grant admin consent", or consent at ${url}`,
    { subject: contentType, fields: { code: "AF10001", roles, missing } },
  );
}
