import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonValue } from "../../../../collector/record.ts";
import {
  addressList,
  directoryId,
  domain,
  emailAddress,
  objectId,
  person,
  principalName,
  singleAddress,
  upn,
  user,
  userId,
} from "../../../../processors/xdr/rules/who.ts";

const GUID = "7DCCACB0-C3FF-4B02-964B-DD04C5A8F9FE";
const LOWER = GUID.toLowerCase();

interface Case {
  readonly from: JsonValue;
  readonly to: unknown;
}

function table(name: string, rule: (value: JsonValue) => unknown, cases: readonly Case[]): void {
  suite(`${name}()`, () => {
    for (const { from, to } of cases) {
      test(`turns ${JSON.stringify(from)} into ${JSON.stringify(to)}`, () => {
        assert.deepEqual(rule(from), to);
      });
    }
  });
}

table("user", user, [
  { from: "Ann@contoso.com", to: "Ann@contoso.com" },
  { from: " Ann@contoso.com ", to: "Ann@contoso.com" },
  { from: "SHAREPOINT\\system", to: "SHAREPOINT\\system" },
  {
    from: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
    to: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
  },
  { from: "i:0#.f|membership|ann@contoso.com", to: "ann@contoso.com" },
  { from: "i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint", to: "app@sharepoint" },
  { from: "urn:spo:guest#ann@example.com", to: "ann@example.com" },
  { from: "i:0#.f|membership|urn%3aspo%3aguest#ann@example.com", to: "ann@example.com" },
  { from: "ann_example.com#EXT#@contoso.onmicrosoft.com", to: "ann_example.com#EXT#@contoso.onmicrosoft.com" },
  { from: "a|b", to: "a|b" },
  { from: "i:0#.f|membership|%zz", to: "%zz" },
  { from: "Not Available", to: undefined },
  { from: "NOT-FOUND", to: undefined },
  { from: "Unknown", to: undefined },
  { from: "<null>", to: undefined },
  { from: "Certificate", to: undefined },
  { from: "ServicePrincipal_00000000-0000-0000-0000-000000000000", to: undefined },
  { from: "00000000-0000-0000-0000-000000000000", to: undefined },
  { from: "", to: undefined },
  { from: [], to: undefined },
  { from: "S-1-5-18", to: "S-1-5-18" },
  { from: ` ${GUID} `, to: GUID },
  { from: "|:ann", to: "|:ann" },
  { from: 5, to: "5" },
]);

table("person", person, [
  { from: "Ann@contoso.com", to: "Ann@contoso.com" },
  { from: "SecurityComplianceAlerts", to: undefined },
  { from: "DlpPolicyEventBasedAssistant(1.0)", to: undefined },
  { from: "DLPAgent", to: undefined },
  { from: "NT AUTHORITY\\SYSTEM", to: undefined },
  { from: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)", to: undefined },
  { from: "NT SERVICE\\MSExchangeServiceHostNetCore (x)", to: undefined },
  { from: "SHAREPOINT\\system", to: undefined },
  { from: "Microsoft\\ServiceOperator", to: undefined },
  { from: "CONTOSO\\ann", to: "CONTOSO\\ann" },
  { from: "app@sharepoint", to: undefined },
  { from: GUID, to: GUID },
]);

table("principalName", principalName, [
  { from: "00000014-0000-0000-c000-000000000000", to: "00000014-0000-0000-c000-000000000000" },
  { from: "https://sync.fabrikam.com;11111111-2222-4333-8444-555555555555", to: undefined },
  { from: "Not Available", to: undefined },
]);

table("upn", upn, [
  { from: "7dccacb0c3ff4b02964bdd04c5a8f9feann@contoso.com", to: "ann@contoso.com" },
  { from: "7dccacb0c3ff4b02964bdd04c5a8f9fe@contoso.com", to: "7dccacb0c3ff4b02964bdd04c5a8f9fe@contoso.com" },
  {
    from: "7dccacb0c3ff4b02964bdd04c5a8f9feann_example.com#EXT#@contoso.com",
    to: "ann_example.com#EXT#@contoso.com",
  },
  { from: "Ann <ann@contoso.com>", to: "ann@contoso.com" },
  { from: "[ann@contoso.com]", to: undefined },
  { from: "smtp:ann@contoso.com", to: undefined },
  { from: "<>", to: undefined },
  { from: "Ann@contoso.com", to: "Ann@contoso.com" },
  { from: "app@sharepoint", to: undefined },
  { from: "ann@contoso.com.", to: undefined },
  { from: "@contoso.com", to: undefined },
  { from: "M365\\ann@contoso.com", to: undefined },
  { from: "ann@contoso.com;bob@contoso.com", to: undefined },
  { from: "ann@contoso.com,bob@contoso.com", to: undefined },
  { from: LOWER, to: undefined },
  { from: "ann@bob@contoso.com", to: "ann@bob@contoso.com" },
]);

