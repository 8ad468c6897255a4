import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";

suite("The installed command without its code", () => {
  for (const { name, sources, remedy } of [
    { name: "is told to be installed again", sources: false, remedy: "install the package again" },
    { name: "is told to be built, in a checkout", sources: true, remedy: 'run "npm run build"' },
  ]) {
    test(name, () => {
      const folder = mkdtempSync(join(tmpdir(), "otel-o365-bin-"));
      try {
        cpSync("bin", join(folder, "bin"), { recursive: true });
        if (sources) {
          mkdirSync(join(folder, "collector", "cli"), { recursive: true });
          writeFileSync(join(folder, "collector", "cli", "main.ts"), "");
        }
        const run = spawnSync(process.execPath, [join(folder, "bin", "otel-o365.mjs")], { encoding: "utf8" });
        assert.equal(run.status, 1);
        assert.equal(run.stderr.split("\n")[0], `Cannot run otel-o365: its code could not be loaded; ${remedy}`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
