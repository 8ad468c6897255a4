import { resolve } from "node:path";
import { makePair, type MadeCertificate } from "../certificate.ts";
import { ExitCode } from "../exit-code.ts";
import type { NewIntegration } from "./new-integration.ts";
import { clientIdFault, fileFault } from "./answer-faults.ts";
import { idOf, nameFault, proposeName } from "./names.ts";
import { Answers } from "./answers.ts";
import { resolveTenant, tenantFault } from "./resolve-tenant.ts";
import { save, tryOut } from "./save.ts";
import { load, onboardingOf, type Session } from "./session.ts";

/** What the flags of `add` say; the rest is asked for at a terminal. */
export interface AddFlags {
  readonly name?: string;
  readonly cloud?: string;
  /** GUID or domain. */
  readonly tenant?: string;
  readonly clientId?: string;
  readonly certificateFile?: string;
  readonly privateKeyFile?: string;
  readonly makeCertificate?: true;
  readonly contentType?: readonly string[];
  readonly proxy?: string;
  readonly caFile?: string;
  /** Look nothing up: the tenant has to be a GUID, and the cloud is believed. */
  readonly offline?: true;
}

/** Adds an integration as a file of its own, after the whole configuration was checked with it. */
export async function add(flags: AddFlags, session: Session, signal: AbortSignal): Promise<ExitCode> {
  const { made, ...integration } = await gather(flags, session, signal);
  let isSaved = false;
  try {
    const tried = tryOut(integration, session);
    if (tried === undefined) return ExitCode.usage;
    save(integration, tried, session, made === undefined ? "" : `${made.text}\n`);
    isSaved = true;
    return ExitCode.ok;
  } finally {
    // A pair that is left behind would be in the way of the next attempt, and somebody might upload it.
    if (!isSaved) made?.remove();
  }
}

async function gather(flags: AddFlags, session: Session, signal: AbortSignal): Promise<NewIntegration & NewPair> {
  const onboarding = onboardingOf(session.factories);
  const answers = new Answers(session.prompter);
  const question = "Tenant: a domain of it, or its GUID";
  const given = await answers.text("--tenant <guid or domain>", question, flags.tenant, { fault: tenantFault });
  const tenant = await resolveTenant(given, flags, onboarding, session, answers, signal);
  const taken = [...(load(session).config?.receivers.keys() ?? [])];
  const name = await answers.text("--name <name>", "Name of the integration", flags.name, {
    initial: proposeName(given),
    fault: (text) => nameFault(text, taken),
  });
  const clientId = await answers.text(
    "--client-id <guid>",
    "Application (client) ID of the app registration",
    flags.clientId,
    { fault: clientIdFault },
  );
  const files = await certificateFiles(name, flags, session, answers);
  answers.demand();
  if (tenant === undefined) throw new TypeError("The tenant was not resolved although nothing is missing");
  return {
    id: idOf(name),
    ...tenant,
    clientId,
    ...files,
    contentTypes: flags.contentType,
    proxy: flags.proxy,
    caFile: flags.caFile === undefined ? undefined : resolve(flags.caFile),
  };
}

interface NewPair {
  /** The pair, if one was made for it. */
  readonly made?: MadeCertificate;
}

interface CertificateFiles extends NewPair {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

/** Files that exist, or a new pair in the folder's neighbourhood. */
async function certificateFiles(
  name: string,
  { certificateFile, privateKeyFile, makeCertificate }: AddFlags,
  session: Session,
  answers: Answers,
): Promise<CertificateFiles> {
  const isOpen = certificateFile === undefined && privateKeyFile === undefined;
  const make =
    makeCertificate === true ||
    (isOpen && answers.canAsk && (await answers.confirm("Make a new certificate for it?", true)));
  if (!make) {
    const fault = fileFault;
    const asked = "PEM file of the certificate";
    const chosen = await answers.text("--certificate-file <file>", asked, certificateFile, { fault });
    const key = await answers.text("--private-key-file <file>", "PEM file of its private key", privateKeyFile, {
      fault,
    });
    return { certificateFile: resolve(chosen), privateKeyFile: resolve(key) };
  }
  answers.demand();
  const files = {
    certificateFile: resolve(certificateFile ?? `${name}.pem`),
    privateKeyFile: resolve(privateKeyFile ?? `${name}-key.pem`),
  };
  const made = await makePair({
    ...files,
    subject: `otel-o365 ${name}`,
    days: 365,
    keySize: 3072,
    json: false,
    isNamed: true,
    nowMs: session.clock.now(),
  });
  return { ...files, made };
}
