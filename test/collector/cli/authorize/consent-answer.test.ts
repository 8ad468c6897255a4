import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readConsent, type ConsentAnswer } from "../../../../collector/cli/authorize/consent-answer.ts";

const TENANT = "6b3c0a5e-0000-4000-8000-3f1d0c1e0001";

suite("readConsent()", () => {
  const cases: readonly { readonly name: string; readonly query: string; readonly answer: ConsentAnswer }[] = [
    {
      name: "takes the tenant of a consent",
      query: `admin_consent=True&tenant=${TENANT.toUpperCase()}&state=s&scope=x`,
      answer: { kind: "granted", tenantId: TENANT },
    },
    {
      name: "looks at the error before the consent",
      query: `error=access_denied&error_description=AADSTS65004%3A+no&admin_consent=True&tenant=${TENANT}&state=s`,
      answer: { kind: "refused", error: "access_denied", description: "AADSTS65004: no" },
    },
    {
      name: "looks at the state before the error",
      query: "error=access_denied&state=other",
      answer: { kind: "stranger" },
    },
    {
      name: "takes no answer without a state",
      query: `admin_consent=True&tenant=${TENANT}`,
      answer: { kind: "stranger" },
    },
    {
      name: "takes no tenant that is no GUID",
      query: "admin_consent=True&tenant=../../evil&state=s",
      answer: { kind: "malformed", why: "it names no tenant" },
    },
    {
      name: "takes nothing for a consent that does not say so",
      query: `tenant=${TENANT}&state=s`,
      answer: { kind: "malformed", why: "it holds neither a consent nor an error" },
    },
    {
      name: "takes no consent that says False",
      query: `admin_consent=False&tenant=${TENANT}&state=s`,
      answer: { kind: "malformed", why: "it holds neither a consent nor an error" },
    },
  ];
  for (const { name, query, answer } of cases) {
    test(name, () => assert.deepEqual(readConsent(new URLSearchParams(query), "s"), answer));
  }
});
