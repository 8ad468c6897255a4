import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { applicationName } from "../../../processors/xdr/applications.ts";

suite("applicationName()", () => {
  for (const [id, name] of [
    ["00000003-0000-0000-c000-000000000000", "Microsoft Graph"],
    ["00000003-0000-0000-C000-000000000000", "Microsoft Graph"],
    ["ffcb16e8-f789-467c-8ce9-f826a080d987", "SharedWithMe"],
    ["FFCB16E8-F789-467C-8CE9-F826A080D987", "SharedWithMe"],
    ["AB9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine"],
    [" ab9b8c07-8f02-4f72-87fa-80105867a763\n", "OneDrive SyncEngine"],
    // Begins like one of them.
    ["ab9b8c07-0000-4f72-87fa-80105867a763", undefined],
    ["7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe", undefined],
    ["ab9b8c07-8f02-4f72-87fa-80105867a76", undefined],
    [" ab9b8c07-8f02-4f72-87fa-80105867a76", undefined],
    ["OneDrive SyncEngine", undefined],
    ["", undefined],
  ] as const) {
    test(`gives ${String(name)} for ${JSON.stringify(id)}`, () => {
      assert.equal(applicationName(id), name);
    });
  }
});
