import { Socket } from "node:net";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

/** The hosts beside this machine that somebody tried to connect to. */
export interface Refused {
  readonly hosts: readonly string[];
}

/**
 * From now on nothing in this process connects to another machine, whatever packages of others have in mind: for test files
 * that have a process of their own.
 */
export function loopbackOnly(): Refused {
  const hosts: string[] = [];
  const original = Reflect.get(Socket.prototype, "connect");
  Socket.prototype.connect = function (this: Socket, ...args: readonly unknown[]): Socket {
    const host = hostOf(args);
    if (host === undefined || LOOPBACK.has(host)) return Reflect.apply(original, this, [...args]);
    hosts.push(host);
    process.nextTick(() => this.destroy(new Error(`connect to ${host} is not allowed in tests`)));
    return this;
  };
  return { hosts };
}

function hostOf(args: readonly unknown[]): string | undefined {
  const [first] = args;
  const options: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof options !== "object" || options === null) return undefined;
  const host: unknown = Reflect.get(options, "host");
  return typeof host === "string" ? host : undefined;
}
