import type { Random } from "../emulator/content/random.ts";

/** The same elements in another order. */
export function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const keyed = list.map((element) => ({ element, key: random.next() }));
  return keyed.toSorted((left, right) => left.key - right.key).map(({ element }) => element);
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const TIME = /(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d/g;
const ADDRESS = /\b(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}\b/g;
const END_OF_LOCAL_PART = /[a-z0-9]@/gi;

/** The record with ids, times, addresses and mail names that no other has: what was remembered of one is of no use for the next. */
export function withOwnValues(text: string, random: Random): string {
  const sixty = (): number => 10 + random.below(50);
  return text
    .replace(GUID, () => random.guid())
    .replace(TIME, (_, hour: string) => `${hour}:${sixty()}:${sixty()}`)
    .replace(ADDRESS, (_, network: string) => `${network}.${random.below(250)}.${1 + random.below(250)}`)
    .replace(END_OF_LOCAL_PART, (end) => `${random.below(1_000_000)}${end}`);
}
