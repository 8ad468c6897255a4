import type { ContentTypeVerdict, Trouble } from "../health/judge.ts";
import { reasonOf } from "../health/same-reason.ts";
import { printable } from "../printable.ts";
import { scrub } from "../scrub.ts";
import type { Condition, DeadLettered, Period } from "../storage/storage.ts";
import type { IntegrationStatus, StatusReport } from "./status-report.ts";
import { type Colour, STATE_WORDS } from "./status-style.ts";
import { formatAge, formatMinute, formatPeriod } from "./text-table.ts";

/** One thing that an operator has to know about an integration. */
export interface Note {
  readonly colour: Colour;
  readonly text: string;
  /** Equal for notes that say the same of another integration, whatever times and counts they name. */
  readonly likeness: string;
}

/** What one content type has to say; the same of several becomes one note. */
interface Remark {
  readonly colour: Colour;
  readonly contentType: string | undefined;
  readonly likeness: string;
  /** The earliest counts. */
  readonly sinceMs: number;
  /** The sum counts. */
  readonly count: number;
  readonly text: (sinceMs: number, count: number) => string;
}

/** So many gaps of a content type are written out. */
const MAX_PERIODS = 5;

/** Everything about an integration that numbers do not say: each reason once, with the content types that it hits. */
export function notesOf({ verdict, faults, deadLetters }: IntegrationStatus, report: StatusReport): readonly Note[] {
  const causes = verdict.contentTypes.flatMap(({ troubles }) => troubles.map(({ cause }) => cause));
  const said = new Set(causes.flatMap((cause) => (cause === undefined ? [] : [reasonOf(cause)])));
  const remarks = [
    ...verdict.contentTypes.flatMap(({ troubles }) => signInRemarks(troubles, report)),
    ...verdict.contentTypes.flatMap((one) => remarksOn(one, report, said)),
    ...faults.filter(({ message = "" }) => !said.has(reasonOf(message))).map((one) => faultRemark(one, report.nowMs)),
  ];
  const alike = Map.groupBy(remarks, ({ likeness }) => likeness);
  return [...[...alike.values()].flatMap(together), ...deadLetterNotes(deadLetters)];
}

function together(remarks: readonly Remark[]): readonly Note[] {
  const sinceMs = Math.min(...remarks.map((one) => one.sinceMs));
  const first = remarks.find((one) => one.sinceMs === sinceMs);
  if (first === undefined) return [];
  const count = remarks.reduce((sum, one) => sum + one.count, 0);
  const names = [...new Set(remarks.flatMap(({ contentType }) => contentType ?? []))].join(", ");
  const text = first.text(sinceMs, count);
  return [{ colour: first.colour, text: names === "" ? text : `${names}: ${text}`, likeness: first.likeness }];
}

/** A sign-in that is refused concerns all content types alike: one sentence says so. */
function signInRemarks(troubles: readonly Trouble[], { lock }: StatusReport): readonly Remark[] {
  const last = lock.running === "no" ? "when the collector ran last, " : "";
  return troubles
    .filter(({ about }) => about === "sign_in")
    .map(({ sinceMs, cause = "refused" }) => ({
      colour: "red",
      contentType: undefined,
      likeness: key("sign_in", reasonOf(cause)),
      sinceMs,
      count: 1,
      text: (since) => `${last}since ${formatMinute(since)}: ${printable(scrub(cause))}`,
    }));
}

function remarksOn(verdict: ContentTypeVerdict, report: StatusReport, said: ReadonlySet<string>): readonly Remark[] {
  const { facts, gaps, backlog, troubles } = verdict;
  const { contentType } = facts;
  const plain = (colour: Colour, text: string): Remark => {
    return { colour, contentType, likeness: text, sinceMs: 0, count: 1, text: () => text };
  };
  const remarks = troubles
    .filter(({ about }) => about !== "sign_in")
    .map((trouble) => troubleRemark(trouble, verdict, report));
  for (const gap of firstFew(gaps)) {
    const text = `gap ${gap}: never listed, and the service no longer lists it; an export of that period can be sent with replay --file`;
    remarks.push(plain("red", text));
  }
  const lost = facts.expired + facts.gone;
  if (lost > 0) {
    const text = `gap of ${blobs(lost)}: the service gave up ${facts.expired} as expired, ${facts.gone} as gone`;
    remarks.push({ ...plain("red", text), likeness: key("lost", contentType) });
  }
  // What is later than all that was listed goes without saying, or is said above.
  const lastMs = facts.coverage.at(-1)?.fromMs ?? 0;
  for (const period of firstFew(backlog.filter(({ fromMs }) => fromMs < lastMs))) {
    remarks.push(plain("yellow", `${period}: not listed to its end yet; the collector does that as soon as it can`));
  }
  if (facts.setAside > 0) remarks.push(setAsideRemark(verdict, said));
  const ended = facts.listed - facts.delivered - facts.pending - lost;
  if (ended > 0) {
    const text = (_: number, count: number): string => `${blobs(count)} listed from before what any pipeline collects`;
    remarks.push({ ...plain("gray", ""), likeness: key("before"), count: ended, text });
  }
  if (!verdict.configured) remarks.push(plain("gray", "not in the configuration: whether it is listed is not judged"));
  return remarks;
}

