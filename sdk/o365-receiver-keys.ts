import type { Cloud } from "../receiver/clouds.ts";
import type { ContentType } from "../receiver/content-types.ts";

/** An entry of `receivers`, key by key as in the configuration file. Durations are text with a unit: `"30s"`. What each does, and the defaults: README of the receiver. */
export interface O365ReceiverKeys {
  readonly cloud?: Cloud;
  readonly tenant_id: string;
  readonly client_id: string;
  readonly certificate_file: string;
  readonly private_key_file: string;
  readonly fallback_certificates?: readonly { readonly certificate_file: string; readonly private_key_file: string }[];
  readonly thumbprint?: "sha256" | "sha1";
  readonly content_types?: readonly ContentType[];
  readonly poll_interval?: string;
  readonly initial_lookback?: string;
  readonly relist?: string;
  readonly reconcile_interval?: string;
  readonly max_remembered_records?: number;
  readonly max_in_flight_bytes?: number;
  readonly concurrency?: number;
  readonly request_timeout?: string;
  readonly connect_timeout?: string;
  readonly retry?: {
    readonly initial_interval?: string;
    readonly max_interval?: string;
    readonly randomization_factor?: number;
  };
  readonly dlp_values?: "drop" | "keep";
  readonly publisher_id?: string;
  readonly endpoints?: { readonly api?: string; readonly authority?: string; readonly scope?: string };
  readonly tls?: Readonly<Record<string, unknown>>;
  readonly proxy?: string;
}
