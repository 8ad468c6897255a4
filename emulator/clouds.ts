/** The clouds of Microsoft 365 that publish a Management Activity API. */
export const CLOUDS = ["commercial", "gcc", "gcc_high", "dod"] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Instances of Entra ID. They know nothing of each other's tenants but where these live. */
export type Realm = "worldwide" | "us_government";

/** Where a cloud is, and how discovery shows that a tenant lives in it. */
export interface CloudAddresses {
  readonly realm: Realm;
  /** Root of the Management Activity API. */
  readonly api: string;
  readonly regionScope: string;
  /** Absent for commercial tenants. */
  readonly regionSubScope?: string;
}

/** Address of each Entra ID. */
export const AUTHORITIES: Readonly<Record<Realm, string>> = {
  worldwide: "https://login.microsoftonline.com",
  us_government: "https://login.microsoftonline.us",
};

/** @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference */
export const ADDRESSES: Readonly<Record<Cloud, CloudAddresses>> = {
  commercial: { realm: "worldwide", api: "https://manage.office.com", regionScope: "EU" },
  gcc: { realm: "worldwide", api: "https://manage-gcc.office.com", regionScope: "NA", regionSubScope: "GCC" },
  gcc_high: {
    realm: "us_government",
    api: "https://manage.office365.us",
    regionScope: "USGov",
    regionSubScope: "DODCON",
  },
  dod: {
    realm: "us_government",
    api: "https://manage.protection.apps.mil",
    regionScope: "USGov",
    regionSubScope: "DOD",
  },
};

/** The host names of all clouds, of Entra ID and of the API. */
export const CLOUD_HOSTS: readonly string[] = [
  ...Object.values(AUTHORITIES),
  ...Object.values(ADDRESSES).map(({ api }) => api),
].map((address) => new URL(address).host);
