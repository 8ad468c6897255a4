import { ProxyAgent } from "undici";
import type { Emulator } from "../../emulator/index.ts";

/** An administrator with a browser that runs no scripts: opens consent pages and presses a button. */
export class Administrator {
  readonly #dispatcher: ProxyAgent;

  constructor(emulator: Emulator) {
    this.#dispatcher = new ProxyAgent({
      uri: emulator.cloudProxy ?? "",
      requestTls: { ca: emulator.caPem },
      keepAliveTimeout: 10,
    });
  }

  /** The page, as text. */
  async look(url: string): Promise<{ readonly status: number; readonly page: string }> {
    const { statusCode, body } = await this.#request(url, "GET");
    return { status: statusCode, page: await body.text() };
  }

  /** @returns The address that the page leads to then. */
  async decide(url: string, decision: "accept" | "cancel", tenantId: string): Promise<string> {
    const { headers, body } = await this.#request(url, "POST", new URLSearchParams({ decision, tenant: tenantId }));
    await body.dump();
    return String(headers["location"]);
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  #request(address: string, method: "GET" | "POST", form?: URLSearchParams): ReturnType<ProxyAgent["request"]> {
    const { origin, pathname, search } = new URL(address);
    const headers = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    return this.#dispatcher.request({
      origin,
      path: pathname + search,
      method,
      headers,
      body: form?.toString() ?? null,
    });
  }
}
