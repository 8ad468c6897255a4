/** What an answer of the API without an error code means. */
export interface UncodedError {
  /** Status, and the words that it is told by. For people: receiver/wire-errors.ts does the telling. */
  readonly seen: string;
  readonly cause: string;
  /** What to do; an imperative without a period. */
  readonly remedy: string;
}

export type UncodedKind = "auditing_off" | "start_throttled" | "unauthorized" | "throttled" | "transient" | "request";

/**
 * Answers outside the API's scheme of codes.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/troubleshooting-the-office-365-management-activity-api (state of July 2026)
 */
export const UNCODED_ERRORS: Readonly<Record<UncodedKind, UncodedError>> = {
  auditing_off: {
    seen: "400, “DataServiceException: Tenant … does not exist”",
    cause:
      "the API says that the tenant does not exist: auditing is off or not in effect yet, no licence includes it, or tenant_id is wrong",
    remedy:
      'turn it on with "Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true" in Exchange Online PowerShell (it takes up to an hour)',
  },
  start_throttled: {
    seen: "429, “Too many frequent subscription start requests”",
    cause: "the API allows one start in 15 minutes",
    remedy: "nothing to do: it is started as soon as that has passed",
  },
  unauthorized: {
    seen: "401, “Authorization has been denied for this request”, or an empty body",
    cause: "the token was refused",
    remedy: "check cloud, tenant_id and endpoints: the token is for another audience, or it was withdrawn",
  },
  throttled: {
    seen: "429",
    cause: "too many requests",
    remedy: "nothing to do: it is tried again more slowly",
  },
  transient: {
    seen: "408, 5xx, a redirect or a login page",
    cause: "the service is not there for now, or somebody else answers in its place",
    remedy:
      "nothing to do: it is tried again. If it lasts, check endpoints, the proxy and the service health page of Microsoft 365",
  },
  request: {
    seen: "404, “No HTTP resource was found”, and any other 4xx",
    cause: "the request did not reach the API that it was meant for",
    remedy: "check cloud, endpoints and the proxy; else report it to the makers of otel-o365",
  },
};
