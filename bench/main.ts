// `npm run bench`: tenant, collector and backend in processes of their own; the built collector on one core, the others on
// another. `npm run bench -- memory` measures memory in the same surroundings, `conditions` and `xdr` what a record costs.
import { conditions } from "./conditions.ts";
import { memory } from "./memory.ts";
import { throughput } from "./throughput.ts";
import { xdr } from "./xdr.ts";

/** Each takes its own options and resolves to whether what it measured is within its limits. */
const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  throughput,
  memory,
  conditions,
  xdr,
};

const [first, ...rest] = process.argv.slice(2);
const named = first !== undefined && !first.startsWith("-");
const benchmark = BENCHMARKS[named ? first : "throughput"];
if (benchmark === undefined) {
  console.error(
    `Cannot measure "${first}": there is no such benchmark; take one of ${Object.keys(BENCHMARKS).join(", ")}`,
  );
  process.exitCode = 2;
} else if (!(await benchmark(named ? rest : process.argv.slice(2)))) {
  process.exitCode = 1;
}
