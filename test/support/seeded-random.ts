/** A seed that differs per run, or the one in TEST_SEED to repeat a run. Tests print it. */
export function newSeed(): number {
  const given = Number(process.env["TEST_SEED"]);
  return Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 0xffff_ffff;
}

/** A generator of numbers in [0, 1) that depends on the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
