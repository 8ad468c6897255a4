import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { noTerminal } from "../support/terminal.ts";
import { Reader, type Page } from "./setup-reader.ts";
import { readSteps } from "./setup-steps.ts";

const PAGES: readonly Page[] = [
  { file: "single-tenant.md", cloud: "commercial", domain: "contoso.onmicrosoft.com", multiTenant: false },
  { file: "commercial.md", cloud: "commercial", domain: "contoso.onmicrosoft.com", multiTenant: true },
  { file: "gcc.md", cloud: "gcc", domain: "contoso.onmicrosoft.com", multiTenant: false },
  { file: "gcc-high-dod.md", cloud: "gcc_high", domain: "contoso.onmicrosoft.us", multiTenant: false },
  { file: "gcc-high-dod.md", cloud: "dod", domain: "contoso.onmicrosoft.us", multiTenant: false },
  { file: "mssp.md", cloud: "commercial", domain: "contoso.onmicrosoft.com", multiTenant: true },
];

suite("docs/setup, followed to the letter", { skip: noTerminal ?? false }, () => {
  const readers: Reader[] = [];
  after(async () => {
    for (const reader of readers) await reader.close();
  });

  for (const page of PAGES) {
    test(`${page.file} leads a ${page.cloud} tenant from an empty folder to the first record`, async () => {
      const steps = readSteps(readFileSync(join("docs", "setup", page.file), "utf8"));
      const commands = steps.flatMap((step) => (step.kind === "run" ? [step.command.split(" ")[1]] : []));
      assert.ok(commands.includes("check") && commands.at(-1) === "--config", commands.join());
      const reader = await Reader.start(page);
      readers.push(reader);
      await reader.follow(steps);
    });
  }
});
