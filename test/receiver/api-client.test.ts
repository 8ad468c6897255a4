import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { after, before, beforeEach, suite, test } from "node:test";
import { systemClock } from "../../collector/clock.ts";
import { Secret } from "../../collector/config/secret.ts";
import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import { createApiClient, type ApiClient } from "../../receiver/api-client.ts";
import type { TokenSource } from "../../receiver/auth/token-source.ts";
import { networkError } from "../../receiver/network-error.ts";
import { ApiError } from "../../receiver/wire-errors.ts";
import { eventually } from "../support/eventually.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";
import { testBudget } from "./support/budget.ts";
import { apiError, json, startService, type Handler, type Service } from "./support/service.ts";

const TENANT = "11111111-2222-4333-8444-555555555555";
const PUBLISHER = "99999999-2222-4333-8444-555555555555";
const BASE = `/api/v1.0/${TENANT}/activity/feed`;
const never = new AbortController().signal;
const period = { fromMs: Date.UTC(2026, 6, 1, 10), toMs: Date.UTC(2026, 6, 1, 11) };

/** Tokens that count up. `age` is what invalidate() compares with. */
class FakeTokens implements TokenSource {
  issued = 0;
  ageMs = 0;
  #current = new Secret("token-0");

  token(): Promise<Secret> {
    return Promise.resolve(this.#current);
  }

  invalidate(_token: Secret, minAgeMs = 0): boolean {
    if (this.ageMs < minAgeMs) return false;
    this.issued += 1;
    this.#current = new Secret(`token-${this.issued}`);
    return true;
  }

  close(): void {}
}

suite("createApiClient()", () => {
  let service: Service;
  let other: Service;
  let tokens: FakeTokens;
  let client: ApiClient;

  before(async () => {
    [service, other] = await Promise.all([startService(), startService()]);
    other.handle((_request, response) => json(response, 200, []));
  });
  after(() => Promise.all([service.close(), other.close()]));
  beforeEach(() => {
    service.seen.length = 0;
    other.seen.length = 0;
    tokens = new FakeTokens();
    client = clientWith(systemClock);
  });

  function clientWith(clock: typeof systemClock): ApiClient {
    const endpoints = { api: service.origin, authority: "", scope: "" };
    return createApiClient({
      config: { tenantId: TENANT, publisherId: PUBLISHER, endpoints, requestTimeoutMs: 5000 },
      dispatcher: service.dispatcher,
      tokens,
      clock,
      budget: testBudget(clock),
    });
  }

  suite("requests", () => {
    test("carry the token, the publisher and the tenant", async () => {
      service.handle((_request, response) => json(response, 200, []));
      await client.listSubscriptions(never);
      const [request] = service.seen;
      assert.equal(request?.url, `${BASE}/subscriptions/list?PublisherIdentifier=${PUBLISHER}`);
      assert.equal(request.headers.authorization, "Bearer token-0");
      assert.equal(request.headers["accept-encoding"], "gzip");
    });

    test("start a subscription with an empty POST", async () => {
      service.handle((_request, response) =>
        json(response, 200, { contentType: "Audit.Exchange", status: "enabled", webhook: null }),
      );
      assert.deepEqual(await client.startSubscription("Audit.Exchange", never), {
        contentType: "Audit.Exchange",
        status: "enabled",
      });
      const [request] = service.seen;
      assert.equal(request?.method, "POST");
      assert.equal(
        request.url,
        `${BASE}/subscriptions/start?contentType=Audit.Exchange&PublisherIdentifier=${PUBLISHER}`,
      );
      assert.deepEqual([request.headers["content-length"], request.body], ["0", ""]);
    });

    test("list a period in the form that the API documents", async () => {
      service.handle((_request, response) => json(response, 200, []));
      await client.listContentPage("Audit.General", period, never);
      assert.equal(
        service.seen[0]?.url,
        `${BASE}/subscriptions/content?contentType=Audit.General&startTime=2026-07-01T10:00:00&endTime=2026-07-01T11:00:00&PublisherIdentifier=${PUBLISHER}`,
      );
    });

    test("keep links character by character and add the publisher", async () => {
      service.handle((_request, response) => json(response, 200, []));
      const link = `${BASE}/subscriptions/content?contenttype=Audit.General&nextpage=2020$$abc%24d|e`;
      await client.listContentPage("Audit.General", `${service.origin}${link}`, never);
      assert.equal(service.seen[0]?.url, `${link}&PublisherIdentifier=${PUBLISHER}`);
      const blob = `${BASE}/audit/2026$2026$audit_exchange$Audit_Exchange$emea0036`;
      const { stream } = await client.openContent(`${service.origin}${blob}#top`, never);
      await text(stream);
      assert.equal(service.seen[1]?.url, `${blob}?PublisherIdentifier=${PUBLISHER}`);
    });

    test("take a link without a server for one to the API itself", async () => {
      service.handle((_request, response) => json(response, 200, []));
      await client.listContentPage("Audit.General", `${BASE}/subscriptions/content?NEXTPAGE=1`, never);
      assert.equal(service.seen[0]?.url, `${BASE}/subscriptions/content?NEXTPAGE=1&PublisherIdentifier=${PUBLISHER}`);
    });

    test("encode of a link only what cannot be sent", async () => {
      service.handle((_request, response) => json(response, 200, []));
      const { stream } = await client.openContent(`${service.origin}${BASE}/audit/a b$c%20é"<{|}>`, never);
      await text(stream);
      assert.equal(service.seen[0]?.url, `${BASE}/audit/a%20b$c%20%C3%A9"<{|}>?PublisherIdentifier=${PUBLISHER}`);
    });

    test("leave a publisher in a link alone, whatever its case", async () => {
      service.handle((_request, response) => json(response, 200, []));
      const link = `${BASE}/subscriptions/content?nextpage=1&publisheridentifier=x`;
      await client.listContentPage("Audit.General", `${service.origin}${link}`, never);
      assert.equal(service.seen[0]?.url, link);
    });
  });

  suite("links", () => {
    const links: readonly { readonly name: string; readonly link: (own: string, other: string) => string }[] = [
      { name: "another host", link: (_own, other) => `${other}${BASE}/audit/1` },
      { name: "another scheme", link: (own) => `https${own.slice(4)}${BASE}/audit/1` },
      { name: "a host that begins like ours", link: (own) => `${own}.example.com/x` },
      { name: "a user that looks like our host", link: (own) => `${own}@example.com/x` },
      { name: "our host with a user", link: (own) => own.replace("//", "//me:x@") },
      { name: "a backslash", link: (own) => `${own}\\@example.com/x` },
      { name: "a link without a scheme", link: (_own, other) => `${other.slice(other.indexOf("//"))}/audit/1` },
      { name: "half a character", link: (own) => `${own}/audit/\ud800` },
      { name: "a line break", link: (own) => `${own}/x\r\nhost: example.com` },
      { name: "nothing", link: () => "" },
    ];
    for (const { name, link } of links) {
      test(`send no token anywhere for ${name}`, async () => {
        const misdirected = (error: unknown): boolean =>
          error instanceof CollectorError &&
          error.code === ErrorCode.misdirected &&
          /; check cloud/.test(error.message);
        const uri = link(service.origin, other.origin);
        await assert.rejects(client.openContent(uri, never), misdirected);
        await assert.rejects(client.listContentPage("Audit.General", uri, never), misdirected);
        assert.deepEqual([service.seen.length, other.seen.length], [0, 0]);
      });
    }
  });

  suite("answers", () => {
    const entry = {
      contentType: "Audit.Exchange",
      contentId: "1$2",
      contentUri: "/1$2",
      contentCreated: "2026-07-01T10:05:00.000Z",
      contentExpiration: "2026-07-08T10:05:00.000Z",
    };
    const listed = {
      contentId: "1$2",
      uri: "/1$2",
      createdMs: Date.UTC(2026, 6, 1, 10, 5),
      expiresMs: Date.UTC(2026, 6, 8, 10, 5),
    };

    test("give entries and the link to the next page", async () => {
      service.handle((_request, response) => json(response, 200, [entry], { NextPageUri: "https://x/next" }));
      assert.deepEqual(await client.listContentPage("Audit.Exchange", period, never), {
        entries: [listed],
        malformed: 0,
        elsewhere: 0,
        nextPageUri: "https://x/next",
      });
    });

    test("are read when compressed, behind a byte-order mark, and in small pieces", async () => {
      const body = gzipSync(`\uFEFF${JSON.stringify([entry])}`);
      service.handle((_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.write(body.subarray(0, 20));
        setImmediate(() => response.end(body.subarray(20)));
      });
      assert.deepEqual((await client.listContentPage("Audit.Exchange", period, never)).entries, [listed]);
    });

    test("count entries that cannot be read, and read times in every form", async () => {
      service.handle((_request, response) =>
        json(response, 200, [
          null,
          "text",
          {},
          { ...entry, contentId: 5 },
          { ...entry, contentUri: "" },
          { ...entry, contentCreated: "soon" },
          { ...entry, contentCreated: "2026-07-01T10:05:00", contentExpiration: "2026-07-08T10:05:00.0000000Z" },
          { ...entry, contentExpiration: undefined },
        ]),
      );
      assert.deepEqual(await client.listContentPage("Audit.Exchange", period, never), {
        entries: [listed, listed],
        malformed: 6,
        elsewhere: 0,
        nextPageUri: undefined,
      });
    });

    test("leave out and count entries whose content is on another server", async () => {
      const own = { ...entry, contentUri: `${service.origin}/1$2` };
      const foreign = { ...entry, contentUri: `${other.origin}/1$2` };
      service.handle((_request, response) => json(response, 200, [foreign, own, { ...entry, contentUri: "https://" }]));
      assert.deepEqual(await client.listContentPage("Audit.Exchange", period, never), {
        entries: [{ ...listed, uri: own.contentUri }],
        malformed: 0,
        elsewhere: 2,
        nextPageUri: undefined,
      });
    });

    test("give subscriptions, with an unknown status where there is none", async () => {
      service.handle((_request, response) =>
        json(response, 200, [
          { contentType: "Audit.Sharepoint", status: "Enabled" },
          { contentType: "DLP.All" },
          { contentType: "Audit.General", status: "disabled" },
          5,
          {},
        ]),
      );
      assert.deepEqual(await client.listSubscriptions(never), [
        { contentType: "Audit.Sharepoint", status: "enabled" },
        { contentType: "DLP.All", status: "unknown" },
        { contentType: "Audit.General", status: "disabled" },
      ]);
    });

    const broken: readonly {
      readonly name: string;
      readonly handler: Handler;
      readonly code: ErrorCode;
      readonly message: RegExp;
    }[] = [
      {
        name: "an object",
        handler: (_r, response) => json(response, 200, { a: 1 }),
        code: ErrorCode.protocol,
        message: /an array was expected, a value of type object came/,
      },
      {
        name: "null",
        handler: (_r, response) => json(response, 200, null),
        code: ErrorCode.protocol,
        message: /null came/,
      },
      {
        name: "a login page",
        handler: (_r, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
        code: ErrorCode.protocol,
        message: /JSON was expected, 6 characters of text\/html came/,
      },
      {
        name: "half an array",
        handler: (_r, response) => response.end("[{"),
        code: ErrorCode.protocol,
        message: /JSON was expected/,
      },
      {
        name: "a damaged gzip",
        handler: (_r, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("nonsense"),
        code: ErrorCode.unavailable,
        message: /the answer was cut \(".*", Z_DATA_ERROR: incorrect header check\)/,
      },
      {
        name: "another encoding",
        handler: (_r, response) => response.writeHead(200, { "content-encoding": "zstd" }).end("x"),
        code: ErrorCode.protocol,
        message: /encoded as "zstd", which was not asked for/,
      },
      {
        name: "a cut answer",
        handler: (_r, response) => {
          response.writeHead(200, { "content-length": "50" }).write("[");
          setImmediate(() => response.destroy());
        },
        code: ErrorCode.unavailable,
        message: /the connection was cut/,
      },
    ];
    for (const { name, handler, code, message } of broken) {
      test(`throw RetryableError ${code} for ${name}`, async () => {
        service.handle(handler);
        await assert.rejects(client.listContentPage("Audit.Exchange", period, never), (error) => {
          assert.ok(error instanceof RetryableError, String(error));
          assert.equal(error.code, code);
          assert.match(error.message, /^Cannot list content "Audit\.Exchange": /);
          assert.match(error.message, message);
          return true;
        });
      });
    }

    test("throw what an error object says, even with status 200", async () => {
      service.handle((_request, response) => apiError(response, 200, "AF20055"));
      await assert.rejects(
        client.listContentPage("Audit.Exchange", period, never),
        (error) => error instanceof ApiError && error.kind === "window",
      );
      await assert.rejects(
        client.startSubscription("Audit.Exchange", never),
        (error) => error instanceof ApiError && error.kind === "window",
      );
    });

    test("throw ApiError for other statuses, with a compressed and endless body too", async () => {
      service.handle((_request, response) => {
        response.writeHead(400, { "content-encoding": "gzip" });
        response.end(gzipSync(JSON.stringify({ error: { code: "AF20022", message: "x" } })));
      });
      await assert.rejects(
        client.listContentPage("Audit.Exchange", period, never),
        (error) => error instanceof ApiError && error.kind === "not_subscribed",
      );
      service.handle((_request, response) => {
        response.writeHead(500);
        const write = (): void => {
          if (!response.destroyed && response.write("x".repeat(65_536))) setImmediate(write);
          else if (!response.destroyed) response.once("drain", write);
        };
        write();
      });
      await assert.rejects(
        client.listContentPage("Audit.Exchange", period, never),
        (error) => error instanceof ApiError && error.kind === "transient",
      );
    });

    test("are not followed where they redirect", async () => {
      service.handle((_request, response) => response.writeHead(302, { location: `${other.origin}/` }).end());
      await assert.rejects(
        client.listSubscriptions(never),
        (error) => error instanceof ApiError && /a redirect to/.test(error.message),
      );
      assert.equal(other.seen.length, 0);
    });

    test("longer than the limit end with an error", async () => {
      const body = gzipSync(Buffer.alloc(17_000_000, 0x20));
      service.handle((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(body));
      await assert.rejects(
        client.listSubscriptions(never),
        (error) => error instanceof CollectorError && /longer than 16777216 bytes/.test(error.message),
      );
    });
  });

  suite("a refused token", () => {
    test("is replaced once", async () => {
      service.handle((request, response) =>
        request.headers.authorization === "Bearer token-1"
          ? json(response, 200, [])
          : json(response, 401, { Message: "Authorization has been denied for this request." }),
      );
      assert.deepEqual(await client.listSubscriptions(never), []);
      assert.equal(service.seen.length, 2);
    });

    test("is replaced no second time", async () => {
      service.handle((_request, response) => response.writeHead(401).end());
      await assert.rejects(
        client.listSubscriptions(never),
        (error) => error instanceof ApiError && error.kind === "unauthorized",
      );
      assert.equal(service.seen.length, 2);
    });

    const ages = [
      { name: "kept while it is young", ageMs: 60_000, requests: 1 },
      { name: "replaced when a consent may have come since", ageMs: 300_000, requests: 2 },
    ];
    for (const { name, ageMs, requests } of ages) {
      test(`that lacks a permission is ${name}`, async () => {
        tokens.ageMs = ageMs;
        service.handle((_request, response) => apiError(response, 401, "AF10001"));
        await assert.rejects(
          client.listSubscriptions(never),
          (error) => error instanceof ApiError && error.kind === "forbidden_permission",
        );
        assert.equal(service.seen.length, requests);
      });
    }
  });

  suite("openContent()", () => {
    test("gives the decoded stream, and its length when the answer says it", async () => {
      service.handle((_request, response) => response.writeHead(200, { "content-length": "2" }).end("[]"));
      const plain = await client.openContent(`${service.origin}/a`, never);
      assert.equal(plain.contentLength, 2);
      assert.equal(await text(plain.stream), "[]");
      service.handle((_request, response) => {
        const body = gzipSync("[1,2]");
        response.writeHead(200, { "content-encoding": "gzip", "content-length": String(body.length) }).end(body);
      });
      const packed = await client.openContent(`${service.origin}/a`, never);
      assert.equal(packed.contentLength, undefined);
      assert.equal(await text(packed.stream), "[1,2]");
    });

    test("ends the stream with an error that networkError() explains when the answer is cut", async () => {
      service.handle((_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).write(gzipSync("x".repeat(9000)).subarray(0, 15));
        setImmediate(() => response.destroy());
      });
      const { stream } = await client.openContent(`${service.origin}/a`, never);
      const error = await text(stream).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const explained = networkError(error, "fetch content", "host");
      assert.ok(explained instanceof RetryableError);
      assert.equal(explained.code, ErrorCode.unavailable);
    });

    test("ends the stream when the signal aborts", async () => {
      const stop = new AbortController();
      service.handle((_request, response) => void response.writeHead(200).write("["));
      const { stream } = await client.openContent(`${service.origin}/a`, stop.signal);
      stop.abort(new Error("stopping"));
      await assert.rejects(text(stream), /stopping|aborted/);
    });
  });

  suite("waiting", () => {
    test("ends with RetryableError after the time-out", async () => {
      const clock = new ManualClock();
      service.handle(() => void clock.advance(5000));
      await assert.rejects(
        clientWith(clock).listSubscriptions(never),
        (error) =>
          error instanceof RetryableError &&
          error.code === ErrorCode.unavailable &&
          /within request_timeout/.test(error.message),
      );
    });

    test("ends with the signal's reason when it aborts", async () => {
      const stop = new AbortController();
      const reason = new Error("stopping");
      service.handle(() => stop.abort(reason));
      await assert.rejects(client.listSubscriptions(stop.signal), reason);
    });

    test("is not begun when the service cannot be reached", async () => {
      const endpoints = { api: "http://127.0.0.1:1", authority: "", scope: "" };
      const config = { tenantId: TENANT, publisherId: PUBLISHER, endpoints, requestTimeoutMs: 5000 };
      const unreachable = createApiClient({
        config,
        dispatcher: service.dispatcher,
        tokens,
        clock: systemClock,
        budget: testBudget(systemClock),
      });
      await assert.rejects(
        unreachable.listSubscriptions(never),
        /Cannot list subscriptions: the connection was refused \("127\.0\.0\.1:1", connect ECONNREFUSED 127\.0\.0\.1:1\); check the address/,
      );
    });
  });

  suite("the budget", () => {
    const empty: Handler = (_request, response) => json(response, 200, []);

    function refusing(times: number, status: number, code: string, headers: Record<string, string> = {}): Handler {
      return (request, response, index) => {
        if (index < times) apiError(response, status, code, "Too many requests", headers);
        else empty(request, response, index);
      };
    }

    const throttled = (error: unknown): boolean => error instanceof ApiError && error.kind === "throttled";

    test("holds back every kind of request after one was refused, and lets the longer wait not count as time-out", async () => {
      const clock = new ManualClock();
      client = clientWith(clock);
      service.handle(refusing(1, 403, "AF429", { "retry-after": "3600" }));
      await assert.rejects(client.listContentPage("Audit.General", period, never), throttled);
      const rest = Promise.all([
        client.listSubscriptions(never),
        client.listContentPage("Audit.Exchange", period, never, "backfill"),
        client.openContent(`${service.origin}/a`, never).then(({ stream }) => stream.resume()),
        client.request("GET", "/resources/dlpSensitiveTypes", "list names", never),
      ]);
      await clock.advance(3_599_000);
      assert.equal(service.seen.length, 1);
      await clock.advance(1000);
      await eventually(
        () => service.seen.length === 2,
        () => `${service.seen.length} requests`,
      );
      while (service.seen.length < 5) await clock.advance(100);
      await rest;
      assert.equal(service.seen.length, 5);
    });

    test("is put in force by an error object where an array was expected", async () => {
      const clock = new ManualClock();
      client = clientWith(clock);
      service.handle(refusing(1, 200, "AF429"));
      await assert.rejects(client.listContentPage("Audit.General", period, never), throttled);
      const stop = new AbortController();
      const held = assert.rejects(client.listSubscriptions(stop.signal), /stop/);
      await settle();
      assert.equal(clock.sleeping > 0, true);
      stop.abort(new Error("stop"));
      await held;
      assert.equal(service.seen.length, 1);
    });

    test("is left alone by a start that is throttled", async () => {
      const message = "Number of subscription start requests exceeded; retry again after 14m 56s";
      service.handle((request, response, index) => {
        if (request.method === "POST") apiError(response, 429, "AF429", message);
        else empty(request, response, index);
      });
      await assert.rejects(
        client.startSubscription("Audit.General", never),
        (error) => error instanceof ApiError && error.kind === "start_throttled" && error.retryAfterMs === 896_000,
      );
      await client.listContentPage("Audit.Exchange", period, never);
      assert.equal(service.seen.length, 2);
    });

    test("counts the second attempt after a refused token too", async () => {
      service.handle((_request, response, index) => {
        if (index === 0) response.writeHead(401).end();
        else apiError(response, 429, "AF429");
      });
      await assert.rejects(client.listSubscriptions(never), throttled);
      const stop = new AbortController();
      const held = assert.rejects(client.listSubscriptions(stop.signal), /stop/);
      await settle();
      stop.abort(new Error("stop"));
      await held;
      assert.equal(service.seen.length, 2);
    });
  });
});
