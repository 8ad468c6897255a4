import { CollectorError, ErrorCode } from "../collector/errors.ts";
import type { Period } from "../collector/storage/storage.ts";
import type { O365Config } from "./config.ts";
import { formatTime } from "./windows.ts";

/** What cannot go over the wire as it is: spaces, and all beyond ASCII. */
const UNSENDABLE = /[^\u0021-\u007e]/gu;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f]/;

/**
 * Paths of the API. All results are a path with its query and carry `PublisherIdentifier`, without which a request counts
 * against the quota that everybody shares.
 */
export class ApiUrls {
  /** Scheme, host and port: the only server that tokens go to. */
  readonly origin: string;
  readonly host: string;
  readonly #base: string;
  readonly #publisherId: string;

  constructor(config: Pick<O365Config, "tenantId" | "publisherId" | "endpoints">) {
    const root = new URL(config.endpoints.api);
    this.origin = root.origin;
    this.host = root.host;
    this.#base = `${root.pathname.replace(/\/+$/, "")}/api/v1.0/${config.tenantId}/activity/feed`;
    this.#publisherId = config.publisherId;
  }

  /** An operation, for example `/subscriptions/list`. */
  operation(path: string): string {
    return this.#withPublisher(`${this.#base}${path}`);
  }

  /** The first page of a listing. */
  content(contentType: string, { fromMs, toMs }: Period): string {
    const query = `contentType=${encodeURIComponent(contentType)}&startTime=${formatTime(fromMs)}&endTime=${formatTime(toMs)}`;
    return this.operation(`/subscriptions/content?${query}`);
  }

  /**
   * The path of a link that the service gave, character by character: its ids hold `$`, and a rewritten one is another id.
   * A link without a server is one to the API itself.
   *
   * @throws {CollectorError} `OTEL_O365_MISDIRECTED` when the link leads to another server.
   */
  checked(link: string, action: string): string {
    const read = this.#read(link);
    if (read.path === undefined) throw misdirected(action, read.fault);
    return this.#withPublisher(read.path.replaceAll(UNSENDABLE, encodeURIComponent));
  }

  /** Whether a link leads to the API itself. */
  isOwn(link: string): boolean {
    return this.#read(link).path !== undefined;
  }

  #read(link: string): { readonly path: string } | { readonly path: undefined; readonly fault: string } {
    const url = URL.parse(link, this.origin);
    const path = /^(?:https?:\/\/[^/?#\\]+)?(\/(?![/\\])[^#]*)/i.exec(link)?.[1];
    if (url === null || path === undefined || CONTROLS.test(link) || !link.isWellFormed()) {
      return { path: undefined, fault: "the service named an address that is no URL" };
    }
    if (url.origin !== this.origin || url.username !== "" || url.password !== "") {
      const fault = `the service named an address on "${url.origin}", and tokens for "${this.origin}" must not go there`;
      return { path: undefined, fault };
    }
    return { path };
  }

  #withPublisher(path: string): string {
    if (/[?&]publisheridentifier=/i.test(path)) return path;
    return `${path}${path.includes("?") ? "&" : "?"}PublisherIdentifier=${this.#publisherId}`;
  }
}

function misdirected(action: string, seen: string): CollectorError {
  return new CollectorError(
    ErrorCode.misdirected,
    `Cannot ${action}: ${seen}; check cloud and endpoints::api, and who answers for it`,
  );
}
