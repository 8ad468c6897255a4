import { distance } from "fastest-levenshtein";

/** The candidate that `text` was most likely meant to be; undefined when none is near. Case, dashes and camelCase do not count as faults. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalize(text);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const normalized = normalize(candidate);
    const faults = distance(wanted, normalized);
    if (faults < bestDistance && faults <= tolerance(Math.max(wanted.length, normalized.length))) {
      best = candidate;
      bestDistance = faults;
    }
  }
  return best;
}

// Two swapped letters count as two faults, so words of four letters and more are allowed that many.
function tolerance(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

function normalize(text: string): string {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[-\s]/g, "_")
    .toLowerCase();
}

/** Ends a message about an unknown name: `did you mean "x"?`, else all names there are. */
export function suggest(text: string, candidates: readonly string[], all: string): string {
  const near = nearest(text, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  return candidates.length === 0 ? `there are no ${all}` : `${all} are ${candidates.join(", ")}`;
}
