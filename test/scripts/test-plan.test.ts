import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { suite, test } from "node:test";
import { chooseFiles, LONGEST, plan } from "../../scripts/test-plan.ts";

const FILES = [
  "test/peers/otelcol.full.test.ts",
  "test/peers/differences.test.ts",
  "test/chaos/run.process.test.ts",
  "test/architecture.test.ts",
];

suite("chooseFiles()", () => {
  const none = { full: false, all: false, parts: [] };
  const cases = [
    { name: "everything that takes seconds", choice: none, chosen: [3, 2, 1] },
    { name: "what takes minutes", choice: { ...none, full: true }, chosen: [0] },
    { name: "everything", choice: { ...none, all: true }, chosen: [3, 2, 1, 0] },
    { name: "nothing that takes minutes for a part of its path", choice: { ...none, parts: ["peers"] }, chosen: [1] },
    { name: "what takes minutes, by a part", choice: { ...none, full: true, parts: ["peers"] }, chosen: [0] },
    { name: "of everything, by a part", choice: { ...none, all: true, parts: ["peers", "chaos"] }, chosen: [2, 1, 0] },
    { name: "what takes minutes for its whole path", choice: { ...none, parts: [FILES[0] ?? ""] }, chosen: [0] },
    { name: "nothing for a part of no path", choice: { ...none, all: true, parts: ["nowhere"] }, chosen: [] },
  ];
  for (const { name, choice, chosen } of cases) {
    test(`takes ${name}`, () => {
      assert.deepEqual(
        chooseFiles(choice, FILES),
        chosen.map((index) => FILES[index]),
      );
    });
  }

  test("finds this file by itself", () => {
    assert.deepEqual(chooseFiles({ ...none, parts: ["scripts/test-plan"] }), ["test/scripts/test-plan.test.ts"]);
  });
});

suite("plan()", () => {
  const everything = chooseFiles({ full: false, all: true, parts: [] });

  test("runs each file exactly once, and divides the same files alike", () => {
    const shares = plan(everything);
    assert.deepEqual(shares.flatMap(({ files }) => files).toSorted(), everything);
    assert.deepEqual(plan(everything), shares);
  });

  test("gives each file that needs one a process of its own", () => {
    const mixed = plan(everything).filter(
      ({ files }) => files.length > 1 && files.some((file) => /\.(process|full)\.test\.ts$/.test(file)),
    );
    assert.deepEqual(mixed, []);
  });

  test("divides the others evenly, and begins with what takes longest", () => {
    const shares = plan(everything);
    assert.deepEqual(
      shares.slice(0, LONGEST.length).map(({ title }) => title),
      LONGEST,
    );
    const sizes = shares.map(({ files }) => files.length).filter((size) => size > 1);
    assert.ok(sizes.length > 1 && Math.max(...sizes) - Math.min(...sizes) <= 1, sizes.join(", "));
  });

  test("knows the files that take longest by their names of today", () => {
    assert.deepEqual(
      LONGEST.filter((file) => !existsSync(file)),
      [],
    );
  });
});
