import { suite } from "node:test";
import type { Component } from "../../collector/component.ts";
import { checkLifecycle } from "./lifecycle-contract.ts";

/** What every extension owes to the service; nothing flows through it. `create` returns one that was not started. */
export function checkExtensionContract(name: string, create: () => Component): void {
  suite(`extension contract: ${name}`, () => {
    checkLifecycle(async () => ({ component: create(), tearDown: async () => {} }));
  });
}
