import assert from "node:assert/strict";
import { isIP } from "node:net";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import { auditRecordOf, type JsonObject } from "../../../collector/record.ts";
import { mayEmit } from "../../../processors/xdr/compile.ts";
import { type MappedRecord, XdrMapper } from "../../../processors/xdr/mapper.ts";
import type { XdrOptions } from "../../../processors/xdr/options.ts";
import { asReceived } from "./as-received.ts";

/** A record as the service sends it, and what an analyst finds afterwards. */
export interface KindCase {
  readonly name: string;
  /** Fields beside those that every record has. */
  readonly record: JsonObject;
  readonly options?: XdrOptions;
  /** `undefined`: the attribute must not be there. `severity` stands for the severity text of the log record. */
  readonly expected: Attributes;
}

export const CREATED: number = Date.UTC(2024, 4, 6, 7, 8, 9) * 1000;
export const ANN_ID = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9";
/** Stands for what a data loss prevention rule matched. It must never be in an attribute. */
export const MATCHED = "4111 1111 1111 1111";

/** Fields that every record has. */
export const COMMON: JsonObject = {
  CreationTime: "2024-05-06T07:08:09",
  Id: "3b9f4f6a-51f2-4a30-9a3e-08dc6d9f1a2b",
  OrganizationId: "6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
  UserType: 0,
  UserKey: ANN_ID,
  UserId: "ann@contoso.com",
  Version: 1,
};

/** One test a case; each also checks what holds for every record. */
export function expectKinds(name: string, cases: readonly KindCase[]): void {
  suite(name, () => {
    for (const each of cases) {
      test(`maps ${each.name}`, () => {
        const received = asReceived(JSON.stringify({ ...COMMON, ...each.record }));
        const mapped = new XdrMapper(each.options).map({
          record: auditRecordOf(received),
          attributes: received.attributes,
        });
        for (const [attribute, value] of Object.entries(each.expected)) {
          const actual = attribute === "severity" ? mapped.severityText : mapped.attributes[attribute];
          assert.deepEqual(actual, value, attribute);
        }
        assertInvariants(mapped, each.options?.emitUnverified ?? false);
      });
    }
  });
}

function assertInvariants({ schema, attributes }: MappedRecord, emitUnverified: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    assert.ok(mayEmit(name, schema, emitUnverified), `${name} is no confirmed field of ${schema}`);
    assert.ok(value !== undefined && value !== null && value !== "", `${name} is there without a value`);
  }
  for (const name of ["xdr.source_address", "client.address"]) {
    const address = attributes[name];
    assert.ok(address === undefined || (typeof address === "string" && isIP(address) !== 0), `${name} is no address`);
  }
  assert.ok(!JSON.stringify(attributes).includes(MATCHED), "matched values are in the attributes");
}
