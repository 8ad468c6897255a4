import type { Random } from "../emulator/content/random.ts";

/** The same elements in another order. */
export function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const keyed = list.map((element) => ({ element, key: random.next() }));
  return keyed.toSorted((left, right) => left.key - right.key).map(({ element }) => element);
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const TIME = /(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d/g;
const ADDRESS = /\b(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}\b/g;
/** What a service gives each record anew. */
const OWN_ID = new RegExp(`"(Id|CorrelationId|InterSystemsId|IntraSystemId)":"${GUID.source}"`, "gi");
const CREATION_TIME = /"CreationTime":"(\d{4}-\d\d-\d\dT\d\d):\d\d:\d\d/;
const END_OF_LOCAL_PART = /[a-z0-9]@/gi;

/** The record with an id, ids of its request and a time that no other has: as a service would write it if the same thing happened again. */
export function happenedAgain(text: string, random: Random): string {
  return text
    .replace(OWN_ID, (_, name: string) => `"${name}":"${random.guid()}"`)
    .replace(CREATION_TIME, (_, hour: string) => `"CreationTime":"${hour}:${sixty(random)}:${sixty(random)}`);
}

/** The record with ids, times, addresses and mail names that no other has: what was remembered of one is of no use for the next. */
export function withOwnValues(text: string, random: Random): string {
  return text
    .replace(GUID, () => random.guid())
    .replace(TIME, (_, hour: string) => `${hour}:${sixty(random)}:${sixty(random)}`)
    .replace(ADDRESS, (_, network: string) => `${network}.${random.below(250)}.${1 + random.below(250)}`)
    .replace(END_OF_LOCAL_PART, (end) => `${random.below(1_000_000)}${end}`);
}

/** Minutes or seconds of two digits. */
function sixty(random: Random): number {
  return 10 + random.below(50);
}
