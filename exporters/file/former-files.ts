import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { syncFolder } from "../../collector/line-file.ts";
import type { Rotation } from "./config.ts";

const STAMP = /^-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})\.(\d{3})$/;
const UNFINISHED = ".unfinished";

/** A file that is no longer written to. */
interface FormerFile {
  readonly path: string;
  readonly sinceMs: number;
  readonly compressed: boolean;
}

/** The former files beside the one that is written to: `out-2026-11-25T10-00-00.000.jsonl`, UTC, like the Collector's. */
export class FormerFiles {
  readonly #path: string;
  readonly #rotation: Rotation;

  constructor(path: string, rotation: Rotation) {
    this.#path = path;
    this.#rotation = rotation;
  }

  /** Gives the file that was written to its name among the former ones. A name that is taken is left alone. */
  async setAside(nowMs: number): Promise<void> {
    const taken = new Set((await this.#list()).map(({ sinceMs }) => sinceMs));
    let stampMs = nowMs;
    while (taken.has(stampMs)) stampMs += 1;
    await rename(this.#path, this.#named(stampMs));
    await syncFolder(this.#path);
  }

  /** Compresses what is to be compressed and deletes what is beyond the limits. Returns how many files it deleted. */
  async tidy(nowMs: number, signal: AbortSignal): Promise<number> {
    const { maxBackups, maxAgeMs, compression } = this.#rotation;
    const newestFirst = (await this.#list()).toSorted((a, b) => b.sinceMs - a.sinceMs);
    const superfluous = newestFirst.filter(({ sinceMs }, index) => index >= maxBackups || nowMs - sinceMs > maxAgeMs);
    for (const { path } of superfluous) await rm(path, { force: true });
    if (compression === "none") return superfluous.length;
    for (const file of newestFirst.toReversed()) {
      if (file.compressed || superfluous.includes(file)) continue;
      await compress(file.path, signal);
    }
    return superfluous.length;
  }

  #named(stampMs: number): string {
    const extension = extname(this.#path);
    const stem = basename(this.#path, extension);
    const stamp = new Date(stampMs).toISOString().slice(0, -1).replaceAll(":", "-");
    return join(dirname(this.#path), `${stem}-${stamp}${extension}`);
  }

  async #list(): Promise<readonly FormerFile[]> {
    const names = await readdir(dirname(this.#path));
    return names.flatMap((name) => {
      const compressed = name.endsWith(".gz");
      const plain = compressed ? name.slice(0, -".gz".length) : name;
      const sinceMs = this.#stampOf(plain);
      return sinceMs === undefined ? [] : [{ path: join(dirname(this.#path), name), sinceMs, compressed }];
    });
  }

  /** The time in the name of a former file; undefined for every other name. */
  #stampOf(name: string): number | undefined {
    const extension = extname(this.#path);
    const stem = basename(this.#path, extension);
    if (!name.startsWith(stem) || !name.endsWith(extension)) return undefined;
    const [, day, hour, minute, second, millisecond] =
      STAMP.exec(name.slice(stem.length, name.length - extension.length)) ?? [];
    if (day === undefined) return undefined;
    const stampMs = Date.parse(`${day}T${hour}:${minute}:${second}.${millisecond}Z`);
    return Number.isNaN(stampMs) ? undefined : stampMs;
  }
}

/** A crash leaves the plain file, and perhaps an unfinished one that the next attempt writes anew. */
async function compress(path: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${path}.gz${UNFINISHED}`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { mode: 0o600 }), { signal });
  const handle = await open(unfinished, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, `${path}.gz`);
  await syncFolder(path);
  await rm(path);
}
