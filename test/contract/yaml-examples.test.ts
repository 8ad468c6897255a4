import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { parse, stringify } from "yaml";
import { createRegistry, factories, formatProblem, loadConfig } from "../../collector/index.ts";

// Every YAML block of the documentation is put through the loader. One that shows a part of a configuration is completed by the
// least that it takes, as the first of two files.

type Mapping = Readonly<Record<string, unknown>>;

interface Example {
  /** File and line. */
  readonly place: string;
  readonly text: string;
}

/** Blocks that are for something else than this collector: their first key or comment. */
const FOR_OTHERS = new Map([
  ["README.md", ["# OpenTelemetry Collector"]],
  ["docs/operations.md", ["groups:"]],
  ["extensions/health_check/README.md", ["livenessProbe:"]],
]);

const SECTIONS = ["receivers", "processors", "exporters", "extensions"] as const;
type Section = (typeof SECTIONS)[number];
/** What is added of a section that a part without pipelines does not show. */
const NEEDED = { receivers: ["o365/any"], processors: [], exporters: ["debug/any"], extensions: [] } as const;
const ID = "00000000-0000-4000-8000-000000000001";
/** What a component needs at least, by type. */
const LEAST: Readonly<Record<string, Mapping>> = {
  o365: { tenant_id: ID, client_id: ID, certificate_file: "certificate.pem", private_key_file: "key.pem" },
  otlp_http: { endpoint: "https://otlp.example.com" },
  otlp_grpc: { endpoint: "otlp.example.com:4317" },
  file: { path: "out.jsonl" },
};

const files = globSync("**/*.md", { exclude: ["node_modules", "dist", "CHANGELOG.md"] })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.includes("node_modules/"))
  .toSorted();
const examples = files.flatMap(examplesOf);

function examplesOf(file: string): readonly Example[] {
  const text = readFileSync(file, "utf8");
  const blocks = [...text.matchAll(/^ *```ya?ml\n(?<yaml>[^]*?)^ *```$/gm)];
  return blocks.flatMap(({ index, groups }) => {
    const yaml = groups?.["yaml"] ?? "";
    if (FOR_OTHERS.get(file)?.some((begin) => yaml.startsWith(begin)) === true) return [];
    return [{ place: `${file}:${text.slice(0, index).split("\n").length}`, text: yaml }];
  });
}

/** What is wrong with an example; empty when it loads. */
function problemsOf({ place, text }: Example): readonly string[] {
  const env = Object.fromEntries([...text.matchAll(/\$\{env:(\w+)/g)].map(([, name = ""]) => [name, valueOf(name)]));
  const surrounding = { path: "what surrounds it", text: stringify(surroundingOf(parse(text))) };
  const { problems } = loadConfig([surrounding, { path: place, text }], createRegistry(factories), {
    env,
    readFile: () => "text-of-a-file-that-is-long-enough",
    nowMs: 0,
    offlineChecks: false,
  });
  return problems.filter(({ severity }) => severity === "error").map(formatProblem);
}

function valueOf(name: string): string {
  if (name.endsWith("_ID")) return ID;
  return name.endsWith("ENDPOINT") ? "https://otlp.example.com" : "value";
}

/**
 * The least that makes a part of a configuration a whole one. Who shows exporters and a pipeline means a whole one: then nothing is
 * added but the integrations, which may stand in files of their own.
 */
function surroundingOf(example: unknown): Mapping {
  const shown = mapping(example);
  const service = mapping(shown["service"]);
  const pipelines = Object.values(mapping(service["pipelines"])).map(mapping);
  const isWhole = pipelines.length > 0 && shown["exporters"] !== undefined;
  const all = (section: Section): readonly string[] => {
    const ids = Object.keys(mapping(shown[section]));
    if (isWhole && section !== "receivers") return ids;
    const named = pipelines.flatMap((pipeline) => list(pipeline[section]));
    const patterns = named.filter((id) => id.endsWith("*")).map((id) => id.replace("*", "any"));
    const wanted = pipelines.length > 0 ? named.filter((id) => !id.endsWith("*")) : [];
    const unmet = ids.length === 0 ? [...patterns, ...(pipelines.length > 0 ? [] : NEEDED[section])] : [];
    return [...new Set([...ids, ...wanted, ...unmet])];
  };
  const least = (section: Section, id: string): Mapping => {
    const isShown = Object.hasOwn(mapping(shown[section]), id);
    // Parts of an integration are shown here and there; of any other component all that it needs.
    return isShown && (isWhole || section !== "receivers") ? {} : (LEAST[id.split("/")[0] ?? ""] ?? {});
  };
  const [receivers, processors, exporters, extensions] = SECTIONS.map(all);
  const components = SECTIONS.map((section) => [
    section,
    Object.fromEntries(all(section).map((id) => [id, least(section, id)])),
  ]);
  return {
    ...Object.fromEntries(components),
    service: {
      ...(service["extensions"] === undefined ? { extensions } : {}),
      ...(pipelines.length > 0 ? {} : { pipelines: { logs: { receivers, processors, exporters } } }),
    },
  };
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

suite("A YAML example of the documentation loads", () => {
  for (const example of examples) {
    test(example.place, () => assert.deepEqual(problemsOf(example), []));
  }

  test("and every component has one", () => {
    for (const factory of factories) {
      const folder = factory.kind === "receiver" ? "receiver" : `${factory.kind}s/${factory.type}`;
      assert.ok(
        examples.some(({ place }) => place.startsWith(`${folder}/README.md:`)),
        `${folder} shows no configuration`,
      );
    }
  });

  test("and is not completed where a whole one lacks something", () => {
    const pipeline = "service: { pipelines: { logs: { receivers: [o365/*], exporters: [file/b] } } }";
    const problems = problemsOf({ place: "a.md:1", text: `exporters: { file/a: { path: x } }\n${pipeline}` });
    assert.match(problems.join("\n"), /exporters.*file\/b/);
    assert.match(problemsOf({ place: "a.md:1", text: "exporters: { file: }" }).join(), /path: is required/);
  });

  test("or is told from where it does not", () => {
    const [problem, ...others] = problemsOf({ place: "a.md:1", text: "exporters:\n  file:\n    pahth: x\n" });
    assert.match(problem ?? "", /^a\.md:1:3:5: exporters::file::pahth: unknown key; did you mean "path"\?$/);
    assert.deepEqual(others, []);
  });
});