function setAsideRemark({ facts }: ContentTypeVerdict, said: ReadonlySet<string>): Remark {
  const { contentType, setAside, lastError } = facts;
  const reason = lastError === undefined ? "" : reasonOf(lastError);
  const why = lastError === undefined ? "the log says why" : printable(scrub(lastError));
  const because = said.has(reason) ? ", for the reason above" : `: ${why}`;
  return {
    colour: "yellow",
    contentType,
    likeness: key("set_aside", reason),
    sinceMs: 0,
    count: setAside,
    text: (_, count) => `${blobs(count)} set aside until the next attempt${because}`,
  };
}

function troubleRemark(trouble: Trouble, { facts, troubles }: ContentTypeVerdict, report: StatusReport): Remark {
  const { about, branch = "", sinceMs, state, cause } = trouble;
  const isRefused = troubles.some((one) => one.about === "sign_in" && one.cause === cause);
  const wasListed = facts.originMs !== undefined;
  // Without a collector that runs, nobody's cause is told.
  const reason = cause === undefined || report.lock.running === "no" ? "" : reasonOf(cause);
  return {
    colour: STATE_WORDS[state].colour,
    contentType: facts.contentType,
    likeness: key(about, branch, String(wasListed), reason),
    sinceMs,
    count: facts.pending,
    text: (sinceMs, pending) => {
      const since = `${formatMinute(sinceMs)} (${formatAge(report.nowMs - sinceMs)})`;
      const why = isRefused ? ", for the reason above" : whyText(trouble, pending, report);
      if (about === "permission") return `refused since ${since}${why}`;
      if (about === "quiet") {
        return `nothing new since ${since}, longer than its usual pauses, although listings succeed; is auditing still on, and the subscription delivering?`;
      }
      if (about === "empty") {
        return `nothing ever came since collecting began at ${since}, nor of any other content type, although listings succeed; is auditing on? check says so, and how to turn it on`;
      }
      if (about === "delivery") return `${branch} has not delivered what was listed at ${since}${why}`;
      if (!wasListed) return `was never listed since the collector started at ${since}${why}`;
      return `nothing was listed to its end since ${since}${why}`;
    },
  };
}

function whyText({ about, cause }: Trouble, pending: number, { lock }: StatusReport): string {
  if (lock.running === "no") return "; no collector is running";
  if (cause !== undefined) return `: ${printable(scrub(cause))}`;
  if (about !== "delivery" || lock.running === "unknown") return "; the log of the collector says why";
  return `; no component reports a fault, so it is catching up: ${blobs(pending)} to go`;
}

/** The state waits for a fault to last; whoever looks because something is wrong wants to know of it at once. */
function faultRemark({ component, message = "", sinceMs }: Condition, nowMs: number): Remark {
  return {
    colour: "yellow",
    contentType: undefined,
    // What fails for one reason, a full disk above all, is reported by each part that it hits.
    likeness: key("fault", component, reasonOf(message)),
    sinceMs,
    count: 1,
    text: (since) =>
      `${component}, since ${formatMinute(since)} (${formatAge(nowMs - since)}): ${printable(scrub(message))}`,
  };
}

function deadLetterNotes(letters: readonly DeadLettered[]): readonly Note[] {
  const byExporter = Map.groupBy(letters, ({ exporter }) => exporter);
  return [...byExporter].map(([exporter, those]) => {
    const count = (reason: DeadLettered["reason"]): number =>
      those.filter((one) => one.reason === reason).reduce((sum, { records }) => sum + records, 0);
    const [refused, partial] = [count("refused"), count("partial")];
    const whole = refused === 0 ? [] : [`has refused ${refused} records for good`];
    const parts = partial === 0 ? [] : [`took batches of ${partial} records without some of them`];
    const text = `${exporter} ${[...whole, ...parts].join(", and ")}; they are in dead-letters/ unless they were sent again (replay --dead-letters) or moved away`;
    return { colour: "yellow", text, likeness: key("dead_letters", exporter) };
  });
}

function firstFew(periods: readonly Period[]): readonly string[] {
  // The newest ones: those an operator has not seen yet.
  const texts = periods.slice(-MAX_PERIODS).map(formatPeriod);
  const rest = periods.length - texts.length;
  return rest > 0 ? [`${rest} older periods (all of them: --json)`, ...texts] : texts;
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function blobs(count: number): string {
  return `${count} blob${count === 1 ? "" : "s"}`;
}
