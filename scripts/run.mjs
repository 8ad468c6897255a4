// Runs a script of this project on the Node that `npm ci` installed (dev dependency `node`), whatever Node started npm.
// Plain JavaScript on purpose: an old Node has to get far enough to say what is wrong.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const pinned = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
const [major, minor] = process.versions.node.split(".").map(Number);
const ownIsNewEnough = major > 22 || (major === 22 && minor >= 19);

if (!existsSync(pinned) && !ownIsNewEnough) {
  console.error(
    `Cannot run otel-o365: this is Node ${process.versions.node} and the pinned Node is not installed; run "npm ci" (with install scripts allowed for the package "node"), or use Node 22.19 or newer`,
  );
  process.exit(1);
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined || !existsSync(join(root, script))) {
  console.error(`Cannot run "${script ?? ""}": there is no such file; see "scripts" in package.json`);
  process.exit(1);
}

const runtime = existsSync(pinned) ? pinned : process.execPath;
const child = spawn(runtime, ["--disable-warning=ExperimentalWarning", join(root, script), ...args], {
  stdio: "inherit",
});
// npm passes signals on to its child only; the script behind it has to hear them as well. (From a terminal it hears them
// twice: the collector takes signals that come at the same time for one.)
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`Cannot start ${runtime}: ${error.message}; run "npm ci" again`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
});
