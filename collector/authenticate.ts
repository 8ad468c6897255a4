import { z } from "zod";
import type { ClientAuthenticator } from "./component.ts";

/** `auth:` of an exporter, as the Collector has it. */
export function authField(): z.ZodType<string | undefined> {
  return z
    .strictObject({
      authenticator: z.string().min(1).describe("Id of an extension such as `oauth2client` that signs requests in"),
    })
    .transform(({ authenticator }) => authenticator)
    .optional()
    .describe("How requests are signed in");
}

/** What a schema with `auth` and headers is checked with: two credentials would be one too many. */
export function refuseTwoCredentials(
  { auth, headers, header_files: files }: WithCredentials,
  context: z.core.$RefinementCtx<WithCredentials>,
): void {
  if (auth === undefined) return;
  for (const [key, names] of Object.entries({ headers, header_files: files })) {
    const name = Object.keys(names).find((one) => one.toLowerCase() === "authorization");
    if (name === undefined) continue;
    const message = "is what auth sends; remove one of them";
    context.issues.push({ code: "custom", path: [key, name], message, input: name });
  }
}

interface WithCredentials {
  readonly auth?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly header_files: Readonly<Record<string, unknown>>;
}

/** Names of headers that hold a credential, as backends call them. */
const CREDENTIAL = /auth|key|token|secret|cookie|passw/i;

/** The key of the configuration that has credentials sent; undefined when none has. */
export function credentialKey({
  authenticator,
  headers,
  headerFiles,
}: {
  readonly authenticator: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly headerFiles: Readonly<Record<string, unknown>>;
}): readonly string[] | undefined {
  if (authenticator !== undefined) return ["auth"];
  const [file] = Object.keys(headerFiles);
  if (file !== undefined) return ["header_files", file];
  const name = Object.keys(headers).find((one) => CREDENTIAL.test(one));
  return name === undefined ? undefined : ["headers", name];
}

/**
 * Makes an attempt with the headers of an authenticator; when it is refused and there may be better ones, once more with those.
 *
 * @param isRefused The server says that nobody is signed in (HTTP 401).
 * @throws {CollectorError} What the authenticator says when there is nothing to sign in with, and whatever `attempt` throws.
 */
export async function authenticated<T>(
  authenticator: ClientAuthenticator | undefined,
  signal: AbortSignal,
  attempt: (headers: Readonly<Record<string, string>>) => Promise<T>,
  isRefused: (answer: T) => boolean,
): Promise<T> {
  if (authenticator === undefined) return attempt({});
  const headers = await authenticator.headers(signal);
  const answer = await attempt(headers);
  if (!isRefused(answer) || !authenticator.refused(headers)) return answer;
  return attempt(await authenticator.headers(signal));
}
