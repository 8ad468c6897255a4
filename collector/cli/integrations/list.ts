import { ExitCode } from "../exit-code.ts";
import { printProblems } from "../load-files.ts";
import { certificateText, factsJson, gatherFacts, type IntegrationFacts } from "./facts.ts";
import { find, load, type Session } from "./session.ts";

/** Lists the integrations of the configuration with their health, as far as the ledger and the files tell. */
export function list({ json }: { readonly json: boolean }, session: Session): ExitCode {
  const { io, clock } = session;
  const { config, problems } = load(session);
  printProblems(problems, io.stderr);
  if (config === undefined) return ExitCode.usage;
  const all = gatherFacts([...config.receivers.values()], config, session);
  if (json) io.stdout.write(`${JSON.stringify(all.map(factsJson), null, 2)}\n`);
  else io.stdout.write(`${columns(rows(all, clock.now())).join("\n")}\n`);
  return ExitCode.ok;
}

function rows(all: readonly IntegrationFacts[], nowMs: number): readonly (readonly string[])[] {
  const body = all.map(({ id, description, status, file }) => [
    id,
    description.cloud,
    description.tenantId,
    stateText(status),
    certificateText(description, nowMs),
    file ?? "(not in the folder)",
  ]);
  return [["integration", "cloud", "tenant", "state", "certificate", "file"], ...body];
}

function stateText(status: IntegrationFacts["status"]): string {
  if (status === undefined) return "-";
  const state = status.verdict.state.replace("_", " ");
  return status.verdict.gap ? `${state}, gap` : state;
}

function columns(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Shows one integration. */
export function show(name: string, { json }: { readonly json: boolean }, session: Session): ExitCode {
  const { io, clock } = session;
  const { config, problems } = load(session);
  if (config === undefined) {
    printProblems(problems, io.stderr);
    return ExitCode.usage;
  }
  const [facts] = gatherFacts([find(config, name)], config, session);
  if (facts === undefined) return ExitCode.usage;
  io.stdout.write(json ? `${JSON.stringify(factsJson(facts), null, 2)}\n` : showText(facts, clock.now()));
  return ExitCode.ok;
}

function showText({ id, description, status, pipelines, file, findings }: IntegrationFacts, nowMs: number): string {
  const { cloud, tenantId, clientId, contentTypes, certificateFile, privateKeyFile, certificate } = description;
  const lines: (readonly [string, string])[] = [
    ["integration", id],
    ["cloud", cloud],
    ["tenant", tenantId],
    ["application", clientId],
    ["content types", contentTypes.join(", ")],
    ["certificate", certificateFile],
    ...(certificate === undefined
      ? []
      : [
          ["", certificate.subject] as const,
          ["", `SHA-1 thumbprint ${certificate.thumbprintSha1}`] as const,
          [
            "",
            `until ${new Date(certificate.notAfterMs).toISOString().slice(0, 10)}, ${certificateText(description, nowMs)}`,
          ] as const,
        ]),
    ["private key", privateKeyFile],
    ["pipelines", pipelines.join(", ")],
    ["state", stateText(status)],
    ["file", file ?? "elsewhere in the configuration"],
    ...findings.map(({ severity, message }) => [severity, message] as const),
  ];
  return `${lines.map(([title, value]) => `${title.padEnd(15)}${value}`).join("\n")}\n`;
}
