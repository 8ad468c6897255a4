import type { XdrOptions } from "../processors/xdr/options.ts";

/** What the mapping is tried with. */
export const VARIANTS: readonly XdrOptions[] = [
  {},
  { extensions: "none", tenantId: "11063" },
  { extensions: "common", antivirus: false },
  {},
  { emitUnverified: true },
  {
    mapping: {
      all: [
        { to: "o365.all", from: ["ClientIP", "UserId", "Operation"], join: "|" },
        { to: "xdr.sensor_tenant", from: "NoSuchField", replace: true },
        { to: "o365.workload", drop: true, when: { not: { path: "ResultStatus", in: ["Succeeded"] } } },
        { to: ["o365.one", "o365.two"], from: "@o365.all", when: { outcomes: ["failure"] } },
        { to: "o365.address", from: ["ClientIP", "ActorIpAddress"], rule: "address", except: "ClientIPAddress" },
        { to: "o365.others", from: ["Members", "Recipients"], rule: "emails", except: ["UserId", "$outcome"] },
        { to: "o365.other", from: ["Workload", "UserKey"], except: ["UserId", "'Exchange'"], only: true },
      ],
      auth: [
        {
          to: "o365.agent",
          from: "ExtendedProperties[UserAgent]",
          when: { field: { path: "Workload", in: ["AzureActiveDirectory"] } },
        },
      ],
    },
  },
];
