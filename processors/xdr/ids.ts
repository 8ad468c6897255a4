import { v5 } from "uuid";

/** Namespace of the name-based ids that this processor makes (RFC 9562 §5.5). Changing it changes every id. */
const NAMESPACE = "5b0c7e0e-6d0f-5e0b-9a53-0f6c3c1f8a41";

/** Name-based id of any text; half of a surrogate pair, which a record can hold, has no bytes of its own. */
function uuidOf(name: string): string {
  return v5(name.toWellFormed(), NAMESPACE);
}

/** Resource string of a stored event: `event://priv:scwx.<schema>:<tenant>:<epoch ms>:<uuid>`. The same record gives the same string. */
export function resourceId(schema: string, tenantId: string, eventTimeMs: number, recordId: string): string {
  return `event://priv:scwx.${schema}:${tenantId}:${eventTimeMs}:${uuidOf(`${recordId}:${schema}`)}`;
}

/** `log.record.uid` of the copy of a record: backends drop records whose uid they have seen. */
export function copyUid(uid: string, schema: string): string {
  return uuidOf(`${uid}:${schema}`);
}
