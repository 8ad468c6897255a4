import { z } from "zod";

/** Where a server of ours listens. */
export interface ListenEndpoint {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

const ENDPOINT = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[^\s:/[\]]*)):(?<port>\d{1,5})$/i;

/** `host:port` as the Collector's servers take it; an empty host is every address, `[…]` holds one of IPv6. Port 0 is any free one. */
export function listenEndpoint(): z.ZodType<ListenEndpoint, string> {
  return z.string().transform((text, context) => {
    const { v6, host, port = "" } = ENDPOINT.exec(text)?.groups ?? {};
    if (port === "" || Number(port) > 65_535) {
      context.addIssue({ code: "custom", message: 'must be host and port, such as "localhost:13133"', input: text });
      return z.NEVER;
    }
    const name = v6 ?? host ?? "";
    return { host: name === "" ? undefined : name, port: Number(port) };
  });
}
