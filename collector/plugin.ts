import { z } from "zod";
import { celCondition, celValue } from "./cel/fields.ts";
import { RecordView } from "./cel/record-view.ts";
import type { AnyFactory } from "./component.ts";
import { duration, filePath, secret, tls } from "./config/fields.ts";
import { drain, UnderWay } from "./drain.ts";
import {
  CollectorError,
  describeError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "./errors.ts";
import { auditRecordOf, isCollectorEvent } from "./record.ts";
import { withBody } from "./record-body.ts";
import { version } from "./version.ts";

/** Version of the contract between otel-o365 and plugins: what a plugin is given, and what its factories have to be. */
export const PLUGIN_API_VERSION = 1;

/**
 * What a plugin is given. It takes these from here rather than importing them: a second copy of the package would have
 * error classes of its own, which nobody here recognizes.
 */
export interface PluginApi {
  /** Version of otel-o365. */
  readonly version: string;
  /** For `config` of a factory. */
  readonly z: typeof z;
  /** Keys that the components of otel-o365 have too: durations, secrets, files, TLS of a client, conditions. */
  readonly fields: {
    readonly duration: typeof duration;
    readonly secret: typeof secret;
    readonly filePath: typeof filePath;
    readonly tls: typeof tls;
    readonly celCondition: typeof celCondition;
    readonly celValue: typeof celValue;
  };
  /** What an exporter throws, and what tells what went wrong. */
  readonly errors: {
    readonly CollectorError: typeof CollectorError;
    readonly PermanentError: typeof PermanentError;
    readonly PartialSuccessError: typeof PartialSuccessError;
    readonly RetryableError: typeof RetryableError;
    readonly ErrorCode: typeof ErrorCode;
    readonly describeError: typeof describeError;
  };
  /** For work with records. */
  readonly records: {
    readonly auditRecordOf: typeof auditRecordOf;
    readonly isCollectorEvent: typeof isCollectorEvent;
    readonly withBody: typeof withBody;
    readonly RecordView: typeof RecordView;
  };
  /** For shutdown(). */
  readonly lifecycle: { readonly drain: typeof drain; readonly UnderWay: typeof UnderWay };
}

/** What a module that `plugins` names exports as `plugin`. */
export interface Plugin {
  /** `PLUGIN_API_VERSION` that it was written for. */
  readonly apiVersion: number;
  /** Called once, when the configuration is read: it must not connect to anything. */
  create(api: PluginApi): readonly AnyFactory[];
}

/** What every plugin is given. */
export const pluginApi: PluginApi = {
  version,
  z,
  fields: { duration, secret, filePath, tls, celCondition, celValue },
  errors: { CollectorError, PermanentError, PartialSuccessError, RetryableError, ErrorCode, describeError },
  records: { auditRecordOf, isCollectorEvent, withBody, RecordView },
  lifecycle: { drain, UnderWay },
};
