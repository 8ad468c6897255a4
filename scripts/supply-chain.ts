// `npm run supply-chain`: whether everything that is installed with the package may be used as it is (licences), and whether anything
// of it has a known hole (npm audit). Exit code 1 when something has; what could not be asked is said, and is no failure.
import { z } from "zod";
import { billOfMaterials, licensesOf } from "./bill-of-materials.ts";
import { npmJson } from "./npm-json.ts";

/** Licences that ask for nothing but their text. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
]);

const audit = z.union([
  z.object({ vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })) }),
  z.object({ message: z.string() }),
  z.object({ error: z.object({ summary: z.string() }) }),
]);

function checkLicenses(): boolean {
  const { components } = billOfMaterials();
  const others = components.filter((one) => !licensesOf(one).every((name) => ALLOWED.has(name)));
  for (const one of others) {
    console.error(
      `FAIL licence of ${one.name} ${one.version}: ${licensesOf(one).join(", ")}; read it, then add it to scripts/supply-chain.ts or take another package`,
    );
  }
  if (others.length === 0) console.log(`ok   licences of ${components.length} packages`);
  return others.length === 0;
}

function checkVulnerabilities(): boolean {
  const answer = audit.safeParse(npmJson(["audit", "--omit=dev", "--json"]));
  if (!answer.success || !("vulnerabilities" in answer.data)) {
    const seen = answer.success && "message" in answer.data ? answer.data.message : "the registry does not answer it";
    console.log(`SKIP known holes: ${seen}`);
    return true;
  }
  const found = Object.entries(answer.data.vulnerabilities);
  for (const [name, { severity, range }] of found) {
    console.error(`FAIL ${name} ${range}: a known hole of severity ${severity}; see npm audit --omit=dev`);
  }
  if (found.length === 0) console.log("ok   no known holes");
  return found.length === 0;
}

const results = [checkLicenses(), checkVulnerabilities()];
process.exitCode = results.every(Boolean) ? 0 : 1;
