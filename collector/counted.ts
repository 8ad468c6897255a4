import type { Attributes, Meter } from "@opentelemetry/api";
import type { LogsConsumer } from "./component.ts";

/** Instruments of what passes between components. */
const DESCRIPTIONS = {
  otelcol_processor_incoming_items: "Log records handed to the processor",
  otelcol_processor_outgoing_items: "Log records handed on by the processor",
} as const;

/** The same consumer, with what is handed to it counted. Adds no promise. */
export function counted(
  consumer: LogsConsumer,
  meter: Meter,
  name: keyof typeof DESCRIPTIONS,
  attributes: Attributes,
): LogsConsumer {
  const counter = meter.createCounter(name, { unit: "{item}", description: DESCRIPTIONS[name] });
  return {
    consume(records, signal) {
      counter.add(records.length, attributes);
      return consumer.consume(records, signal);
    },
  };
}
