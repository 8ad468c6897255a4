import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { factories } from "../../collector/components.ts";
import { createRegistry } from "../../collector/config/registry.ts";

/** The folder of a component: the receiver's own room, else the YAML type below the room of its kind. */
function folderOf({ kind, type }: { readonly kind: string; readonly type: string }): string {
  return kind === "receiver" ? "receiver" : `${kind}s/${type}`;
}

suite("factories", () => {
  test("holds every component that has a folder, and nothing twice", () => {
    const folders = globSync("{receiver,{processors,exporters,extensions}/*}/factory.ts").map((file) =>
      file.replaceAll("\\", "/"),
    );
    assert.deepEqual(factories.map((factory) => `${folderOf(factory)}/factory.ts`).toSorted(), folders.toSorted());
    assert.doesNotThrow(() => createRegistry(factories));
  });

  for (const factory of factories) {
    test(`${factory.kind} ${factory.type} has a README that names it and a description of one sentence`, () => {
      const readme = `${folderOf(factory)}/README.md`;
      assert.ok(existsSync(readme), readme);
      assert.ok(readFileSync(readme, "utf8").includes(`\`${factory.type}\``));
      assert.match(factory.description, /^[A-Z][^\n]*[^.\s]$/);
    });
  }
});