table("emailAddress", emailAddress, [
  { from: "Ann@contoso.com", to: "Ann@contoso.com" },
  { from: "ann_example.com#EXT#@contoso.onmicrosoft.com", to: "ann@example.com" },
  { from: "ann_b_example.com#ext#@contoso.onmicrosoft.com", to: "ann_b@example.com" },
  { from: "live.com#ann@outlook.com", to: "ann@outlook.com" },
  { from: "live.com#", to: undefined },
  { from: "Ann <ann@contoso.com>", to: "ann@contoso.com" },
  { from: "Ann <\tann@contoso.com>", to: "ann@contoso.com" },
  { from: "7dccacb0c3ff4b02964bdd04c5a8f9feann@contoso.com", to: "ann@contoso.com" },
  { from: "nothing#EXT#@contoso.onmicrosoft.com", to: undefined },
  { from: "app@sharepoint", to: undefined },
  { from: GUID, to: undefined },
]);

table("domain", domain, [
  { from: "ann@bob@contoso.com", to: "contoso.com" },
  { from: GUID, to: undefined },
  { from: "Ann@Contoso.COM", to: "contoso.com" },
  { from: "SHAREPOINT\\system", to: undefined },
]);

table("userId", userId, [
  { from: GUID, to: LOWER },
  { from: ` ${GUID} `, to: LOWER },
  { from: "00000000-0000-0000-0000-000000000000", to: undefined },
  { from: `User_${GUID}`, to: LOWER },
  { from: `ServicePrincipal_${GUID}`, to: LOWER },
  { from: "10032002643f6746", to: "10032002643F6746" },
  { from: "10032002643F6746@contoso.onmicrosoft.com", to: "10032002643F6746" },
  { from: "i:0h.f|membership|10032002643f6746@live.com", to: "10032002643F6746" },
  { from: `i:0i.t|ms.sp.ext|${GUID}@6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60`, to: LOWER },
  { from: "1153977025279851686@contoso.onmicrosoft.com", to: "1153977025279851686" },
  {
    from: "S-1-5-21-1148582062-3132321681-773847816-49307764",
    to: "S-1-5-21-1148582062-3132321681-773847816-49307764",
  },
  { from: "ann@contoso.com", to: undefined },
  { from: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)", to: undefined },
  { from: "Not Available", to: undefined },
  { from: "11111", to: undefined },
  { from: "S-1-0-0", to: undefined },
]);

table("objectId", objectId, [
  { from: GUID, to: LOWER },
  { from: ` ${GUID} `, to: LOWER },
  { from: ` User_${GUID} `, to: LOWER },
  { from: `ServicePrincipal_${GUID}`, to: LOWER },
  { from: "10032002643F6746", to: undefined },
]);

table("directoryId", directoryId, [
  { from: `User_${GUID}`, to: LOWER },
  { from: GUID, to: undefined },
  { from: "User_ann", to: undefined },
  { from: ` User_${GUID} `, to: undefined },
  { from: 5, to: undefined },
]);

table("singleAddress", singleAddress, [
  { from: ["ann@contoso.com"], to: "ann@contoso.com" },
  { from: ["ann@contoso.com", "bob@contoso.com"], to: undefined },
  { from: "ann@contoso.com", to: "ann@contoso.com" },
  { from: [], to: undefined },
  { from: [null], to: undefined },
]);

table("addressList", addressList, [
  { from: ["ann@contoso.com", "ann@contoso.com", 1, null], to: ["ann@contoso.com"] },
  { from: "ann@contoso.com;bob@contoso.com", to: ["ann@contoso.com", "bob@contoso.com"] },
  { from: "nobody", to: undefined },
  { from: {}, to: undefined },
]);

suite("questions about one text", () => {
  const rules = Object.entries({
    user,
    person,
    principalName,
    upn,
    domain,
    emailAddress,
    objectId,
    userId,
    directoryId,
  });
  const texts = [
    " Ann_Example.com#EXT#@Contoso.com",
    GUID,
    `User_${GUID}`,
    "Certificate",
    "DLPAgent",
    "a;b",
    "live.com#",
  ];
  for (const text of texts) {
    test(`have the same answers in any order: ${JSON.stringify(text)}`, () => {
      const asked = (list: typeof rules, written: string): unknown =>
        Object.fromEntries(list.map(([name, rule]) => [name, rule(written)]));
      const expected = asked(rules, `${text}\t`);
      for (const [index, first] of rules.entries()) {
        // Blanks at the end make it a text that nobody has asked about before.
        const written = text + "\t".repeat(index + 2);
        assert.deepEqual(asked([first, ...rules.toReversed()], written), expected, first[0]);
      }
    });
  }
});
