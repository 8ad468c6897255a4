import { createHash, generateKeyPair, randomUUID, type KeyObject, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";
import { exportJWK, jwtVerify, SignJWT, type JWK } from "jose";
import type { App } from "../tenant.ts";

const makeKeyPair = promisify(generateKeyPair);
let signingPair: Promise<KeyPairKeyObjectResult> | undefined;

/** Claims of an access token that the API looks at. */
export interface AccessClaims {
  readonly tokenId: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly notBeforeMs: number;
  readonly expiresMs: number;
}

/** Issues and reads the access tokens of one emulator. */
export class TokenKeys {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #kid: string;
  /** Verified tokens: the signature of one that comes with each request is checked once. */
  readonly #verified = new Map<string, AccessClaims>();
  /** Ids (`uti`) of tokens that are out, and of those that were taken back, by tenant. */
  readonly #issued = new Map<string, Set<string>>();
  readonly #revoked = new Set<string>();

  private constructor(privateKey: KeyObject, publicKey: KeyObject, kid: string) {
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#kid = kid;
  }

  static async create(): Promise<TokenKeys> {
    // Once per process: it takes longer than all the rest of a start.
    signingPair ??= makeKeyPair("rsa", { modulusLength: 2048 });
    const { privateKey, publicKey } = await signingPair;
    const kid = createHash("sha1")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("base64url");
    return new TokenKeys(privateKey, publicKey, kid);
  }

  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    return {
      keys: [{ ...(await exportJWK(this.#publicKey)), kid: this.#kid, x5t: this.#kid, use: "sig", alg: "RS256" }],
    };
  }

  /** An app-only access token in the shape of Entra's v1.0 tokens. */
  async issue(request: {
    readonly tenantId: string;
    readonly app: App;
    readonly audience: string;
    readonly withCertificate: boolean;
    readonly nowMs: number;
    readonly lifeMs: number;
  }): Promise<string> {
    const seconds = Math.floor(request.nowMs / 1000);
    const uti = randomUUID();
    this.#issued.set(request.tenantId, (this.#issued.get(request.tenantId) ?? new Set()).add(uti));
    const claims = {
      aud: request.audience,
      iss: `https://sts.windows.net/${request.tenantId}/`,
      iat: seconds,
      nbf: seconds,
      exp: seconds + Math.floor(request.lifeMs / 1000),
      appid: request.app.clientId,
      appidacr: request.withCertificate ? "2" : "1",
      idp: `https://sts.windows.net/${request.tenantId}/`,
      idtyp: "app",
      tid: request.tenantId,
      uti,
      ver: "1.0",
      // Entra leaves the claim out where no application permission was consented.
      ...(request.app.roles.length > 0 ? { roles: request.app.roles } : {}),
    };
    return await new SignJWT(claims)
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: this.#kid, x5t: this.#kid })
      .sign(this.#privateKey);
  }

  /** Takes back every token of a tenant that is out. */
  revoke(tenantId: string): void {
    for (const uti of this.#issued.get(tenantId) ?? []) this.#revoked.add(uti);
    this.#issued.delete(tenantId);
  }

  /** Claims of a token of ours for this audience; undefined for any other text and for a token taken back. Times are the caller's to check. */
  async read(token: string, audience: string): Promise<AccessClaims | undefined> {
    const key = `${audience} ${token}`;
    const claims = this.#verified.get(key) ?? (await this.#verify(token, audience));
    if (claims === undefined) return undefined;
    if (this.#verified.size >= 1000) this.#verified.clear();
    this.#verified.set(key, claims);
    return this.#revoked.has(claims.tokenId) ? undefined : claims;
  }

  async #verify(token: string, audience: string): Promise<AccessClaims | undefined> {
    try {
      // The times are checked against the emulator's clock on each use; here any time will do.
      const { payload } = await jwtVerify(token, this.#publicKey, {
        audience,
        algorithms: ["RS256"],
        clockTolerance: 1e15,
      });
      const roles: unknown = payload["roles"] ?? [];
      const { tid, appid, uti } = payload;
      if (typeof tid !== "string" || typeof appid !== "string" || typeof uti !== "string" || !isTexts(roles))
        return undefined;
      return {
        tokenId: uti,
        tenantId: tid,
        clientId: appid,
        roles,
        notBeforeMs: (payload.nbf ?? 0) * 1000,
        expiresMs: (payload.exp ?? 0) * 1000,
      };
    } catch {
      return undefined;
    }
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
