import type { PendingContent } from "../../collector/storage/storage.ts";
import type { LogFields } from "../../collector/telemetry.ts";

/** What names a blob in a line of the log. */
export function blobFields({ contentType, contentId, createdMs, expiresMs }: PendingContent): LogFields {
  return {
    content_type: contentType,
    content_id: contentId,
    created: new Date(createdMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
  };
}
