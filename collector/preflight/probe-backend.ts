import type { Component } from "../component.ts";
import { CollectorError } from "../errors.ts";
import { fact, type Fact } from "./fact.ts";

/** An exporter that can ask its backend whether it takes an empty request. */
export interface Probing extends Component {
  /**
   * @returns What the backend remarked, when it did.
   * @throws {CollectorError} When it does not take it.
   */
  probe(signal: AbortSignal): Promise<string | undefined>;
}

/** Sends the backend an empty request: reached, let in, and OTLP spoken, all in one. */
export async function* probeBackend(exporter: Probing, destination: string, signal: AbortSignal): AsyncGenerator<Fact> {
  try {
    await exporter.start();
    const remark = await exporter.probe(signal);
    const message = `${destination} accepts an empty OTLP request`;
    yield remark === undefined
      ? fact("ok", "backend", message)
      : fact("warn", "backend", `${message}, but says: "${remark}"; find out there what it means`);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorError)) throw error;
    yield fact("fail", "backend", error.message, { fields: { code: error.code } });
  } finally {
    await exporter.shutdown(AbortSignal.abort());
  }
}
