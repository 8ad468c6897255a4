// `npm run release`: makes in release/ what a release consists of: the package, its bill of materials (CycloneDX), and checksums.
// `npm run release -- --publish` then publishes that same file, with a statement of provenance. npm makes one only where the workflow
// can prove who it is (GitHub Actions or GitLab CI with an OIDC token), and refuses to publish elsewhere.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials } from "./bill-of-materials.ts";
import { manifest } from "./manifest.ts";

const FOLDER = "release";

function npm(...args: readonly string[]): void {
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`Cannot release: npm ${args.join(" ")} failed with exit code ${status}; see above`);
}

/** An uncommitted change would be in the package and in no commit. */
function refuseChanges(): void {
  const { stdout, status } = spawnSync("git", ["status", "--porcelain"], { encoding: "utf8" });
  if (status !== 0 || stdout.trim() !== "") {
    throw new Error(`Cannot release: there are changes that are not committed\n${stdout}`);
  }
}

function checksum(name: string): string {
  return `${createHash("sha256")
    .update(readFileSync(join(FOLDER, name)))
    .digest("hex")}  ${name}`;
}

function release(publish: boolean): void {
  if (publish) refuseChanges();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  npm("pack", "--pack-destination", FOLDER);
  const base = `${manifest.name}-${manifest.version}`;
  writeFileSync(join(FOLDER, `${base}.cdx.json`), `${JSON.stringify(billOfMaterials(), null, 2)}\n`);
  const sums = readdirSync(FOLDER).toSorted().map(checksum);
  writeFileSync(join(FOLDER, "SHA256SUMS"), `${sums.join("\n")}\n`);
  console.log(`${FOLDER}/\n${sums.join("\n")}`);
  const command = ["publish", join(FOLDER, `${base}.tgz`), "--provenance", "--access", "public"];
  if (publish) npm(...command);
  else console.log(`\nNothing was published; --publish runs: npm ${command.join(" ")}`);
}

try {
  release(process.argv.includes("--publish"));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
