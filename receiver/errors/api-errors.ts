import { CONSENT, REPORT } from "./phrases.ts";
import type { Row } from "./row.ts";

/**
 * Errors of the Management Activity API.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
export const API_ERRORS: readonly Row[] = [
  [
    "AF10001",
    "the app lacks a permission",
    `${CONSENT}; DLP.All needs ActivityFeed.ReadDlp as well. If both are there, check cloud`,
  ],
  ["AF20001", "a parameter is missing from the request", REPORT],
  [
    "AF20002",
    "a parameter of the request has the wrong type",
    "check that tenant_id and publisher_id are GUIDs; else report it to the makers of otel-o365",
  ],
  ["AF20003", "the webhook's expiry is in the past", REPORT],
  ["AF20010", "the tenant in the address is not the tenant of the token", "check tenant_id and endpoints"],
  ["AF20011", "the tenant does not exist or was deleted", "check tenant_id and cloud"],
  ["AF20012", "the tenant is set up wrongly on Microsoft's side", "open a support case with Microsoft"],
  ["AF20013", "the tenant id is not a GUID", "set tenant_id to the GUID of the tenant"],
  ["AF20020", "the content type is unknown", "check content_types and cloud"],
  ["AF20021", "the webhook was not validated", REPORT],
  [
    "AF20022",
    "no subscription was started for this content type",
    "nothing to do: it is started as soon as the 15-minute rule allows",
    "passing",
  ],
  [
    "AF20023",
    "an administrator of the tenant or of the service has disabled the subscription",
    "nothing to do: it is started again as soon as the 15-minute rule allows; if that does not last, find out who stops it",
    "passing",
  ],
  ["AF20024", "the subscription is enabled already", "nothing to do", "passing"],
  ["AF20030", "the time range of the request breaks a rule", "set this machine's clock (NTP)"],
  [
    "AF20031",
    "the page token is not valid any more",
    "nothing to do: the window is listed from its first page again",
    "passing",
  ],
  [
    "AF20050",
    "the content does not exist",
    "nothing to do: it is asked for again, and counts as gone after eight answers like this",
  ],
  [
    "AF20051",
    "the content has expired",
    "nothing to do: it counts as expired: let the collector run at least once in 7 days",
  ],
  [
    "AF20052",
    "the content id in the address is not valid",
    "check cloud: ids of another cloud are refused like this; else nothing to do: it counts as gone after eight answers like this",
  ],
  ["AF20053", "the request names more than one language", REPORT],
  ["AF20054", "the language header of the request is malformed", REPORT],
  ["AF20055", "the time range of the request breaks a rule", "set this machine's clock (NTP)"],
  [
    "AF429",
    "too many requests",
    "nothing to do: it is tried again more slowly. An all-zero PublisherId in the text means that publisher_id got lost on the way",
    "passing",
  ],
  [
    "AF50000 AF50005 AF50006",
    "the service has an internal error",
    "nothing to do: it is tried again. It may last hours: see the service health page of Microsoft 365",
    "passing",
  ],
];
