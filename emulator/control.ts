import { z } from "zod";
import type { ContentFeed } from "./content/feed.ts";
import { faultSchema } from "./faults/fault.ts";
import type { FaultScript } from "./faults/script.ts";
import { json, methodNotAllowed, type Answer, type Call, type Route } from "./http.ts";
import { CONTENT_TYPES } from "./options.ts";
import type { RequestLog } from "./request-log.ts";

/** What the control endpoint can read and change. */
export interface ControlContext {
  readonly faults: FaultScript;
  readonly log: RequestLog;
  readonly feed: ContentFeed;
  readonly apiRoot: string;
}

const contentSchema = z.strictObject({
  tenantId: z.string().optional(),
  contentType: z.enum(CONTENT_TYPES).optional(),
  records: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
  createdMs: z.number().optional(),
  spanMs: z.number().optional(),
  visibleFromMs: z.number().optional(),
  verbatim: z.boolean().optional(),
});

const reissueSchema = z.strictObject({
  tenantId: z.string().optional(),
  contentId: z.string(),
  createdMs: z.number().optional(),
  spanMs: z.number().optional(),
  visibleFromMs: z.number().optional(),
});

type Operation = (context: ControlContext, call: Call) => Answer;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /emulator/faults": ({ faults }) => json(faults.list()),
  "POST /emulator/faults": ({ faults }, call) =>
    read(faultSchema, call, (fault) => json({ id: faults.add(fault) }, 201)),
  "DELETE /emulator/faults": ({ faults }, call) => {
    const id = call.query.get("id");
    if (id === undefined) faults.clear();
    return json({ removed: id === undefined || faults.remove(Number(id)) });
  },
  "GET /emulator/requests": ({ log }, call) => {
    const after = Number(call.query.get("after") ?? 0);
    return json(log.entries.filter((entry) => entry.number > after));
  },
  "GET /emulator/served": listServed,
  "POST /emulator/content": ({ feed, apiRoot }, call) =>
    read(contentSchema, call, (content) => json(feed.add(content, apiRoot), 201)),
  "POST /emulator/reissue": ({ feed, apiRoot }, call) =>
    read(reissueSchema, call, (again) => json(feed.reissue(again, apiRoot), 201)),
};

/** The route of a request to the control endpoint; undefined for any other path. */
export function routeControl(context: ControlContext, call: Call): Route | undefined {
  if (!call.path.startsWith("/emulator/")) return undefined;
  return {
    operation: "control",
    answer: () => {
      const operation = OPERATIONS[`${call.method} ${call.path}`];
      if (operation !== undefined) return operation(context, call);
      const methods = Object.keys(OPERATIONS).filter((key) => key.endsWith(` ${call.path}`));
      if (methods.length === 0) return json({ message: `Nothing is at ${call.path}` }, 404);
      return methodNotAllowed(call.method, methods.map((key) => key.split(" ")[0]).join(", "));
    },
  };
}

/** NDJSON: one line per record that can be had now; its text only on request. */
function listServed({ feed }: ControlContext, call: Call): Answer {
  const withText = call.query.get("text") === "true";
  const lines: string[] = [];
  for (const { text, ...record } of feed.serve()) lines.push(JSON.stringify(withText ? { ...record, text } : record));
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson" },
    body: lines.map((line) => `${line}\n`).join(""),
  };
}

function read<T>(schema: z.ZodType<T>, call: Call, use: (value: T) => Answer): Answer {
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    return json({ message: "Cannot read the body: it is no JSON" }, 400);
  }
  const result = schema.safeParse(body);
  if (!result.success) return json({ message: `Cannot use the body: ${z.prettifyError(result.error)}` }, 400);
  try {
    return use(result.data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return json({ message: error.message }, 400);
  }
}
