import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiStorm } from "../../chaos/api-storm.ts";
import { Tally } from "../../chaos/tally.ts";
import type { FaultAction, FaultRequest, Operation } from "../../emulator/index.ts";

function storm(seed: number): { readonly api: ApiStorm; readonly tally: Tally } {
  const tally = new Tally();
  const lossOf = (contentId: string): "gone" | undefined => (contentId === "lost" ? "gone" : undefined);
  return { tally, api: new ApiStorm({ seed, tally, foreignOrigin: "https://127.0.0.1:9", lossOf }) };
}

function request(operation: Operation, rest: Partial<FaultRequest> = {}): FaultRequest {
  return { operation, method: "GET", target: "/", ...rest };
}

function decide(api: ApiStorm, operation: Operation, count: number): (FaultAction | undefined)[] {
  return Array.from({ length: count }, (_, index) =>
    api.decide(request(operation, { target: index % 2 === 0 ? "/?nextpage=1" : "/" })),
  );
}

suite("ApiStorm", () => {
  test("decides the same for the n-th request of an operation, whatever else is asked in between", () => {
    const { api } = storm(11);
    const alone = decide(api, "content", 500);
    const mixed = storm(11).api;
    const among = alone.map((_, index) => {
      mixed.decide(request("blob"));
      mixed.decide(request("token"));
      return mixed.decide(request("content", { target: index % 2 === 0 ? "/?nextpage=1" : "/" }));
    });
    assert.deepEqual(among, alone);
    assert.notDeepEqual(decide(storm(12).api, "content", 500), alone);
  });

  test("lets everything happen in a run that is long enough, and counts it", () => {
    const { api, tally } = storm(1);
    for (const operation of ["content", "blob", "token", "list", "start"] as const) decide(api, operation, 6000);
    tally.add("service, blob", "expired");
    api.decide(request("blob", { contentId: "lost" }));
    assert.deepEqual(tally.never(), []);
  });

  test("gives a blob up each time, in a calm too, when nothing else happens", () => {
    const { api } = storm(1);
    assert.deepEqual(api.decide(request("blob", { contentId: "lost" })), { kind: "gone" });
    api.calm();
    assert.deepEqual(api.decide(request("blob", { contentId: "lost" })), { kind: "gone" });
    assert.deepEqual(new Set(decide(api, "content", 1000)), new Set([undefined]));
  });
});
