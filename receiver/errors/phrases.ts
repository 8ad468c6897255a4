/** Phrases that several remedies use. Each reads after "; ". */
export const AS_CLIENT =
  'set client_id to "Application (client) ID" and tenant_id to "Directory (tenant) ID" of the same app registration';
export const CONSENT =
  'add the application permission ActivityFeed.Read of "Office 365 Management APIs" to the app registration and press "Grant admin consent"';
export const WAIT = "nothing to do: it is tried again";
export const REPORT = "report it to the makers of otel-o365 with the ids of this message";
