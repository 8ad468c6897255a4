import { CollectorError, ErrorCode } from "../../errors.ts";
import type { Onboarding } from "../../onboarding.ts";
import type { AddFlags } from "./add.ts";
import type { Answers } from "./answers.ts";
import { isGuid } from "./answer-faults.ts";
import type { Session } from "./session.ts";

export interface ResolvedTenant {
  readonly tenantId: string;
  readonly cloud: string;
  readonly domain: string | undefined;
}

/** Why a text names no tenant; undefined when it can. */
export function tenantFault(text: string): string | undefined {
  if (isGuid(text) || /^[^\s/]+\.[^\s/]+$/.test(text)) return undefined;
  return "it is neither a GUID nor a domain; take either from the overview page of Entra ID";
}

/**
 * The GUID and the cloud of a tenant: looked up without signing in unless that is unwanted, the cloud compared with the
 * one that was given.
 *
 * @returns Undefined when something is missing that nobody could be asked for.
 * @throws {CollectorError} `OTEL_O365_CONFIG` when there is no such tenant, or it lives elsewhere.
 */
export async function resolveTenant(
  given: string,
  flags: AddFlags,
  onboarding: Onboarding<unknown>,
  { clock }: Session,
  answers: Answers,
  signal: AbortSignal,
): Promise<ResolvedTenant | undefined> {
  if (given === "") return undefined;
  const byGuid = isGuid(given);
  if (flags.offline === true) {
    if (!byGuid) throw cannot(given, "a domain is looked up, which --offline forbids; give the GUID");
    const cloud = flags.cloud ?? (await askCloud(onboarding, answers, undefined));
    return cloud === undefined ? undefined : { tenantId: given.toLowerCase(), cloud, domain: undefined };
  }
  const found = await onboarding.findTenant(given, { proxy: flags.proxy, caFile: flags.caFile, clock }, signal);
  if (found === undefined) {
    throw cannot(given, "Entra ID knows no such tenant; check it, or give the GUID and --cloud with --offline");
  }
  if (flags.cloud !== undefined && found.cloud !== undefined && found.cloud !== flags.cloud) {
    throw cannot(given, `it lives in cloud ${found.cloud}, not in ${flags.cloud}; leave --cloud out, or correct it`);
  }
  const cloud = flags.cloud ?? found.cloud ?? (await askCloud(onboarding, answers, "commercial"));
  return cloud === undefined ? undefined : { tenantId: found.tenantId, cloud, domain: byGuid ? undefined : given };
}

async function askCloud(
  { clouds }: Onboarding<unknown>,
  answers: Answers,
  initial: string | undefined,
): Promise<string | undefined> {
  const choices = clouds.map(({ cloud, title }) => ({ value: cloud, label: title }));
  return answers.choose("--cloud <plan>", "Subscription plan", choices, initial);
}

function cannot(tenant: string, why: string): CollectorError {
  return new CollectorError(ErrorCode.config, `Cannot use tenant "${tenant}": ${why}`);
}
