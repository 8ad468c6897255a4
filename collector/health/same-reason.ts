/** Trace ids, tenants and applications differ between attempts and integrations that fail for one reason. */
const ID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/giu;

/** A remedy may name the content type that needs it. */
const CONTENT_TYPE = /"(?:Audit\.\w+|DLP\.All)"/gu;

/**
 * What a message says was seen and what to do, without the object that it concerns: equal for one failure that hits several content
 * types, or several integrations. Rests on the form that all messages have, *Cannot <action> <object>: <seen>; <do>*, and only
 * decides how often a reader is told the same.
 */
export function reasonOf(message: string): string {
  const end = message.indexOf(": ");
  const reason = message.startsWith("Cannot ") && end !== -1 ? message.slice(end + 2) : message;
  return reason.replaceAll(ID, "…").replaceAll(CONTENT_TYPE, "…");
}
