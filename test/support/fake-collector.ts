// A collector of fake components in a process of its own: `fake-collector.ts --config FILE`.
import type { AnyFactory } from "../../collector/component.ts";
import { runProcess } from "../../collector/cli/process.ts";
import { type Behaviour, FakeComponents } from "./fake-components.ts";

const behaviour: Readonly<Record<string, Behaviour>> = {
  "fake/slow": { shutdown: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())) },
  "fake/deaf": { shutdown: () => new Promise(() => {}) },
  "fake/refusing": { start: () => Promise.reject(new Error("port 4318 is in use")) },
  "fake/throwing": {
    start: () => {
      setImmediate(() => {
        throw new Error("a fault of ours");
      });
    },
  },
  "fake/rejecting": {
    start: () => {
      void Promise.reject(new Error("nobody waits for this"));
    },
  },
};

const { receiver, processor, exporter, extension } = new FakeComponents(behaviour);
const factories: readonly AnyFactory[] = [receiver, processor, exporter, extension];
await runProcess(() => Promise.resolve(factories));
