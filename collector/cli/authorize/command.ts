import { Option } from "commander";
import { contentTypeOption, withSession, type CommandContext } from "../integrations/command.ts";
import type { AuthorizeFlags } from "./authorize.ts";

/** A port that no well-known service has; where it is taken, another address can be registered. */
const DEFAULT_REDIRECT_URI = "http://localhost:8400";

/** Adds `otel-o365 authorize`. */
export function addAuthorize(context: CommandContext): void {
  const command = context.program
    .command("authorize")
    .description("have an administrator consent to a multi-tenant application in the browser, and add the tenant")
    .allowExcessArguments(false)
    .option("--client-id <guid>", "Application (client) ID of the multi-tenant application")
    .option("--certificate-file <file>", "PEM file of its certificate")
    .option("--private-key-file <file>", "PEM file of the private key")
    .addOption(new Option("--cloud <plan>", "where the tenant lives").default("commercial"))
    .option("--tenant <guid or domain>", "the tenant; default: whichever the administrator is of")
    .option("--name <name>", "what to call the integration")
    .option(
      "--redirect-uri <url>",
      "address of this machine that is registered with the application",
      DEFAULT_REDIRECT_URI,
    )
    .option("--no-browser", "print the address, and take the one that a browser elsewhere was led to")
    .addOption(contentTypeOption())
    .option("--proxy <url>", "HTTP proxy of this integration")
    .option("--ca-file <file>", "PEM file of further certificate authorities to trust");
  withSession(command, "authorize", context, async (session) => {
    const { authorize } = await import("./authorize.ts");
    return authorize(command.opts<AuthorizeFlags>(), session, new AbortController().signal);
  });
}
