import type { ApiContext } from "./api/context.ts";
import { ADDRESSES, AUTHORITIES, CLOUDS, type Cloud, type Realm } from "./clouds.ts";
import type { Authority } from "./entra/token.ts";
import type { Tenant } from "./tenant.ts";

/** What is served at one address. */
export interface Stage {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly authority?: Authority;
  readonly api?: ApiContext;
  readonly control?: true;
}

/** The parts of the service, without the addresses that they answer under. */
export interface Parts {
  readonly authority: Omit<Authority, "origin" | "realm" | "audienceOf">;
  readonly api: Omit<ApiContext, "origin" | "audience" | "cloud">;
}

/** The emulator's own addresses, which stand for those of one cloud. */
export interface OwnAddresses {
  readonly cloud: Cloud;
  readonly origin: string;
  readonly apiRoot: string;
  /** `aud` of the tokens for `apiRoot`. */
  readonly audience: string;
}

/** Entra ID and the API of `own.cloud` at the emulator's own addresses. */
export function ownAuthority({ authority }: Parts, own: OwnAddresses): Authority {
  return {
    ...authority,
    origin: own.origin,
    realm: ADDRESSES[own.cloud].realm,
    audienceOf: (tenant: Tenant) => (tenant.cloud === own.cloud ? own.audience : ADDRESSES[tenant.cloud].api),
  };
}

export function ownApi({ api }: Parts, { cloud, apiRoot, audience }: OwnAddresses): ApiContext {
  return { ...api, origin: apiRoot, audience, cloud };
}

/** What answers under the addresses of the real clouds, by host. */
export function cloudStages(parts: Parts): ReadonlyMap<string, Stage> {
  const realms: readonly Realm[] = ["worldwide", "us_government"];
  const stages: readonly Stage[] = [
    ...realms.map((realm): Stage => {
      const audienceOf = (tenant: Tenant): string => ADDRESSES[tenant.cloud].api;
      return {
        origin: AUTHORITIES[realm],
        authority: { ...parts.authority, origin: AUTHORITIES[realm], realm, audienceOf },
      };
    }),
    ...CLOUDS.map((cloud): Stage => {
      const { api } = ADDRESSES[cloud];
      return { origin: api, api: { ...parts.api, origin: api, audience: api, cloud } };
    }),
  ];
  return new Map(stages.map((stage) => [new URL(stage.origin).host, stage]));
}
