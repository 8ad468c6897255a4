import { json, type Answer } from "../http.ts";
import { type ApiCall, refuse } from "./context.ts";

/** Ids of Microsoft's built-in sensitive information types with their English names. */
const SENSITIVE_TYPES = [
  { id: "50842eb7-edc8-4019-85dd-5a5c1f2bb085", name: "Credit Card Number" },
  { id: "a44669fe-0d48-453d-a9b1-2cc83f2cba77", name: "U.S. Social Security Number (SSN)" },
  { id: "e7dc4711-11b7-4cb0-b88b-2c394a771f0e", name: "International Banking Account Number (IBAN)" },
];

/** Lists the names of sensitive information types. The emulator has them in English only. */
export function listSensitiveTypes(request: ApiCall): Answer {
  const language = request.call.headers["accept-language"] ?? "";
  if (language.includes(","))
    throw refuse("AF20053", "Only one language may be present in the Accept-Language header.");
  if (!/^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*(?:;\s*q=[01](?:\.\d+)?)?)?$/i.test(language.trim())) {
    throw refuse("AF20054", "Invalid syntax in Accept-Language header.");
  }
  return json(SENSITIVE_TYPES);
}
