import type { Cloud } from "../clouds.ts";
import type { AccessClaims, TokenKeys } from "../entra/access-token.ts";
import { apiError, type Answer, type Call } from "../http.ts";
import type { ContentType, EmulatorClock, Rules } from "../options.ts";
import type { Directory, Tenant } from "../tenant.ts";
import type { Quota } from "./quota.ts";
import type { WebhookValidator } from "./webhook.ts";

/** What the operations of the API work with. */
export interface ApiContext {
  readonly directory: Directory;
  readonly keys: TokenKeys;
  readonly rules: Rules;
  readonly clock: EmulatorClock;
  /** `aud` that tokens must have. */
  readonly audience: string;
  /** The cloud whose root this is. */
  readonly cloud: Cloud;
  /** Origin of the API. */
  readonly origin: string;
  readonly quota: Quota;
  readonly validateWebhook: WebhookValidator;
}

/** A request that passed the checks common to all operations. */
export interface ApiCall {
  readonly call: Call;
  readonly tenant: Tenant;
  readonly claims: AccessClaims;
  /** Base of this tenant's URLs: `{origin}/api/v1.0/{tenantId}/activity/feed`. */
  readonly feed: string;
}

/** An operation on one content type. */
export interface TypedCall extends ApiCall {
  readonly contentType: ContentType;
  /** As the client wrote it: the service repeats its casing. */
  readonly givenType: string;
}

/** Thrown by a check to answer at once. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.code ?? String(answer.status));
    this.name = "Refusal";
    this.answer = answer;
  }
}

/** A refusal in the API's error scheme. */
export function refuse(code: string, message: string, status = 400): Refusal {
  return new Refusal(apiError(code, message, status));
}

/** `2015-05-23T17:35:00.000Z` */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
