import type { ReceiverFactory } from "../collector/component.ts";
import { checkCredentials } from "./auth/credentials.ts";
import { config, type O365Config } from "./config.ts";
import { createO365Receiver } from "./receiver.ts";

/** The `o365` receiver: the audit log of one Office 365 tenant. */
export const factory: ReceiverFactory<O365Config> = {
  kind: "receiver",
  type: "o365",
  description: "Collects the audit log of an Office 365 tenant from the Management Activity API",
  stability: "alpha",
  config,
  check: checkCredentials,
  stateKey: ({ cloud, tenantId, clientId }) => `cloud ${cloud}, tenant ${tenantId}, application ${clientId}`,
  create: createO365Receiver,
};
