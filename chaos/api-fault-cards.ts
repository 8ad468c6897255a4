import type { Random } from "../emulator/content/random.ts";
import type { FaultAction, Operation } from "../emulator/index.ts";

/** One way in which the service can fail. */
export interface ApiFaultCard {
  readonly name: string;
  readonly make: (random: Random) => FaultAction;
  /** So many requests in a row fail like this; default one. */
  readonly run?: (random: Random) => number;
}

/** Longer than the collector's `request_timeout` in a run. */
const TOO_LATE_MS = 3000;

const DENIED = { Message: "Authorization has been denied for this request." };

const card = (name: string, action: FaultAction): ApiFaultCard => ({ name, make: () => action });

function status(name: string, code: number, body: unknown, most: number = 1): ApiFaultCard {
  return { name, make: () => ({ kind: "respond", status: code, body }), run: (random) => 1 + random.below(most) };
}

const retryLater = (random: Random): FaultAction => ({
  kind: "respond",
  status: 503,
  headers: { "retry-after": String(1 + random.below(2)) },
  body: "",
});

/** What any answer can look like. */
const ANSWERS: readonly ApiFaultCard[] = [
  status("401", 401, DENIED),
  status("500 in a row", 500, { error: { code: "AF50000", message: "An internal server error occurred." } }, 8),
  { name: "503 with Retry-After", make: retryLater },
  card("502 with a page", { kind: "html", status: 502 }),
  card("sign-in page", { kind: "html" }),
  card("no answer", { kind: "hang" }),
  card("answer after the time-out", { kind: "delay", ms: TOO_LATE_MS }),
  { name: "slow answer", make: (random) => ({ kind: "delay", ms: 50 + random.below(400) }) },
  card("body that stops", { kind: "stall" }),
  { name: "cut body", make: (random) => ({ kind: "cut", afterBytes: random.below(400) }) },
  { name: "length too large", make: (random) => ({ kind: "wrong_length", by: 1 + random.below(500) }) },
  { name: "length too small", make: (random) => ({ kind: "wrong_length", by: -10 - random.below(90) }) },
  card("damaged gzip", { kind: "bad_gzip" }),
  card("byte-order mark", { kind: "bom" }),
  card("error object", { kind: "error_object", code: "AF50000" }),
  card("reset", { kind: "reset" }),
  card("closed without a byte", { kind: "empty" }),
];

const THROTTLES: readonly ApiFaultCard[] = [
  card("AF429 as 403", { kind: "throttle" }),
  card("AF429 as 403 with Retry-After", { kind: "throttle", retryAfterSeconds: 1 }),
  card("AF429 as 429", { kind: "throttle", status: 429 }),
  card("AF429 as 429 with Retry-After", { kind: "throttle", status: 429, retryAfterSeconds: 1 }),
];

function startThrottle(code: 403 | 429): ApiFaultCard {
  return {
    name: `too many starts, as ${code}`,
    make: (random) => ({
      kind: "respond",
      status: code,
      body: {
        Message: `Too many frequent subscription start requests. Please retry again after 0m ${1 + random.below(2)}s`,
      },
    }),
  };
}

function listing(foreignOrigin: string): readonly ApiFaultCard[] {
  return [
    ...ANSWERS,
    card("page that leads to itself", { kind: "repeat_page" }),
    card("next page elsewhere", { kind: "foreign_next_page", origin: foreignOrigin }),
    card("content elsewhere", { kind: "foreign_content_uri", origin: foreignOrigin }),
  ];
}

/** Faults of one operation, and the share of its requests that they happen to. */
export interface ApiFaultDeck {
  readonly operation: Operation;
  readonly title: string;
  /** Only requests for a page behind the first. */
  readonly furtherPages?: boolean;
  readonly share: number;
  readonly cards: readonly ApiFaultCard[];
}

/**
 * Everything that the service has been seen to do, by operation.
 *
 * @param foreignOrigin Where links lead that a collector must not follow.
 */
export function apiFaultDecks(foreignOrigin: string): readonly ApiFaultDeck[] {
  return [
    { operation: "content", title: "listing", share: 0.05, cards: listing(foreignOrigin) },
    // The request budget shrinks with each of these and recovers over minutes: many would only test patience.
    { operation: "content", title: "listing", share: 0.003, cards: THROTTLES },
    {
      operation: "content",
      title: "listing",
      furtherPages: true,
      share: 0.05,
      cards: [status("page token refused", 400, { error: { code: "AF20031", message: "Invalid nextPage Input." } })],
    },
    { operation: "blob", title: "blob", share: 0.07, cards: ANSWERS },
    { operation: "blob", title: "blob", share: 0.006, cards: THROTTLES },
    {
      operation: "token",
      title: "sign-in",
      share: 0.3,
      cards: [
        status("500 in a row", 500, "", 3),
        status("AADSTS90033", 503, { error: "temporarily_unavailable", error_codes: [90_033] }),
        card("sign-in page", { kind: "html" }),
        card("no answer", { kind: "hang" }),
        card("cut body", { kind: "cut" }),
        card("reset", { kind: "reset" }),
      ],
    },
    {
      operation: "list",
      title: "subscriptions",
      share: 0.15,
      cards: [
        status("500 in a row", 500, "", 3),
        card("error object", { kind: "error_object", code: "AF50000" }),
        card("sign-in page", { kind: "html" }),
        card("no answer", { kind: "hang" }),
        card("reset", { kind: "reset" }),
      ],
    },
    { operation: "start", title: "start", share: 0.7, cards: [startThrottle(429), startThrottle(403)] },
  ];
}
