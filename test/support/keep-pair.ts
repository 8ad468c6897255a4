import { keepCredentials, type CredentialKeeper } from "../../receiver/auth/credential-keeper.ts";
import type { Credentials } from "../../receiver/auth/credentials.ts";

/** A keeper of one pair whose status nobody looks at. */
export function keepPair(load: () => Credentials): CredentialKeeper {
  return keepCredentials({ pairs: [load], now: () => Date.now(), reportStatus: () => {} });
}
