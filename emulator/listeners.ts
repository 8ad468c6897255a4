import { makeTlsIdentity } from "./certificates.ts";
import { CloudProxy } from "./cloud-proxy.ts";
import { CLOUD_HOSTS } from "./clouds.ts";
import { Listener } from "./listener.ts";
import type { EmulatorClock, EmulatorOptions, Rules } from "./options.ts";

/** What an emulator listens with. */
export interface Listeners {
  readonly front: Listener;
  /** The same as `front` unless the API has a listener of its own. */
  readonly api: Listener;
  readonly proxy: CloudProxy | undefined;
  readonly origin: string;
  readonly apiRoot: string;
  readonly caPem: string;
  /** URL of `proxy`. */
  readonly cloudProxy: string | undefined;
}

/** Opens all ports that the options ask for, or none. Rejects with the system's error when one is taken. */
export async function openListeners(options: EmulatorOptions, rules: Rules, clock: EmulatorClock): Promise<Listeners> {
  const host = options.host ?? "127.0.0.1";
  const identity = await makeTlsIdentity(host, ...(options.cloudProxyPort === undefined ? [] : CLOUD_HOSTS));
  const opened: { close(): Promise<void> }[] = [];
  try {
    const front = new Listener(host, identity, rules.gzip, clock);
    opened.push(front);
    const origin = await front.listen(options.port ?? 0);
    const api = options.separateApi === true ? new Listener(host, identity, rules.gzip, clock) : front;
    opened.push(api);
    const apiRoot = api === front ? origin : await api.listen(options.apiPort ?? 0);
    const { cloudProxyPort } = options;
    const proxy = cloudProxyPort === undefined ? undefined : new CloudProxy(host, Number(new URL(origin).port));
    if (proxy !== undefined) opened.push(proxy);
    const cloudProxy = await proxy?.listen(cloudProxyPort ?? 0);
    return { front, api, proxy, origin, apiRoot, caPem: identity.caPem, cloudProxy };
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()));
    throw error;
  }
}
