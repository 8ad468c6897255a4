#!/usr/bin/env node
// Entry point of the installed command. Written so that any Node from 12 on can read it: an old one has to get far
// enough to say what is wrong, so nothing is imported before the version is known.
/**
 * A young generation of a fixed 8 MB, and an old one that is collected when it has grown by 60 %: only 40 to 60 MB of heap are
 * live, but V8 would let it grow to 120 MB. With 100 % the peak is 15 MiB higher, with 40 % it is no lower, and the CPU time is
 * the same for all of them (npm run bench -- memory).
 */
const SMALL_HEAP_FLAGS = ["--max-semi-space-size=8", "--min-semi-space-size=8", "--heap-growing-percent=60"];

/**
 * For the allocator of glibc, which is where buffers, compression and SQLite have theirs: what is large goes back to the
 * system when it is freed, rather than stay behind in one of sixteen arenas. Takes 20 MiB off the peak, and lets memory
 * fall again after it (npm run bench -- memory). Other allocators do not read these.
 */
const SMALL_MALLOC = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Cannot run otel-o365: this is Node ${process.versions.node}; use Node 22.19 or newer (https://nodejs.org/en/download)`,
  );
  process.exitCode = 1;
} else {
  restartWithSmallHeap();
  silenceSqliteWarning();
  import("../dist/collector/cli/main.js").catch(async (error) => {
    const { existsSync } = await import("node:fs");
    // Only a checkout has the sources.
    const isCheckout = existsSync(new URL("../collector/cli/main.ts", import.meta.url));
    const remedy = isCheckout ? 'run "npm run build"' : "install the package again";
    console.error(`Cannot run otel-o365: its code could not be loaded; ${remedy}`);
    console.error(error);
    process.exitCode = 1;
  });
}

/**
 * V8 reads the size of its young generation once, when the process begins: setting it from inside has no effect
 * (measured on Node 24), and the same goes for the allocator. So the process replaces itself, keeping its id, its parent and
 * its signals. A young generation given by the user stays, and so do settings of the allocator; where the system cannot do this (Windows, a child with an IPC channel), memory use is higher.
 */
function restartWithSmallHeap() {
  const given = process.execArgv.concat(process.env.NODE_OPTIONS || "").join(" ");
  if (given.includes("semi-space-size") || given.includes("semi_space_size")) return;
  if (typeof process.execve !== "function" || process.platform === "win32" || process.channel) return;
  const emitWarning = process.emitWarning.bind(process);
  try {
    // It announces itself as experimental; all it does here is what a wrapper script would.
    process.emitWarning = () => {};
    const args = [process.argv0, ...SMALL_HEAP_FLAGS, ...process.execArgv, ...process.argv.slice(1)];
    process.execve(process.execPath, args, { ...SMALL_MALLOC, ...process.env });
  } catch {
    // Not permitted here: the same program, with a larger heap.
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** node:sqlite says on every start that it is experimental. Other warnings are for the operator. */
function silenceSqliteWarning() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = function (warning, ...rest) {
    if (rest[0] === "ExperimentalWarning" && /^SQLite\b/.test(String(warning))) return;
    emitWarning(warning, ...rest);
  };
}
