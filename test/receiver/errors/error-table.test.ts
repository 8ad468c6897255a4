import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { entraErrorUrl, errorTable } from "../../../receiver/errors/error-table.ts";

suite("errorTable", () => {
  test("has a cause and a remedy for every code", () => {
    for (const [code, { cause, remedy }] of errorTable) {
      assert.match(code, /^(?:AADSTS|AF)\d+$/);
      assert.ok(cause.length > 10 && remedy.length > 5, code);
      assert.doesNotMatch(cause + remedy, /\.$/, code);
    }
  });

  test("knows the codes of both services", () => {
    const codes = [...errorTable.keys()];
    assert.equal(codes.filter((code) => code.startsWith("AADSTS")).length, 43);
    assert.equal(codes.filter((code) => code.startsWith("AF")).length, 25);
  });

  test("knows what a wrong cloud shows as", () => {
    const codes = [...errorTable.values()].filter(({ wrongCloud }) => wrongCloud).map(({ code }) => code);
    const reported = [
      "AADSTS90002",
      "AADSTS700016",
      "AADSTS500011",
      "AADSTS90038",
      "AADSTS900382",
      "AF10001",
      "AF20052",
    ];
    assert.deepEqual(
      reported.filter((code) => !codes.includes(code)),
      [],
    );
  });

  test("calls passing only what waiting may mend", () => {
    assert.equal(errorTable.get("AADSTS90033")?.passing, true);
    assert.equal(errorTable.get("AF50000")?.passing, true);
    assert.equal(errorTable.get("AADSTS700027")?.passing, false);
    assert.equal(errorTable.get("AF10001")?.passing, false);
  });

  test("entraErrorUrl() gives Microsoft's page of a code", () => {
    assert.equal(entraErrorUrl("AADSTS50020"), "https://login.microsoftonline.com/error?code=50020");
  });
});
