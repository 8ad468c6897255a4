import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { CollectorError, ErrorCode } from "../../errors.ts";
import type { Onboarding } from "../../onboarding.ts";
import { preflightSettings } from "../../preflight/run-preflight.ts";
import { factLine } from "../check-text.ts";
import { ExitCode } from "../exit-code.ts";
import { Answers } from "../integrations/answers.ts";
import { clientIdFault, fileFault, isGuid } from "../integrations/answer-faults.ts";
import { idOf, nameFault, proposeName } from "../integrations/names.ts";
import type { NewIntegration } from "../integrations/new-integration.ts";
import { save, tryOut } from "../integrations/save.ts";
import { load, onboardingOf, type Session } from "../integrations/session.ts";
import { readConsent, type ConsentAnswer } from "./consent-answer.ts";
import { RedirectListener } from "./redirect-listener.ts";

export interface AuthorizeFlags {
  readonly clientId?: string;
  readonly certificateFile?: string;
  readonly privateKeyFile?: string;
  readonly cloud: string;
  readonly tenant?: string;
  readonly name?: string;
  readonly redirectUri: string;
  /** False: print the address, and take the one that the browser was led to. */
  readonly browser: boolean;
  readonly contentType?: readonly string[];
  readonly proxy?: string;
  readonly caFile?: string;
}

/** An administrator may have to be found first. */
const WAIT_MS = 15 * 60_000;

/**
 * Has an administrator of a tenant consent to a multi-tenant application in the browser, and adds the tenant as an
 * integration once a token has proven that it is the one.
 */
export async function authorize(flags: AuthorizeFlags, session: Session, signal: AbortSignal): Promise<ExitCode> {
  const onboarding = onboardingOf(session.factories);
  const redirectUri = readRedirectUri(flags.redirectUri);
  const prepared = await prepare(flags, session);
  const state = randomBytes(32).toString("base64url");
  const { cloud, tenant = "organizations" } = flags;
  const wanted = await wantedTenant(flags, session, onboarding, signal);
  const url = onboarding.consentUrl({
    cloud,
    tenant,
    clientId: prepared.clientId,
    redirectUri: flags.redirectUri,
    state,
  });
  const answer = flags.browser
    ? await throughBrowser(url, redirectUri, state, session, signal)
    : await pasted(url, state, session, signal);
  const tenantId = judge(answer, onboarding);
  if (wanted !== undefined && tenantId !== wanted) {
    throw failed(
      `the answer is of tenant "${tenantId}", and --tenant "${tenant}" is "${wanted}"; nothing was written. Whoever sent the answer may have consented for another tenant or changed it: ask an administrator of "${tenant}" again`,
    );
  }
  const domain = tenant.includes(".") ? tenant : undefined;
  const integration: NewIntegration = { ...prepared, tenantId, cloud, domain };
  const tried = tryOut(integration, session);
  if (tried === undefined) return ExitCode.usage;
  if (!(await prove(integration, tried.config, session, onboarding, signal))) {
    throw new CollectorError(
      ErrorCode.credentials,
      `Cannot add tenant "${tenantId}": it gave no token that can collect, see above; nothing was written. Mend that, then "otel-o365 integrations add --tenant ${tenantId}" goes on from here`,
    );
  }
  save(integration, tried, session);
  return ExitCode.ok;
}

/**
 * The GUID of the tenant that was named. What comes back from the page names a tenant as well, and whoever pastes it can
 * change that to one that consented long ago: its records would be collected under another customer's name.
 */
async function wantedTenant(
  { tenant, cloud, proxy, caFile }: AuthorizeFlags,
  { clock }: Session,
  onboarding: Onboarding<unknown>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (tenant === undefined) return undefined;
  if (isGuid(tenant)) return tenant.toLowerCase();
  const found = await onboarding.findTenant(tenant, { cloud, proxy, caFile, clock }, signal);
  if (found !== undefined) return found.tenantId;
  throw new CollectorError(
    ErrorCode.config,
    `Cannot use --tenant "${tenant}": Entra ID of cloud "${cloud}" knows no such tenant; check it, or give its GUID`,
  );
}

/** Only loopback takes plain http, and only there somebody can be listening. */
function readRedirectUri(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname)) return url;
  throw new CollectorError(
    ErrorCode.config,
    `Cannot use --redirect-uri "${text}": it must be an http address of this machine, such as "http://localhost:8400", that is registered with the application`,
  );
}

type Prepared = Omit<NewIntegration, "tenantId" | "cloud" | "domain">;

