import type { ConfigProblem } from "../collector/config/spec.ts";

/** The clouds of Microsoft 365 that publish a Management Activity API. */
export const CLOUDS = ["commercial", "gcc", "gcc_high", "dod"] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Where one cloud is reached. None of the addresses ends with a slash. */
export interface Endpoints {
  /** Root of the Management Activity API; also the audience of its tokens. */
  readonly api: string;
  /** Host of Entra ID. */
  readonly authority: string;
  /** What a token is asked for. */
  readonly scope: string;
}

/**
 * Addresses by cloud. GCC tenants live in the worldwide Entra ID, hence its authority with a root of its own. 21Vianet
 * publishes no root; whoever has one sets `endpoints`.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud (state of July 2026)
 */
export const ENDPOINTS: Readonly<Record<Cloud, Endpoints>> = {
  commercial: plan("https://manage.office.com", "https://login.microsoftonline.com"),
  gcc: plan("https://manage-gcc.office.com", "https://login.microsoftonline.com"),
  gcc_high: plan("https://manage.office365.us", "https://login.microsoftonline.us"),
  dod: plan("https://manage.protection.apps.mil", "https://login.microsoftonline.us"),
};

function plan(api: string, authority: string): Endpoints {
  return { api, authority, scope: `${api}/.default` };
}

/** Hosts of the cloud of 21Vianet: Entra ID's is documented, the API's is only reported. */
const VIANET_HOSTS = new Set(["login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "manage.office365.cn"]);

/** Judges addresses that are known to be of another cloud than the configured one. All are warnings: a relay may be meant. */
export function checkEndpoints(cloud: Cloud, endpoints: Endpoints): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of ["api", "authority"] as const) {
    const host = URL.parse(endpoints[key])?.host ?? "";
    const owners = CLOUDS.filter((other) => ENDPOINTS[other][key] === endpoints[key]);
    const warn = (message: string): void => {
      problems.push({ path: ["endpoints", key], severity: "warning", message });
    };
    if (VIANET_HOSTS.has(host)) {
      warn(
        `"${host}" is in the cloud of 21Vianet, which nobody has verified this collector with; run "otel-o365 check"`,
      );
    } else if (owners.length > 0 && !owners.includes(cloud)) {
      warn(
        `is the address of cloud "${owners.join('" and "')}", but cloud is "${cloud}"; set cloud: ${owners[0]} instead`,
      );
    }
  }
  return problems;
}

/**
 * Where an administrator of the tenant consents to the permissions that the app registration lists.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent (state of July 2026)
 */
export function consentUrl(authority: string, tenantId: string, clientId: string): string {
  return `${authority}/${tenantId}/adminconsent?client_id=${clientId}`;
}
