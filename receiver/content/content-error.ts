import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { ArrayFault } from "./json-array.ts";

/**
 * What is wrong with a body. `cut`: it did not arrive whole. `too_large`: its unsplittable rest cannot be one record.
 * The others are about a body that arrived whole.
 */
export type ContentFault = ArrayFault | "cut" | "too_large";

/** The body of a blob is not a whole JSON array. Another attempt may bring another body. */
export class ContentError extends RetryableError {
  readonly fault: ContentFault;
  /** Bytes that arrived. Equal faults and sizes of several attempts mean that the service keeps the blob like that. */
  readonly bytes: number;

  constructor(fault: ContentFault, bytes: number, message: string, options?: ErrorOptions) {
    super(ErrorCode.protocol, message, options);
    this.fault = fault;
    this.bytes = bytes;
  }
}

/** The API answered with an error object although the status said success. The caller classifies it like any error answer. */
export class ErrorObjectError extends RetryableError {
  /** The text of the object, at most 64 KiB. For classification, not for printing. */
  readonly body: string;

  constructor(body: string) {
    super(
      ErrorCode.protocol,
      "Cannot read blob: the body is an error object instead of an array of records; nothing to do: it is fetched again",
    );
    this.body = body;
  }
}

const SEEN: Readonly<Record<ArrayFault, (bytes: number, at: number) => string>> = {
  empty: (bytes) => `the body is empty (${bytes} bytes)`,
  not_an_array: (bytes, at) => `the body (${bytes} bytes) does not begin with "[" (byte ${at})`,
  unbalanced: (bytes, at) =>
    `the body ends after ${bytes} bytes inside the array (last whole record ends before byte ${at})`,
  trailing: (bytes, at) => `something follows the end of the array at byte ${at} of ${bytes}`,
};

/** The error for a body that arrived whole but is not a whole array. `at`: where the trouble starts. */
export function arrayFault(fault: ArrayFault, name: string, bytes: number, at: number): ContentError {
  return new ContentError(fault, bytes, cannotRead(name, SEEN[fault](bytes, at)));
}

/** The text of an error about a body. */
export function cannotRead(name: string, seen: string): string {
  return `Cannot read blob "${name}": ${seen}; nothing to do: it is fetched again. If it lasts, check the proxy on the way`;
}
