import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../../collector/component.ts";

const never = new AbortController().signal;

/** What every component owes to whoever starts and stops it. `create` returns one that was not started. */
export function checkLifecycle(create: () => Promise<{ component: Component; tearDown: () => Promise<void> }>): void {
  const cases: readonly { readonly name: string; run: (component: Component) => Promise<void> }[] = [
    { name: "resolves before start()", run: (component) => component.shutdown(never) },
    {
      name: "resolves twice, one after the other and at once",
      run: async (component) => {
        await component.start();
        await Promise.all([component.shutdown(never), component.shutdown(never)]);
        await component.shutdown(never);
      },
    },
    {
      name: "resolves with a signal that is aborted already",
      run: async (component) => {
        await component.start();
        await component.shutdown(AbortSignal.abort(new Error("no time left")));
      },
    },
  ];
  for (const { name, run } of cases) {
    test(`shutdown() ${name}`, async () => {
      const { component, tearDown } = await create();
      try {
        assert.equal(await run(component), undefined);
      } finally {
        await tearDown();
      }
    });
  }
}
