import { suite } from "node:test";
import { CLOUDS } from "../../../receiver/clouds.ts";
import { testFaults } from "./faults.ts";

// The other clouds have their turn in the full run: the faults are the same, and each costs a sign-in.
suite("otel-o365 check with every fault", () => testFaults(CLOUDS.filter((cloud) => cloud === "gcc_high")));
