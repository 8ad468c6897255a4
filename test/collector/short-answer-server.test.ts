import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { suite, test } from "node:test";
import { request } from "undici";
import { listen, stopListening } from "../../collector/listen.ts";
import { shortAnswerServer } from "../../collector/short-answer-server.ts";

const LOCAL = { host: "localhost", port: 0 };
const ABOUT = { what: "tests", key: "none" };

/** Connects, sends a text, and waits for nothing. */
async function connected(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  if (text !== "") socket.write(text);
  return socket;
}

suite("shortAnswerServer()", () => {
  test("answers while somebody holds hundreds of connections open, and cuts the oldest of them", async () => {
    const server = shortAnswerServer((_, response) => response.end("well"));
    const port = await listen(server, LOCAL, ABOUT);
    const sockets: Socket[] = [];
    try {
      const cut: Promise<void>[] = [];
      for (let one = 0; one < 300; one += 1) {
        const socket = await connected(port, "GET / HTTP/1.1\r\n");
        sockets.push(socket);
        if (one < 200) cut.push(new Promise((resolve) => socket.once("close", () => resolve())));
      }
      const { body } = await request(`http://127.0.0.1:${port}/`, { reset: true });
      assert.equal(await body.text(), "well");
      const open = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
      assert.ok(open <= 64, `${open} connections are open`);
      await Promise.all(cut);
    } finally {
      for (const socket of sockets) socket.destroy();
      await stopListening(server);
    }
  });

  for (const [name, text] of [
    ["says nothing", ""],
    ["sends its header byte by byte", "GET / HT"],
    ["announces a body that never comes", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"],
  ] as const) {
    test(`cuts a connection that ${name}`, async () => {
      const server = shortAnswerServer(() => {}, 50);
      const port = await listen(server, LOCAL, ABOUT);
      try {
        const socket = await connected(port, text);
        socket.resume();
        await new Promise<void>((resolve) => socket.once("close", () => resolve()));
      } finally {
        await stopListening(server);
      }
    });
  }
});
