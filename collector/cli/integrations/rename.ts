import { rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMap, Scalar } from "yaml";
import { CollectorError, ErrorCode } from "../../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { printProblems } from "../load-files.ts";
import { fileNameOf, findDefinition, type Definition } from "./files.ts";
import { idOf, nameFault } from "./names.ts";
import { find, load, type Session } from "./session.ts";
import { rewriteFile, writeNewFile } from "./write-file.ts";

/** Gives an integration another name. Its state is kept by tenant, application and cloud, so nothing is collected twice. */
export function rename(name: string, newName: string, session: Session): ExitCode {
  const { io, folder } = session;
  const { config, problems } = load(session);
  if (config === undefined) {
    printProblems(problems, io.stderr);
    return ExitCode.usage;
  }
  const { id } = find(config, name);
  const fault = nameFault(newName, config.receivers.keys());
  if (fault !== undefined) throw cannot(id, `"${newName}" cannot be its name; ${fault}`);
  const definition = findDefinition(folder, id);
  if (definition === undefined) {
    throw cannot(id, `no file of "${folder.directory}" defines it; rename it where it stands in the configuration`);
  }
  const newId = idOf(newName);
  const path = definition.isOwnFile ? join(dirname(definition.path), fileNameOf(newId)) : definition.path;
  const text = withId(definition, id, newId);
  const after = load(
    session,
    new Map([
      [definition.path, undefined],
      [path, text],
    ]),
  );
  if (after.config === undefined) {
    printProblems(after.problems, io.stderr);
    throw cannot(
      id,
      `the configuration would have the mistakes above; name it by a pattern such as "o365/*" in the pipelines, or change it there first`,
    );
  }
  if (path === definition.path) rewriteFile(path, text);
  else {
    // The new file first: with both, the collector refuses to start, with neither a tenant would silently be missing.
    writeNewFile(path, text, statSync(definition.path).mode & 0o777);
    rmSync(definition.path);
  }
  io.stdout.write(`Renamed "${id}" to "${newId}" in ${path}. Nothing is collected twice. Restart the collector.\n`);
  return ExitCode.ok;
}

/** The file with another id, comments and order kept. */
function withId({ document }: Definition, id: string, newId: string): string {
  const receivers = document.get("receivers");
  if (isMap(receivers)) {
    const pair = receivers.items.find(({ key }) => (key instanceof Scalar ? key.value : key) === id);
    if (pair?.key instanceof Scalar) pair.key.value = newId;
  }
  return document.toString({ lineWidth: 0 });
}

function cannot(id: string, why: string): CollectorError {
  return new CollectorError(ErrorCode.config, `Cannot rename "${id}": ${why}`);
}
