import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-peek-"));
after(() => rmSync(folder, { recursive: true }));

/** Looks from a process of its own, as the demo does: a second connection here would share this one's locks. */
function peek(directory: string): string {
  const script = `import { owedBlobs } from ${JSON.stringify(join(process.cwd(), "collector/storage/peek.ts"))};
    console.log(owedBlobs(${JSON.stringify(directory)}));`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
  return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout.trim();
}

suite("owedBlobs()", () => {
  test("gives 0 where there is no ledger", () => {
    assert.equal(peek(join(folder, "nowhere")), "0");
  });

  test("counts what each branch still owes, beside the collector that holds the ledger", () => {
    const storage = openStorage(folder);
    try {
      const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
      ledger.openBranches(["logs>a", "logs>b"], 0);
      const page = ["1", "2"].map((contentId) => ({ contentId, uri: contentId, createdMs: 1, expiresMs: 2 }));
      ledger.addListed("Audit.General", page, 1);
      assert.equal(peek(folder), "4");
      const [first] = ledger.pending(["logs>a"], 1, 1, new Set());
      assert.ok(first !== undefined);
      ledger.settle(first.key, "logs>a", { state: "delivered", records: 1 }, 10, 1);
      assert.equal(peek(folder), "3");
    } finally {
      storage.close();
    }
  });
});
