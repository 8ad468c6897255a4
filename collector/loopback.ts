const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether the host of a URL is this machine, so that nobody is on the way. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}
