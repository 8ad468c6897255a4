import { type Attributes, createNoopMeter, type Meter } from "@opentelemetry/api";

/** What the counters of a run have added up to. */
export interface CountingMeter {
  readonly meter: Meter;
  /** The sum of a counter over all attributes, or over those that have the given values. */
  sum(name: string, where?: Attributes): number;
}

interface Entry {
  readonly attributes: Attributes;
  value: number;
}

/** A meter that adds up counters, for what the components count and a replay reports; other instruments do nothing. */
export function countingMeter(): CountingMeter {
  const noop = createNoopMeter();
  const counters = new Map<string, Map<string, Entry>>();
  const add = (name: string, value: number, attributes: Attributes): void => {
    const entries = counters.get(name) ?? new Map<string, Entry>();
    counters.set(name, entries);
    const key = JSON.stringify(attributes);
    const entry = entries.get(key) ?? { attributes, value: 0 };
    entries.set(key, entry);
    entry.value += value;
  };
  return {
    meter: {
      createCounter: (name) => ({ add: (value, attributes) => add(name, value, attributes ?? {}) }),
      createUpDownCounter: (name, options) => noop.createUpDownCounter(name, options),
      createHistogram: (name, options) => noop.createHistogram(name, options),
      createGauge: (name, options) => noop.createGauge(name, options),
      createObservableGauge: (name, options) => noop.createObservableGauge(name, options),
      createObservableCounter: (name, options) => noop.createObservableCounter(name, options),
      createObservableUpDownCounter: (name, options) => noop.createObservableUpDownCounter(name, options),
      addBatchObservableCallback: () => {},
      removeBatchObservableCallback: () => {},
    },
    sum(name, where = {}) {
      const wanted = Object.entries(where);
      let total = 0;
      for (const { attributes, value } of counters.get(name)?.values() ?? []) {
        if (wanted.every(([key, one]) => attributes[key] === one)) total += value;
      }
      return total;
    },
  };
}
