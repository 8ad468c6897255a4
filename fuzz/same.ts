type Members = Readonly<Record<string, unknown>>;

/** True when two values of plain objects, lists, texts, numbers and booleans are alike. The order of members does not count. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one)) return Array.isArray(other) && sameElements(one, other);
  return hasMembers(one) && hasMembers(other) && !Array.isArray(other) && sameMembers(one, other);
}

function hasMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

function sameElements(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (!same(one[at], other[at])) return false;
  return true;
}

function sameMembers(one: Members, other: Members): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  for (const name of names) if (!Object.hasOwn(other, name) || !same(one[name], other[name])) return false;
  return true;
}

/** True when an object has these members and no others. */
export function hasExactly(one: Members, members: ReadonlyMap<string, unknown>): boolean {
  let found = 0;
  for (const name of Object.keys(one)) {
    const wanted = members.get(name);
    if (wanted === undefined || !same(one[name], wanted)) return false;
    found += 1;
  }
  return found === members.size;
}
