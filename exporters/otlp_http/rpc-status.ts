import { isJsonObject, parseObject } from "../../collector/record.ts";

/** Field number of `message` in google.rpc.Status, with wire type 2 (length-delimited). */
const MESSAGE_TAG = (2 << 3) | 2;

/**
 * The `message` of the google.rpc.Status that an OTLP server sends with an error, as it is. Undefined when there is none. Never fails: the body comes from whoever answered.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#failures-1 (read 2026-11-22)
 */
export function rpcStatusMessage(mediaType: string, body: Uint8Array): string | undefined {
  return mediaType === "application/x-protobuf" ? fromProtobuf(body) : fromJson(mediaType, body);
}

function fromJson(mediaType: string, body: Uint8Array): string | undefined {
  if (mediaType !== "application/json") return undefined;
  const status = parseObject(Buffer.from(body).toString("utf8"));
  if (!isJsonObject(status)) return undefined;
  const message = status["message"];
  return typeof message === "string" ? message : undefined;
}

function fromProtobuf(body: Uint8Array): string | undefined {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = body[position];
      if (byte === undefined) return Number.NaN;
      position += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (position < body.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) {
      varint();
      continue;
    }
    if (wireType !== 2) return undefined;
    const end = varint() + position;
    if (!(end <= body.length)) return undefined;
    if (tag === MESSAGE_TAG) return decodeUtf8(body.subarray(position, end));
    position = end;
  }
  return undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
