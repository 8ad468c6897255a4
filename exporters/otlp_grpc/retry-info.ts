import type { Metadata } from "@grpc/grpc-js";

const DETAILS = "grpc-status-details-bin";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

/** A field of a protobuf message: its number and, for the kinds that matter here, its value. */
interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/**
 * Milliseconds that a backend asks to wait: the RetryInfo among the details of its status. Undefined when there is none.
 * Never fails: the bytes come from whoever answered.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling (read 2026-11-25)
 */
export function retryDelayMs(metadata: Metadata): number | undefined {
  const [status] = metadata.get(DETAILS);
  if (!(status instanceof Uint8Array)) return undefined;
  // Status: code = 1, message = 2, details = 3. Any: type_url = 1, value = 2. RetryInfo: retry_delay = 1. Duration: seconds = 1, nanos = 2.
  for (const detail of submessages(status, 3)) {
    const [type] = submessages(detail, 1);
    if (type === undefined || Buffer.from(type).toString("utf8") !== RETRY_INFO) continue;
    const [info = new Uint8Array()] = submessages(detail, 2);
    const [delay] = submessages(info, 1);
    return delay === undefined ? 0 : durationMs(delay);
  }
  return undefined;
}

function durationMs(duration: Uint8Array): number {
  let seconds = 0n;
  let nanos = 0n;
  for (const { number, value } of fields(duration)) {
    if (typeof value !== "bigint") continue;
    if (number === 1) seconds = BigInt.asIntN(64, value);
    if (number === 2) nanos = BigInt.asIntN(32, value);
  }
  return Math.max(0, Number(seconds) * 1000 + Math.ceil(Number(nanos) / 1e6));
}

function submessages(message: Uint8Array, wanted: number): readonly Uint8Array[] {
  return fields(message).flatMap(({ number, value }) =>
    number === wanted && typeof value !== "bigint" ? [value] : [],
  );
}

const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The fields of a message up to where it can be read. */
function fields(message: Uint8Array): readonly Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === undefined) break;
    const kind = Number(tag & 7n);
    const number = Number(tag >> 3n);
    const value = kind === 0 || kind === 2 ? varint() : undefined;
    if (kind === 0 && value !== undefined) found.push({ number, value });
    else if (kind === 2 && value !== undefined && value <= BigInt(message.length - at)) {
      found.push({ number, value: message.subarray(at, at + Number(value)) });
      at += Number(value);
    } else if (FIXED[kind] === undefined) break;
    else at += FIXED[kind];
  }
  return found;
}
