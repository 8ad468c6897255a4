import type { Component } from "./component.ts";
import type { Period } from "./storage/storage.ts";

/** What a receiver is asked to deliver once more. */
export type ReplayRequest = PeriodRequest | FilesRequest;

/** A period, listed and fetched again from where the receiver collects. */
export interface PeriodRequest {
  readonly kind: "period";
  /** Neither end is in the future. */
  readonly period: Period;
  /** Undefined: those of the configuration. */
  readonly contentTypes: readonly string[] | undefined;
  /** Requests a minute at most, so that a collector beside it has its share of the quota. */
  readonly requestsPerMinute: number;
}

/** Records that somebody exported to files. */
export interface FilesRequest {
  readonly kind: "files";
  readonly paths: readonly string[];
  /** Whether records of other tenants than the receiver's are taken as well. */
  readonly anyTenant: boolean;
  /** Folder for what was read of the files. It survives a restart, and belongs to this replay alone. */
  readonly directory: string;
}

/**
 * Delivers what was asked for to every branch, and ends. What was acknowledged is in the storage: after a restart it goes on
 * where it stopped.
 */
export interface Replay extends Component {
  /**
   * Settles when there is nothing left to do, or was shut down; call it after start().
   *
   * @throws {CollectorError} What makes going on impossible.
   */
  finished(): Promise<void>;
  /** How far it is. Cheap enough to be asked for every second. */
  progress(): ReplayProgress;
}

/** So much of what is known so far. */
export interface Share {
  readonly done: number;
  readonly total: number;
}

export interface ReplayProgress {
  /** Finding out what there is: windows listed, bytes read. */
  readonly found: Share;
  /** Delivering it: blobs, bytes. Grows while it is found. */
  readonly settled: Share;
  /** Records delivered so far, by all runs of this replay. */
  readonly records: number;
  /** Records that were passed on as malformed in this run. */
  readonly malformed: number;
  /** Lines or rows of files that hold no record to deliver. */
  readonly unreadable: number;
  /**
   * What stands in the way of parts of it until somebody mends it, and then the next run has them: *Cannot <action> <object>: <what was
   * seen>; <what to do>*.
   */
  readonly problems: readonly string[];
  /** Periods that cannot be had any more. */
  readonly missing: readonly MissingPart[];
}

export interface MissingPart {
  readonly contentType: string;
  readonly period: Period;
}
