import { createServer } from "node:net";
import { listen } from "../../collector/listen.ts";

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, { host: "127.0.0.1", port: 0 }, { what: "nothing", key: "none" });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
