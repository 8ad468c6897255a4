import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonValue } from "../../../../collector/record.ts";
import { joinedGroup, messageId } from "../../../../processors/xdr/rules/item.ts";

suite("joinedGroup()", () => {
  const cases: readonly (readonly [JsonValue, string | undefined])[] = [
    ["<Group>Site Owners</Group>", "Site Owners"],
    ["<Type>Edit</Type><Group> R&amp;D &lt;Members&gt; &nbsp; </Group>", "R&D <Members> &nbsp;"],
    ["<Group></Group>", undefined],
    ["<Group>Site Owners", undefined],
    ["Site Owners", undefined],
    [{ Group: "Site Owners" }, undefined],
    ["<Group>".repeat(100_000), undefined],
  ];
  for (const [from, to] of cases) {
    test(`makes ${JSON.stringify(to)} of ${JSON.stringify(from).slice(0, 60)}`, () => {
      assert.equal(joinedGroup(from), to);
    });
  }
});

suite("messageId()", () => {
  const cases: readonly (readonly [JsonValue, string | undefined])[] = [
    ["<1@contoso.com>", "<1@contoso.com>"],
    ["%3C1%40contoso.com%3E", "<1@contoso.com>"],
    ["%3c1%2B2%40contoso.com%3e", "<1+2@contoso.com>"],
    ["<1%402@contoso.com>", "<1%402@contoso.com>"],
    ["%3C1%4", "%3C1%4"],
    ["Not Available", undefined],
    [["<1@contoso.com>"], undefined],
  ];
  for (const [from, to] of cases) {
    test(`makes ${JSON.stringify(to)} of ${JSON.stringify(from)}`, () => {
      assert.equal(messageId(from), to);
    });
  }
});
