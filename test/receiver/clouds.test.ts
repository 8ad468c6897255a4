import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ADDRESSES, AUTHORITIES } from "../../emulator/clouds.ts";
import { checkEndpoints, CLOUDS, ENDPOINTS, type Cloud } from "../../receiver/clouds.ts";

suite("ENDPOINTS", () => {
  for (const cloud of CLOUDS) {
    test(`of ${cloud} are those that the emulator knows from the documentation`, () => {
      const { api, realm } = ADDRESSES[cloud];
      assert.deepEqual(ENDPOINTS[cloud], { api, authority: AUTHORITIES[realm], scope: `${api}/.default` });
    });
  }
});

suite("checkEndpoints()", () => {
  const cases: readonly {
    readonly name: string;
    readonly cloud: Cloud;
    readonly endpoints: Partial<(typeof ENDPOINTS)["gcc"]>;
    readonly warnings: readonly (readonly [key: string, message: RegExp])[];
  }[] = [
    { name: "the cloud's own addresses", cloud: "dod", endpoints: {}, warnings: [] },
    { name: "addresses of nobody's", cloud: "gcc", endpoints: { api: "https://relay.example" }, warnings: [] },
    {
      name: "the root of another cloud",
      cloud: "commercial",
      endpoints: { api: "https://manage-gcc.office.com" },
      warnings: [["api", /is the address of cloud "gcc", but cloud is "commercial"; set cloud: gcc instead/]],
    },
    {
      name: "the other Entra ID",
      cloud: "gcc",
      endpoints: { authority: "https://login.microsoftonline.us" },
      warnings: [["authority", /of cloud "gcc_high" and "dod"/]],
    },
    {
      name: "21Vianet",
      cloud: "commercial",
      endpoints: { api: "https://manage.office365.cn", authority: "https://login.partner.microsoftonline.cn" },
      warnings: [
        ["api", /21Vianet, which nobody has verified this collector with; run "otel-o365 check"/],
        ["authority", /21Vianet/],
      ],
    },
  ];
  for (const { name, cloud, endpoints, warnings } of cases) {
    test(`says what there is to say about ${name}`, () => {
      const problems = checkEndpoints(cloud, { ...ENDPOINTS[cloud], ...endpoints });
      assert.deepEqual(
        problems.map(({ path, severity }) => [...path, severity]),
        warnings.map(([key]) => ["endpoints", key, "warning"]),
      );
      for (const [index, [, message]] of warnings.entries()) assert.match(problems[index]?.message ?? "", message);
    });
  }
});
