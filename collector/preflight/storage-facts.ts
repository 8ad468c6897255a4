import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describeError } from "../errors.ts";
import { storageExposure } from "../file-exposure.ts";
import { roomFault } from "../storage/disk-room.ts";
import { readLock } from "../storage/lock-holder.ts";
import { fact, type Fact } from "./fact.ts";

/** What there is to say about `storage::directory`. Makes nothing. */
export function storageFacts(directory: string): readonly Fact[] {
  const path = resolve(directory);
  const nearest = nearestExisting(path);
  if (!statSync(nearest).isDirectory()) {
    return [fact("fail", "storage", `Cannot use "${path}": "${nearest}" is no folder; set storage::directory`)];
  }
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (error) {
    const remedy = "let the user that the collector runs as write there, or set storage::directory";
    return [fact("fail", "storage", `Cannot use "${path}": ${describeError(error)}; ${remedy}`)];
  }
  const exposure = storageExposure(path);
  if (exposure !== undefined) return [fact("warn", "storage", exposure)];
  const tight = roomFault(nearest);
  if (tight !== undefined) {
    const { level, message } = tight;
    return [fact(level, "storage", `"${path}" ${level === "warn" ? "can be written" : "cannot be used"}: ${message}`)];
  }
  const { running, process: holder } = readLock(path);
  const who = holder === undefined ? "" : `: process ${holder.pid} on host "${holder.host}"`;
  const words = { yes: `a collector is running on it${who}`, no: "no collector is running on it", unknown: "" }[
    running
  ];
  return [fact("ok", "storage", `"${path}" can be written${words === "" ? "" : `; ${words}`}`)];
}

/** The folder itself, or the one that it would be made in. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
