import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { suite, test } from "node:test";
import { request } from "undici";
import { RedirectListener } from "../../../../collector/cli/authorize/redirect-listener.ts";

const TENANT = "6b3c0a5e-0000-4000-8000-3f1d0c1e0001";
const GRANTED = `admin_consent=True&tenant=${TENANT}&state=s`;
const forever = new AbortController().signal;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function open(): Promise<{
  readonly listener: RedirectListener;
  readonly port: number;
  readonly get: (path: string) => Promise<[number, string]>;
}> {
  const port = await freePort();
  const listener = await RedirectListener.open(new URL(`http://localhost:${port}/back`), "s");
  const get = async (path: string): Promise<[number, string]> => {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`);
    return [statusCode, await body.text()];
  };
  return { listener, port, get };
}

suite("RedirectListener", () => {
  test("takes the first answer with the right state, and nobody else's", async () => {
    const { listener, get } = await open();
    try {
      const answer = listener.wait(forever);
      assert.equal((await get("/favicon.ico"))[0], 404);
      const [status, page] = await get("/back?admin_consent=True&tenant=x&state=forged");
      assert.equal(status, 400);
      assert.match(page, /not the answer to the consent that otel-o365 waits for/);
      assert.match((await get(`/back?${GRANTED}`))[1], /The consent has arrived\. Go back to the terminal/);
      assert.deepEqual(await answer, { kind: "granted", tenantId: TENANT });
    } finally {
      await listener.close();
    }
  });

  test("says on the page as well that the consent was not given", async () => {
    const { listener, get } = await open();
    try {
      const [status, page] = await get("/back?error=access_denied&error_description=<b>&state=s");
      assert.equal(status, 400);
      assert.match(page, /The consent was not given/);
      assert.doesNotMatch(page, /<b>/, "nothing of the request may be repeated");
      assert.equal((await listener.wait(forever)).kind, "refused");
    } finally {
      await listener.close();
    }
  });

  test("lives on when it is asked for what is no URL, as any open page can have a browser do", async () => {
    const { listener, get } = await open();
    try {
      const answer = listener.wait(forever);
      assert.equal((await get("//"))[0], 404);
      assert.equal((await get(`/back?${GRANTED}`))[0], 200);
      assert.equal((await answer).kind, "granted");
    } finally {
      await listener.close();
    }
  });

  test("close() waits for nobody who has connected and says nothing", async () => {
    const { listener, port } = await open();
    const silent = connect(port, "127.0.0.1").on("error", () => {});
    const cut = new Promise((resolve) => silent.once("close", resolve));
    await new Promise<void>((resolve) => silent.write("GET /back", () => resolve()));
    await listener.close();
    await cut;
  });

  test("wait() rejects with the signal's reason", async () => {
    const { listener } = await open();
    const reason = new Error("enough");
    await assert.rejects(listener.wait(AbortSignal.abort(reason)), reason);
    await listener.close();
    await listener.close();
  });

  test("does not start where somebody else would get the answer by IPv6", async (context) => {
    const taken = createServer();
    const isThere = await new Promise<boolean>((resolve) => {
      taken.once("error", () => resolve(false));
      taken.listen(0, "::1", () => resolve(true));
    });
    if (!isThere) return context.skip("this machine has no IPv6");
    const { port } = taken.address() as AddressInfo;
    await assert.rejects(RedirectListener.open(new URL(`http://localhost:${port}`), "s"), /EADDRINUSE.*end what uses/);
    taken.close();
    const own = createServer();
    await new Promise<void>((resolve) => own.listen(port, "127.0.0.1", resolve));
    own.close();
  });

  test("says what to do when the port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    await assert.rejects(
      RedirectListener.open(new URL(`http://localhost:${port}`), "s"),
      /Cannot listen on "http:\/\/localhost:\d+" .*EADDRINUSE.*; end what uses the port, or give another registered address/,
    );
    taken.close();
  });
});
