// A collector whose ledger, exporters and clock are wrapped as CHAOS_WRAP says: to be killed at one step of its work, or to
// do that work wrongly on purpose. A program for tests; the product has no such switch.
import { parseArgs } from "node:util";
import { loadFiles, printProblems } from "../collector/cli/load-files.ts";
import { StopRequest } from "../collector/cli/stop-request.ts";
import { createDelivery } from "../collector/delivery/delivery.ts";
import { createService, factories, systemClock } from "../collector/index.ts";
import { createLogger } from "../collector/logger.ts";
import { openStorage } from "../collector/storage/sqlite.ts";
import { readWrap, WRAP_VARIABLE, Wrapper } from "./wrap.ts";

const wrap = readWrap(process.env[WRAP_VARIABLE]);
const wrapper = new Wrapper(wrap);
const { values } = parseArgs({ options: { config: { type: "string", multiple: true, default: [] } } });
const { config, problems } = loadFiles(values.config, factories, process.env, { offlineChecks: false });
printProblems(problems, process.stderr);
if (config === undefined) process.exit(2);

const { directory, maxDeadLetterBytes } = config.storage;
const deadLetters = { directory, maxBytes: maxDeadLetterBytes };
const request = new StopRequest(process, Date.now);
// Signal handlers do not hold a process.
const alive = setInterval(() => {}, 60_000);
const service = createService(config, {
  logger: createLogger({ ...config.telemetry.logs, stream: process.stderr, now: Date.now }),
  openStorage: (path) => wrapper.storage(openStorage(path)),
  deliver: (settings, exporter, onDeadLettered) =>
    wrapper.delivery(createDelivery(settings, wrapper.exporter(exporter), { deadLetters, onDeadLettered })),
  clock: { ...systemClock, now: () => Date.now() + (wrap.aheadMs ?? 0) },
});
await service.start();
await request.stop;
const isSettled = await service.shutdown();
clearInterval(alive);
process.exit(isSettled ? 0 : 3);
