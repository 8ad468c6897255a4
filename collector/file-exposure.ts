import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
/** In such a folder everybody may make files, and only their owners may take them away. */
const STICKY = 0o1000;

/**
 * Whether users other than owner and group may read a file. False for what is not there, and on Windows, which has no such
 * bits.
 */
export function othersCanRead(path: string): boolean {
  return (modeOf(path) & OTHERS_READ) !== 0;
}

/** Whether they may change a file, or put another one in its place. */
export function othersCanChange(path: string): boolean {
  if ((modeOf(path) & OTHERS_WRITE) !== 0) return true;
  const folder = folderOf(path);
  const mode = modeOf(folder);
  return (mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0 && !isReadOnly(folder);
}

/** What is to be said when they may make files in `storage::directory`; undefined when they may not. */
export function storageExposure(directory: string): string | undefined {
  if ((modeOf(directory) & OTHERS_WRITE) === 0 || isReadOnly(directory)) return undefined;
  return `every user of this machine can write to "${directory}", and lead elsewhere what is written there; take the right away with "chmod 700"`;
}

function modeOf(path: string): number {
  if (process.platform === "win32") return 0;
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}

function folderOf(path: string): string {
  try {
    return dirname(realpathSync(path));
  } catch {
    return dirname(path);
  }
}

/** Containers mount configuration with all rights, and let nobody write. */
function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EROFS";
  }
}
