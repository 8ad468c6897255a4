import { z } from "zod";
import type { Component, LogsConsumer } from "../collector/component.ts";
import type { Ledger, Storage } from "../collector/storage/storage.ts";

/** Ways to do the collector's work wrongly. Each of them loses records when the process is killed, and one without that. */
export const SABOTAGES = ["settle_early", "cover_early", "remember_early", "drop_page"] as const;
export type Sabotage = (typeof SABOTAGES)[number];

/** A step at which the process kills itself. */
export interface KillAt {
  /** A method of the ledger, or `export`: an attempt of an exporter. */
  readonly step: string;
  readonly when: "before" | "after";
  /** Counts the calls of that step from 1. */
  readonly nth: number;
  /** Counts only calls whose arguments hold this text, a content id for example. */
  readonly holding?: string | undefined;
}

/** What is different from the collector as it is. */
export interface Wrap {
  readonly kill?: KillAt | undefined;
  readonly sabotage?: Sabotage | undefined;
  /** Milliseconds that the collector's clock is ahead. */
  readonly aheadMs?: number | undefined;
}

/** The variable of the environment that holds a Wrap as JSON. */
export const WRAP_VARIABLE = "CHAOS_WRAP";

const wrapSchema: z.ZodType<Wrap> = z.strictObject({
  kill: z
    .strictObject({
      step: z.string(),
      when: z.enum(["before", "after"]),
      nth: z.int().min(1),
      holding: z.string().optional(),
    })
    .optional(),
  sabotage: z.enum(SABOTAGES).optional(),
  aheadMs: z.number().optional(),
});

export function readWrap(text: string | undefined): Wrap {
  return wrapSchema.parse(JSON.parse(text ?? "{}"));
}

/** Listings are kept back so long before they are stored: any kill meanwhile loses them. */
const LISTED_LATE_MS = 5000;
const MANY_RECORDS = 1_000_000;

/** Wraps the parts that a collector is made of. */
export class Wrapper {
  readonly #wrap: Wrap;
  /** Pages so far, for the sabotage that drops every other one. */
  #pages = 0;
  /** Calls so far of the step to die at. */
  #calls = 0;

  constructor(wrap: Wrap) {
    this.#wrap = wrap;
  }

  storage(storage: Storage): Storage {
    return {
      spoolDirectory: storage.spoolDirectory,
      ledgerWasLost: storage.ledgerWasLost,
      ledger: (owner) => this.#ledger(storage.ledger(owner)),
      saveConditions: (conditions) => storage.saveConditions(conditions),
      countDeadLetters: (letters, atMs) => storage.countDeadLetters(letters, atMs),
      beat: (nowMs) => storage.beat(nowMs),
      close: (kind, atMs) => storage.close(kind, atMs),
    };
  }

  exporter(exporter: Component & LogsConsumer): Component & LogsConsumer {
    return {
      start: () => exporter.start(),
      shutdown: (signal) => exporter.shutdown(signal),
      consume: (records, signal) => this.#asyncStep("export", () => exporter.consume(records, signal)),
    };
  }

  /** What stands in front of an exporter. */
  delivery(delivery: Component & LogsConsumer): Component & LogsConsumer {
    if (this.#wrap.sabotage !== "settle_early") return delivery;
    return {
      start: () => delivery.start(),
      shutdown: (signal) => delivery.shutdown(signal),
      // The acknowledgement of what is merely on its way.
      consume(records, signal) {
        delivery.consume(records, signal).catch(() => {});
        return Promise.resolve();
      },
    };
  }

  #ledger(ledger: Ledger): Ledger {
    const spoiled = this.#spoil(ledger);
    return new Proxy(ledger, {
      get: (target, name) => {
        const own: unknown = Reflect.get(spoiled, name);
        const member: unknown = own ?? Reflect.get(target, name);
        if (typeof member !== "function") return member;
        const owner = own === undefined ? target : spoiled;
        return (...args: unknown[]) => this.#step(String(name), args, () => Reflect.apply(member, owner, args));
      },
    });
  }

  /** The methods of the ledger that the sabotage replaces. */
  #spoil(ledger: Ledger): Partial<Ledger> {
    switch (this.#wrap.sabotage) {
      case "cover_early":
        return {
          addListed(contentType, page, nowMs) {
            setTimeout(() => addAnyway(ledger, contentType, page, nowMs), LISTED_LATE_MS).unref();
            return page.length;
          },
        };
      case "remember_early":
        return {
          seen(branch, keys) {
            const seen = ledger.seen(branch, keys);
            ledger.remember(branch, { keys, maxRecords: MANY_RECORDS }, Date.now());
            return seen;
          },
        };
      case "drop_page":
        return {
          addListed: (contentType, page, nowMs) =>
            page.length > 0 && this.#pages++ % 2 === 1 ? 0 : ledger.addListed(contentType, page, nowMs),
        };
      default:
        return {};
    }
  }

  #step(name: string, args: readonly unknown[], call: () => unknown): unknown {
    const isWanted = this.#counts(name, args);
    if (isWanted) this.#killAt("before");
    const result = call();
    if (isWanted) this.#killAt("after");
    return result;
  }

  async #asyncStep<T>(name: string, call: () => Promise<T>): Promise<T> {
    const isWanted = this.#counts(name, []);
    if (isWanted) this.#killAt("before");
    const result = await call();
    if (isWanted) this.#killAt("after");
    return result;
  }

  /** Whether this call is the one to die at. */
  #counts(name: string, args: readonly unknown[]): boolean {
    const { kill } = this.#wrap;
    if (kill?.step !== name) return false;
    if (kill.holding !== undefined && !JSON.stringify(args).includes(kill.holding)) return false;
    this.#calls += 1;
    return this.#calls === kill.nth;
  }

  #killAt(when: KillAt["when"]): void {
    if (this.#wrap.kill?.when === when) process.kill(process.pid, "SIGKILL");
  }
}

function addAnyway(ledger: Ledger, ...page: Parameters<Ledger["addListed"]>): void {
  try {
    ledger.addListed(...page);
  } catch {
    // The ledger was closed meanwhile: what was kept back is lost, as it should be.
  }
}
