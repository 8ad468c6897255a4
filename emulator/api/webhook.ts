import { randomUUID } from "node:crypto";
import { request } from "node:https";
import { getCACertificates } from "node:tls";
import type { EmulatorClock } from "../options.ts";
import type { Webhook } from "../tenant.ts";
import { refuse } from "./context.ts";

/** Posts a validation code to an address. True when it answered 200. */
export type WebhookValidator = (address: string, authId: string | null) => Promise<boolean>;

/**
 * Reads the body of a start request and validates its webhook.
 *
 * @returns null for a request without a webhook.
 * @throws {Refusal}
 */
export async function readWebhook(
  body: string,
  clock: EmulatorClock,
  validate: WebhookValidator,
): Promise<Webhook | null> {
  const fields = readFields(body);
  if (fields === undefined) return null;
  const address = fields.get("address");
  if (typeof address !== "string" || address === "") throw refuse("AF20001", "Missing parameter: webhook.address.");
  const authId = text(fields.get("authId"));
  const expiration = text(fields.get("expiration"));
  if (expiration !== null) {
    const ms = Date.parse(expiration);
    if (Number.isNaN(ms))
      throw refuse("AF20002", "Invalid parameter type: webhook.expiration. Expected type: datetime.");
    if (ms < clock.now()) throw refuse("AF20003", `Expiration ${expiration} provided is set to past date and time.`);
  }
  if (!address.startsWith("https://") || !(await validate(address, authId))) {
    throw refuse(
      "AF20021",
      `The webhook endpoint (${address}) could not be validated. It must be an HTTPS address that answers 200.`,
    );
  }
  return { status: "enabled", address, authId, expiration };
}

function readFields(body: string): ReadonlyMap<string, unknown> | undefined {
  if (body.trim() === "") return undefined;
  try {
    const value: unknown = JSON.parse(body);
    const webhook = typeof value === "object" && value !== null && "webhook" in value ? value.webhook : undefined;
    return typeof webhook === "object" && webhook !== null ? new Map(Object.entries(webhook)) : undefined;
  } catch {
    throw refuse("AF20002", "Invalid parameter type: webhook. Expected type: object.");
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/**
 * A validator that posts over HTTPS.
 *
 * @param caPem Certificate authority to trust beside those of the system.
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference#webhook-validation
 */
export function createWebhookValidator(caPem: string | undefined): WebhookValidator {
  const ca = caPem === undefined ? undefined : [...getCACertificates("default"), caPem];
  return async (address, authId) => {
    const validationCode = randomUUID();
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "webhook-validationcode": validationCode,
      ...(authId === null ? {} : { "webhook-authid": authId }),
    };
    return await new Promise((resolve) => {
      const outgoing = request(address, { method: "POST", headers, ca, timeout: 10_000, agent: false }, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode === 200));
        response.once("error", () => resolve(false));
      });
      outgoing.once("timeout", () => outgoing.destroy());
      outgoing.once("error", () => resolve(false));
      outgoing.end(JSON.stringify({ validationCode }));
    });
  };
}
