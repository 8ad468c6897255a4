import { join } from "node:path";
import { printProblems } from "../load-files.ts";
import { fileNameOf } from "./files.ts";
import { integrationYaml, type NewIntegration } from "./new-integration.ts";
import { load, type Session } from "./session.ts";
import { writeNewFile } from "./write-file.ts";

/** An integration that the whole configuration is right with. */
export interface TriedIntegration {
  readonly path: string;
  readonly text: string;
  /** What the receiver's schema made of it. */
  readonly config: unknown;
  /** The pipelines that take it. */
  readonly pipelines: readonly string[];
}

/** Loads the whole configuration with the integration in it; undefined after its mistakes were printed. */
export function tryOut(integration: NewIntegration, session: Session): TriedIntegration | undefined {
  const path = join(session.folder.directory, fileNameOf(integration.id));
  const text = integrationYaml(integration);
  const { config, problems } = load(session, new Map([[path, text]]), true);
  printProblems(problems, session.io.stderr);
  if (config === undefined) {
    session.io.stderr.write(`Nothing was written: with "${integration.id}" the configuration has the mistakes above\n`);
    return undefined;
  }
  const pipelines = config.pipelines.filter(({ receivers }) => receivers.includes(integration.id)).map(({ id }) => id);
  return { path, text, config: config.receivers.get(integration.id)?.config, pipelines };
}

/**
 * Writes its file, and says what comes next.
 *
 * @param before To be said first, once the file is there.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the file exists or cannot be written.
 */
export function save(
  { id, proxy }: NewIntegration,
  { path, text, pipelines }: TriedIntegration,
  { folder, io }: Session,
  before = "",
): void {
  const holdsPassword = proxy !== undefined && URL.parse(proxy)?.password !== "";
  writeNewFile(path, text, holdsPassword ? 0o600 : undefined);
  io.stdout.write(before);
  const config = [...folder.files, folder.directory].map((file) => `--config ${file}`).join(" ");
  io.stdout.write(`Added "${id}" in ${path}; it is in ${pipelines.map((one) => `pipeline "${one}"`).join(" and ")}.

Next:
  otel-o365 check ${config} --only '${id}'
  Restart the collector (otel-o365 ${config}): it reads its configuration when it starts.
${holdsPassword ? `The file holds the password of the proxy, so nobody but you can read it: let the collector's user do, or write \${env:NAME} in place of the URL.\n` : ""}`);
}
