// Entry of the command `otel-o365`.
import { runProcess } from "./process.ts";

await runProcess(async () => (await import("../components.ts")).factories);