/** Everything that can be asked before the administrator is: nothing is worse than a consent that leads nowhere. */
async function prepare(flags: AuthorizeFlags, session: Session): Promise<Prepared> {
  const answers = new Answers(session.prompter);
  const taken = [...(load(session).config?.receivers.keys() ?? [])];
  const name = await answers.text("--name <name>", "Name of the integration", flags.name, {
    initial: proposeName(flags.tenant ?? ""),
    fault: (text) => nameFault(text, taken),
  });
  const clientId = await answers.text(
    "--client-id <guid>",
    "Application (client) ID of the multi-tenant application",
    flags.clientId,
    { fault: clientIdFault },
  );
  const fault = fileFault;
  const asked = "PEM file of its certificate";
  const chosen = await answers.text("--certificate-file <file>", asked, flags.certificateFile, { fault });
  const key = await answers.text("--private-key-file <file>", "PEM file of the private key", flags.privateKeyFile, {
    fault,
  });
  answers.demand();
  const prepared: Prepared = {
    id: idOf(name),
    clientId,
    certificateFile: resolve(chosen),
    privateKeyFile: resolve(key),
    contentTypes: flags.contentType,
    proxy: flags.proxy,
    caFile: flags.caFile === undefined ? undefined : resolve(flags.caFile),
  };
  // With a tenant that nobody has: the rest of the configuration is to be right.
  const placeholder = "00000000-0000-0000-0000-000000000000";
  if (tryOut({ ...prepared, tenantId: placeholder, cloud: flags.cloud, domain: undefined }, session) === undefined) {
    throw new CollectorError(
      ErrorCode.config,
      "Nobody was asked for consent, because the integration could not be added",
    );
  }
  return prepared;
}

async function throughBrowser(
  url: string,
  redirectUri: URL,
  state: string,
  { io, clock }: Session,
  signal: AbortSignal,
): Promise<ConsentAnswer> {
  const listener = await RedirectListener.open(redirectUri, state);
  try {
    io.stdout.write(
      `An administrator of the tenant has to consent on this page, which opens now:\n\n  ${url}\n\nWaiting for the answer at ${redirectUri.origin} …\n`,
    );
    const { default: open } = await import("open");
    // The address is printed: whoever has no browser here opens it elsewhere, or takes --no-browser.
    await open(url).catch(() => undefined);
    return await listener.wait(AbortSignal.any([signal, clock.timeoutSignal(WAIT_MS)]));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
    throw new CollectorError(
      ErrorCode.unavailable,
      "Cannot authorize: no answer came within 15 minutes; start again, on a machine without a browser with --no-browser",
    );
  } finally {
    await listener.close();
  }
}

async function pasted(url: string, state: string, session: Session, signal: AbortSignal): Promise<ConsentAnswer> {
  const { io, prompter } = session;
  io.stdout.write(
    `Open this page in any browser, as an administrator of the tenant:\n\n  ${url}\n\nAfterwards the browser is led to an address of this machine, and may show an error because nobody is there. Copy that address.\n`,
  );
  const address =
    prompter === undefined
      ? await firstLine(session, signal)
      : await prompter.text("The address that the browser was led to");
  const parameters = URL.parse(address.trim())?.searchParams;
  return parameters === undefined ? { kind: "malformed", why: "it is no address" } : readConsent(parameters, state);
}

async function firstLine({ io }: Session, signal: AbortSignal): Promise<string> {
  if (io.stdin === undefined) return "";
  const lines = createInterface({ input: io.stdin, signal });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

/** @returns The tenant that is said to have consented. */
function judge(answer: ConsentAnswer, onboarding: Onboarding<unknown>): string {
  if (answer.kind === "granted") return answer.tenantId;
  if (answer.kind === "refused") throw failed(onboarding.explainConsentError(answer.error, answer.description));
  if (answer.kind === "stranger") {
    throw failed(
      "the answer belongs to another request (its state differs); start again, and take the address of this very run",
    );
  }
  throw failed(`the answer cannot be read: ${answer.why}; copy the whole address, from "http" to its end`);
}

function failed(why: string): CollectorError {
  return new CollectorError(ErrorCode.credentials, `Cannot authorize: ${why}`);
}

async function prove(
  { id }: NewIntegration,
  config: unknown,
  { io, clock }: Session,
  onboarding: Onboarding<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const settings = preflightSettings(id, { clock, startSubscriptions: false });
  let isGood = true;
  for await (const found of onboarding.proveTenant(config, settings, signal)) {
    io.stdout.write(`${factLine(id, found, (_colour, text) => text)}\n`);
    isGood &&= found.level !== "fail";
  }
  return isGood;
}
