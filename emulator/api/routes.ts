import { findContentType } from "../content/content-type.ts";
import { parseContentId } from "../content/content-id.ts";
import {
  decodeSegment,
  methodNotAllowed,
  notFound,
  type Answer,
  type Call,
  type Operation,
  type Route,
} from "../http.ts";
import { authorize, authorizeContentType } from "./authorize.ts";
import { listContent, listNotifications, retrieveBlob } from "./content.ts";
import { type ApiCall, type ApiContext, Refusal, refuse, type TypedCall } from "./context.ts";
import { listSensitiveTypes } from "./names.ts";
import { listSubscriptions, startSubscription, stopSubscription } from "./subscriptions.ts";

interface Endpoint {
  readonly operation: Operation;
  readonly method: "GET" | "POST";
  /** Name in the text of AF429. */
  readonly quotaName: string;
  run(context: ApiContext, request: ApiCall, contentId: string): Answer | Promise<Answer>;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "subscriptions/start": {
    operation: "start",
    method: "POST",
    quotaName: "StartSubscription",
    run: (context, request) => startSubscription(context, withContentType(request)),
  },
  "subscriptions/stop": {
    operation: "stop",
    method: "POST",
    quotaName: "StopSubscription",
    run: (context, request) => stopSubscription(context, withContentType(request)),
  },
  "subscriptions/list": {
    operation: "list",
    method: "GET",
    quotaName: "ListSubscriptions",
    run: (_context, request) => listSubscriptions(request),
  },
  "subscriptions/content": {
    operation: "content",
    method: "GET",
    quotaName: "GetContents",
    run: (context, request) => listContent(context, withContentType(request)),
  },
  "subscriptions/notifications": {
    operation: "notifications",
    method: "GET",
    quotaName: "GetNotifications",
    run: (context, request) => listNotifications(context, withContentType(request)),
  },
  "resources/dlpsensitivetypes": {
    operation: "names",
    method: "GET",
    quotaName: "GetFriendlyNames",
    run: (_context, request) => listSensitiveTypes(request),
  },
};

const BLOB: Endpoint = {
  operation: "blob",
  method: "GET",
  quotaName: "GetBlob",
  run(context, request, contentId) {
    const contentType = parseContentId(contentId)?.contentType;
    if (contentType === undefined || request.tenant.cloud !== context.cloud)
      throw refuse("AF20052", `Content ID ${contentId} in the URL is invalid.`);
    authorizeContentType(request, contentType);
    return retrieveBlob(context, { ...request, contentType, givenType: contentType }, contentId);
  },
};

/** The route of a request to the API; undefined for a path that it does not know. */
export function routeApi(context: ApiContext, call: Call): Route | undefined {
  const [, tenant, rest] = /^\/api\/v1\.0\/([^/]+)\/activity\/feed\/(.+)$/i.exec(call.path) ?? [];
  if (tenant === undefined || rest === undefined) return undefined;
  const [, encodedId] = /^audit\/([^/]+)$/i.exec(rest) ?? [];
  const contentId = decodeSegment(encodedId ?? "");
  const endpoint = encodedId === undefined ? ENDPOINTS[rest.toLowerCase().replace(/\/$/, "")] : BLOB;
  const tenantId = decodeSegment(tenant);
  if (endpoint === undefined)
    return { operation: "unknown", tenantId, answer: () => notFound(context.origin + call.path) };
  const given = call.query.get("contenttype");
  return {
    operation: endpoint.operation,
    tenantId,
    contentType:
      encodedId === undefined ? given && (findContentType(given) ?? given) : parseContentId(contentId)?.contentType,
    ...(encodedId === undefined ? {} : { contentId }),
    answer: () => answer(context, endpoint, tenantId, contentId, call),
  };
}

async function answer(
  context: ApiContext,
  endpoint: Endpoint,
  tenantId: string,
  contentId: string,
  call: Call,
): Promise<Answer> {
  if (call.method !== endpoint.method) return methodNotAllowed(call.method, endpoint.method);
  try {
    const request = await authorize(context, tenantId, call);
    context.quota.take(request, endpoint.quotaName);
    return await endpoint.run(context, request, contentId);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function withContentType(request: ApiCall): TypedCall {
  const givenType = request.call.query.get("contenttype") ?? "";
  if (givenType === "") throw refuse("AF20001", "Missing parameter: contentType.");
  const contentType = findContentType(givenType);
  if (contentType === undefined) throw refuse("AF20020", `The specified content type (${givenType}) is not valid.`);
  authorizeContentType(request, contentType);
  return { ...request, contentType, givenType };
}
