import { suite } from "node:test";
import { CLOUDS } from "../../../receiver/clouds.ts";
import { testFaults } from "./faults.ts";

suite("otel-o365 check, every plan with every fault", () => testFaults(CLOUDS));
