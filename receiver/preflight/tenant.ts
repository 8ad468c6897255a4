import { fact, type Fact } from "../../collector/preflight/fact.ts";
import { CollectorError } from "../../collector/errors.ts";
import { discoverTenant, type TenantFacts } from "../auth/tenant-cloud.ts";
import { ENDPOINTS } from "../clouds.ts";
import type { Reach } from "./reach.ts";

/** Finds out where the tenant lives, without signing in. */
export async function* findTenant(reach: Reach, signal: AbortSignal): AsyncGenerator<Fact> {
  const { config } = reach;
  try {
    const found = await ask(reach, config.endpoints.authority, signal);
    yield found === undefined ? await unknownTenant(reach, signal) : judge(found, reach);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorError)) throw error;
    yield fact("warn", "tenant", error.message);
  }
}

function ask(
  { config, dispatcher, clock }: Reach,
  authority: string,
  signal: AbortSignal,
): Promise<TenantFacts | undefined> {
  return discoverTenant(config.tenantId, { ...config, authority, dispatcher, clock }, signal);
}

function judge({ cloud }: TenantFacts, { config }: Reach): Fact {
  if (cloud === config.cloud) return fact("ok", "tenant", `lives in cloud ${cloud}`, { fields: { cloud } });
  if (cloud === undefined) return fact("ok", "tenant", "exists; discovery does not tell its cloud");
  if (cloud === "21vianet") {
    return fact(
      "warn",
      "tenant",
      "lives in the cloud of 21Vianet, which nobody has verified this collector with; look at the lines below",
    );
  }
  return fact(
    "fail",
    "tenant",
    `lives in cloud ${cloud}, but cloud is ${config.cloud}; set cloud: ${cloud}, and register the app in that cloud`,
    { fields: { cloud } },
  );
}

/** Perhaps the other Entra ID knows it. Nobody else is asked when the configuration names an address of its own. */
async function unknownTenant(reach: Reach, signal: AbortSignal): Promise<Fact> {
  const { tenantId, endpoints } = reach.config;
  const known = [ENDPOINTS.commercial.authority, ENDPOINTS.gcc_high.authority];
  const [other] = known.includes(endpoints.authority) ? known.filter((one) => one !== endpoints.authority) : [];
  const found = other === undefined ? undefined : await ask(reach, other, signal).catch(() => undefined);
  signal.throwIfAborted();
  if (found !== undefined) return judge(found, reach);
  return fact(
    "fail",
    "tenant",
    `Entra ID knows no tenant "${tenantId}"; take "Directory (tenant) ID" from the app registration, and check cloud`,
  );
}
