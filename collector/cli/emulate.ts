import type { Command } from "commander";
import { emulateCommand } from "../../emulator/command.ts";

/** Runs `otel-o365 emulate` with the arguments after that word; the emulator parses them itself. */
export async function emulate(args: readonly string[], stub: Command): Promise<void> {
  const command = emulateCommand();
  command.parent = stub.parent;
  await command.parseAsync(args, { from: "user" });
}
