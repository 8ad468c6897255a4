#!/usr/bin/env node
// Entry point of the installed command. Written so that any Node from 12 on can read it: an old one has to get far
// enough to say what is wrong, so nothing is imported before the version is known.
/**
 * A young generation of a fixed 8 MB, and an old one that is collected before it has doubled: only 40 to 60 MB of heap are
 * live, but V8 would let it grow to 120 MB, and the buffers that wait for the same collection add to that. Lowers the peak
 * from about 300 to 250 MiB at the same speed (npm run bench).
 */
const SMALL_HEAP_FLAGS = ["--max-semi-space-size=8", "--min-semi-space-size=8", "--heap-growing-percent=100"];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Cannot run otel-o365: this is Node ${process.versions.node}; use Node 22.19 or newer (https://nodejs.org/en/download)`,
  );
  process.exitCode = 1;
} else {
  restartWithSmallHeap();
  silenceSqliteWarning();
  import("../dist/collector/cli/main.js").catch((error) => {
    console.error("Cannot run otel-o365: its code could not be loaded; install the package again");
    console.error(error);
    process.exitCode = 1;
  });
}

/**
 * V8 reads the size of its young generation once, when the process begins: setting it from inside has no effect
 * (measured on Node 24). So the process replaces itself, keeping its id, its parent and its signals. A young generation
 * given by the user stays; where the system cannot do this (Windows, a child with an IPC channel), memory use is higher.
 */
function restartWithSmallHeap() {
  const given = process.execArgv.concat(process.env.NODE_OPTIONS || "").join(" ");
  if (given.includes("semi-space-size") || given.includes("semi_space_size")) return;
  if (typeof process.execve !== "function" || process.platform === "win32" || process.channel) return;
  const emitWarning = process.emitWarning;
  try {
    // It announces itself as experimental; all it does here is what a wrapper script would.
    process.emitWarning = () => {};
    const args = [process.argv0, ...SMALL_HEAP_FLAGS, ...process.execArgv, ...process.argv.slice(1)];
    process.execve(process.execPath, args, process.env);
  } catch {
    // Not permitted here: the same program, with a larger heap.
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** node:sqlite says on every start that it is experimental. Other warnings are for the operator. */
function silenceSqliteWarning() {
  const emitWarning = process.emitWarning;
  process.emitWarning = function (warning, ...rest) {
    if (rest[0] === "ExperimentalWarning" && /^SQLite\b/.test(String(warning))) return;
    emitWarning.call(process, warning, ...rest);
  };
}
