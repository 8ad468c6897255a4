import type { Random } from "./random.ts";

/** Members of a made-up record, in the order in which they are written. */
export type Members = Readonly<Record<string, unknown>>;

/** What a made-up record starts from. */
export interface RecordSeed {
  readonly random: Random;
  readonly tenantId: string;
  /** Domain of the tenant's users. */
  readonly domain: string;
  readonly id: string;
  /** `CreationTime` as the service writes it: UTC without a zone. */
  readonly creationTime: string;
}

/** The common members of every record. */
export function common(
  seed: RecordSeed,
  rest: {
    readonly RecordType: number;
    readonly Operation: string;
    readonly Workload: string;
    readonly UserId: string;
    readonly UserKey: string;
    readonly UserType?: number;
  },
): Members {
  return {
    CreationTime: seed.creationTime,
    Id: seed.id,
    Operation: rest.Operation,
    OrganizationId: seed.tenantId,
    RecordType: rest.RecordType,
    UserKey: rest.UserKey,
    UserType: rest.UserType ?? 0,
    Version: 1,
    Workload: rest.Workload,
    UserId: rest.UserId,
  };
}
