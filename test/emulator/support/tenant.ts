import { randomUUID, X509Certificate } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { Agent, request } from "undici";
import { makeCertificatePair, type CertificatePair } from "../../../emulator/certificates.ts";
import { startEmulator, type Emulator } from "../../../emulator/emulator.ts";
import type { EmulatorOptions } from "../../../emulator/options.ts";

export const TENANT = "3f0a1c5e-1111-4222-8333-0123456789ab";
export const CLIENT = "9d2b7e40-5555-4666-8777-ba9876543210";
export const DOMAIN = "contoso.example";
export const SECRET = "a-secret-of-this-test";
/** A whole hour, so that windows of tests read well. */
export const START: number = Date.parse("2026-07-20T10:00:00Z");

/** A clock that moves by hand. */
export class ManualClock {
  ms: number = START;

  now(): number {
    return this.ms;
  }
}

let pair: Promise<CertificatePair> | undefined;

/** One certificate for all tests of the process: making RSA keys takes long. */
export function sharedPair(): Promise<CertificatePair> {
  pair ??= makeCertificatePair({ notBeforeMs: START - 86_400_000, days: 3650 });
  return pair;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  /** `error.code` of the body. */
  readonly code: string | undefined;
}

/** What an assertion says. Undefined leaves a member out. */
export interface AssertionParts {
  readonly alg?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly pair?: CertificatePair;
}

/** An emulated tenant and a client for it. */
export class TestTenant {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly dispatcher: Agent;
  token = "";

  private constructor(emulator: Emulator, clock: ManualClock) {
    this.emulator = emulator;
    this.clock = clock;
    this.dispatcher = new Agent({ connect: { ca: emulator.caPem }, keepAliveTimeout: 10 });
  }

  /** Starts an emulator with one tenant and one app, and signs in. */
  static async start(options: EmulatorOptions = {}, roles?: readonly string[]): Promise<TestTenant> {
    const clock = new ManualClock();
    const { certificatePem } = await sharedPair();
    const app = {
      clientId: CLIENT,
      certificates: [certificatePem],
      secrets: [SECRET],
      ...(roles === undefined ? {} : { roles }),
    };
    const tenants = [{ tenantId: TENANT, domains: [DOMAIN], apps: [app] }];
    const tenant = new TestTenant(await startEmulator({ tenants, clock, ...options }), clock);
    await tenant.signIn();
    return tenant;
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
    await this.emulator.close();
  }

  async signIn(): Promise<void> {
    const reply = await this.askToken({ client_assertion: await this.assertion() });
    this.token = String(member(reply.json, "access_token"));
  }

  /** A client assertion as Entra wants it, with the given differences. */
  async assertion(parts: AssertionParts = {}): Promise<string> {
    const alg = parts.alg ?? "PS256";
    const { certificatePem, privateKeyPem } = parts.pair ?? (await sharedPair());
    const print = (hex: string): string => Buffer.from(hex.replaceAll(":", ""), "hex").toString("base64url");
    const { fingerprint, fingerprint256 } = new X509Certificate(certificatePem);
    const key = alg === "PS256" ? { "x5t#S256": print(fingerprint256) } : { x5t: print(fingerprint) };
    const seconds = Math.floor(this.clock.now() / 1000);
    const claims = {
      aud: `${this.emulator.authority}/${TENANT}/oauth2/v2.0/token`,
      iss: CLIENT,
      sub: CLIENT,
      jti: randomUUID(),
      nbf: seconds,
      iat: seconds,
      exp: seconds + 600,
      ...parts.claims,
    };
    return await new SignJWT(claims)
      .setProtectedHeader({ alg, typ: "JWT", ...key, ...parts.header })
      .sign(await importPKCS8(privateKeyPem, alg));
  }

  /** Asks for a token. Members of `form` replace the usual ones; undefined leaves one out. */
  async askToken(
    form: Readonly<Record<string, string | undefined>>,
    path = `/${TENANT}/oauth2/v2.0/token`,
  ): Promise<Reply> {
    const usual: Record<string, string | undefined> = {
      grant_type: "client_credentials",
      client_id: CLIENT,
      scope: `${this.emulator.apiRoot}/.default`,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      ...form,
    };
    const given = Object.entries(usual).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return await this.send("POST", this.emulator.authority + path, {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(given).toString(),
    });
  }

  /** Calls the API. `rest` is what follows `/activity/feed/`; the publisher is added unless it is there. */
  async call(
    method: "GET" | "POST",
    rest: string,
    extra: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> {
    const url = rest.startsWith("https://")
      ? rest
      : `${this.emulator.apiRoot}/api/v1.0/${TENANT}/activity/feed/${rest}`;
    const publisher = /publisheridentifier/i.test(url)
      ? ""
      : `${url.includes("?") ? "&" : "?"}PublisherIdentifier=${TENANT}`;
    return await this.send(method, url + publisher, {
      ...extra,
      headers: { authorization: `Bearer ${this.token}`, ...extra.headers },
    });
  }

  async startType(contentType: string): Promise<Reply> {
    return await this.call("POST", `subscriptions/start?contentType=${contentType}`);
  }

  /** Lists a window, all pages. Times are milliseconds since the epoch. */
  async list(contentType: string, startMs: number, endMs: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    const query = `contentType=${contentType}&startTime=${wireTime(startMs)}&endTime=${wireTime(endMs)}`;
    let next: string | undefined = `subscriptions/content?${query}`;
    while (next !== undefined) {
      const reply: Reply = await this.call("GET", next);
      if (!Array.isArray(reply.json)) throw new Error(`Listing answered ${reply.status} ${reply.text}`);
      entries.push(...(reply.json as Entry[]));
      const link = reply.headers["nextpageuri"];
      next = typeof link === "string" ? link : undefined;
    }
    return entries;
  }

  async send(
    method: "GET" | "POST" | "DELETE",
    url: string,
    extra: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Reply> {
    const { dispatcher } = this;
    const { headers = {}, body = null } = extra;
    const response = await request(url, { method, headers, body, dispatcher });
    const text = await response.body.text();
    const json = parse(text);
    return { status: response.statusCode, headers: response.headers, text, json, code: codeOf(json) };
  }
}

/** An entry of a content list. */
export interface Entry {
  readonly contentType: string;
  readonly contentId: string;
  readonly contentUri: string;
  readonly contentCreated: string;
  readonly contentExpiration: string;
}

/** `2026-07-20T10:00:00` */
export function wireTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23);
}

/** A record of a type, with an id of its own. */
export function record(
  recordType: number | string,
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    CreationTime: "2026-07-20T09:00:00",
    Id: randomUUID(),
    Operation: "FileAccessed",
    OrganizationId: TENANT,
    RecordType: recordType,
    UserType: 0,
    UserId: "finance01@contoso.example",
    ...rest,
  };
}

export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(json: unknown): string | undefined {
  const code = member(member(json, "error"), "code");
  return typeof code === "string" ? code : undefined;
}
