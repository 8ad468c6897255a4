import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from "jose";
import type { Rules } from "../options.ts";
import type { App, RegisteredCertificate } from "../tenant.ts";
import { AadstsError } from "./aadsts.ts";

/** What an assertion is checked against. */
export interface AssertionCheck {
  readonly app: App;
  /** Any of these is a right `aud`. */
  readonly audiences: readonly string[];
  readonly nowMs: number;
  readonly rules: Rules;
}

/**
 * Verifies client assertions: key, signature, times, audience, issuer, subject, replay.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export class AssertionVerifier {
  /** Assertion by `jti`, with the time when it may be forgotten. */
  readonly #used = new Map<string, { readonly assertion: string; readonly untilMs: number }>();

  /** @throws {AadstsError} With the code that Entra ID answers. */
  async verify(assertion: string, check: AssertionCheck): Promise<void> {
    const { header, claims } = decode(assertion);
    const registered = findCertificate(check.app, header);
    await verifySignature(assertion, header.thumbprint, registered, check);
    verifyTimes(claims, check);
    verifyParties(claims, check);
    this.#verifyFresh(assertion, claims, check);
  }

  #verifyFresh(assertion: string, claims: JWTPayload, check: AssertionCheck): void {
    if (typeof claims.jti !== "string" || claims.jti === "") {
      throw new AadstsError(50027, "JWT token is invalid or malformed. The claim 'jti' is missing.");
    }
    for (const [jti, entry] of this.#used) if (entry.untilMs < check.nowMs) this.#used.delete(jti);
    const key = `${check.app.clientId} ${claims.jti}`;
    const before = this.#used.get(key);
    const allowed =
      check.rules.assertionReuse === "identical"
        ? before?.assertion === assertion
        : check.rules.assertionReuse === "always";
    if (before !== undefined && !allowed) {
      throw new AadstsError(
        50013,
        "Assertion failed signature validation. [Reason - The assertion was used before: its 'jti' is known.]",
      );
    }
    this.#used.set(key, { assertion, untilMs: (claims.exp ?? 0) * 1000 + check.rules.assertionSkewMs });
  }
}

interface AssertionHeader {
  readonly alg: string;
  readonly thumbprint: string;
  readonly kind: "sha1" | "sha256" | undefined;
}

function decode(assertion: string): { readonly header: AssertionHeader; readonly claims: JWTPayload } {
  try {
    const header = new Map<string, unknown>(Object.entries(decodeProtectedHeader(assertion)));
    const alg = header.get("alg");
    const sha256 = header.get("x5t#S256");
    const sha1 = header.get("x5t");
    const kind = typeof sha256 === "string" ? "sha256" : typeof sha1 === "string" ? "sha1" : undefined;
    const thumbprint = typeof sha256 === "string" ? sha256 : typeof sha1 === "string" ? sha1 : "";
    return { header: { alg: typeof alg === "string" ? alg : "", thumbprint, kind }, claims: decodeJwt(assertion) };
  } catch {
    throw new AadstsError(50027, "JWT token is invalid or malformed.");
  }
}

function findCertificate(app: App, header: AssertionHeader): RegisteredCertificate {
  if (header.alg !== "PS256" && header.alg !== "RS256") {
    throw new AadstsError(50027, `JWT token is invalid or malformed. The algorithm '${header.alg}' is not accepted.`);
  }
  const found = app.certificates.find((entry) => header.kind !== undefined && entry[header.kind] === header.thumbprint);
  if (found === undefined) throw keyError(app, "The key was not found.", header.thumbprint);
  return found;
}

function keyError(app: App, reason: string, thumbprint: string): AadstsError {
  // Entra shows the bytes of the header's value in hexadecimal, whatever was encoded in it.
  const hex = Buffer.from(thumbprint, "base64url").toString("hex").toUpperCase();
  return new AadstsError(
    700027,
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - ${reason}, Thumbprint of key used by client: '${hex}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${app.clientId}'.]`,
  );
}

async function verifySignature(
  assertion: string,
  thumbprint: string,
  entry: RegisteredCertificate,
  check: AssertionCheck,
): Promise<void> {
  if (Date.parse(entry.certificate.validTo) < check.nowMs) {
    throw keyError(check.app, "The key used is expired.", thumbprint);
  }
  try {
    await compactVerify(assertion, entry.certificate.publicKey, { algorithms: ["PS256", "RS256"] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
    throw keyError(check.app, "The provided signature value did not match the expected signature value.", thumbprint);
  }
}

function verifyTimes(claims: JWTPayload, { nowMs, rules }: AssertionCheck): void {
  const { exp, nbf } = claims;
  if (exp === undefined) throw new AadstsError(50027, "JWT token is invalid or malformed. The claim 'exp' is missing.");
  const early = nbf !== undefined && nbf * 1000 > nowMs + rules.assertionSkewMs;
  const late = exp * 1000 <= nowMs - rules.assertionSkewMs;
  if (!early && !late) return;
  const from = nbf === undefined ? "not given" : new Date(nbf * 1000).toISOString();
  throw new AadstsError(
    700024,
    `Client assertion is not within its valid time range. Current time: ${new Date(nowMs).toISOString()}, assertion valid from ${from}, expiry time of assertion ${new Date(exp * 1000).toISOString()}.`,
  );
}

function verifyParties(claims: JWTPayload, { app, audiences }: AssertionCheck): void {
  const given = Array.isArray(claims.aud) ? claims.aud : [claims.aud ?? ""];
  if (!given.some((audience) => audiences.includes(audience))) {
    throw new AadstsError(
      50013,
      `Assertion failed signature validation. [Reason - The audience '${given.join(" ")}' is not the token endpoint '${audiences[0] ?? ""}'.]`,
    );
  }
  if (claims.iss !== claims.sub)
    throw new AadstsError(50048, "Subject doesn't match Issuer claim in the client assertion.");
  if (claims.iss?.toLowerCase() !== app.clientId) {
    throw new AadstsError(
      50013,
      `Assertion failed signature validation. [Reason - The issuer '${claims.iss ?? ""}' is not the application '${app.clientId}'.]`,
    );
  }
}
