import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { parse } from "yaml";
import { readDifferences } from "./differences.ts";
import { judge, type Otelcol } from "./otelcol.ts";
import { type Probe, readProbes, theirConfiguration } from "./probes.ts";

type Section = Readonly<Record<string, unknown>>;
type Configuration = Readonly<Record<string, Section | undefined>>;

const SECTIONS = ["extensions", "processors", "exporters"] as const;
/** What the examples name: a Collector does not take a configuration whose variables are not set. */
const ENV = /\$\{(?:env|file):[^}]+\}/g;

/** Lets a Collector judge what otel-o365 takes: the probes, and the examples that users begin with. */
export function validateSuite(otelcol: Otelcol, skip: string | false): void {
  suite("What a Collector says of our configuration", { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), "otel-o365-judge-"));
    after(() => rmSync(folder, { recursive: true }));
    const probes = readProbes();

    test("is what docs/collector-differences.md says: the rest is taken by both", () => {
      const refusals = new Set(
        readDifferences()
          .filter(({ taker }) => taker === "otel-o365")
          .map(({ component, name }) => `${component} ${name}`),
      );
      const nameOf = ({ component, name }: Probe): string => `${component} ${name}`;
      for (const group of togetherOrAlone(probes, (probe) => refusals.has(nameOf(probe)))) {
        if (group.length > 1 && judge(otelcol, folder, theirConfiguration(group)) === "") continue;
        for (const probe of group) {
          const says = judge(otelcol, folder, theirConfiguration([probe]));
          assert.equal(says !== "", refusals.has(nameOf(probe)), `${nameOf(probe)}: ${says}`);
        }
      }
    });

    // Same names, other languages: no configuration of the two is common.
    const known = new Set(
      probes.map(({ component }) => component).filter((one) => !/^processors::(?:filter|transform)$/.test(one)),
    );
    const files = ["collector.example.yaml", ...[...known].filter((one) => one !== "service").map(readmeOf)];
    for (const file of files) {
      for (const [index, example] of examplesOf(file).entries()) {
        test(`takes the parts that it knows of ${file}${index === 0 ? "" : `, example ${index + 1}`}`, () => {
          const { configuration, parts } = knownPartsOf(example, known);
          assert.ok(parts > 0 || index > 0, "nothing to judge");
          assert.equal(judge(otelcol, folder, configuration), "");
        });
      }
    }
  });
}

/** What should be taken, all of a component in one configuration, as each question starts a Collector; the rest by themselves. */
function togetherOrAlone(
  probes: readonly Probe[],
  isRefused: (probe: Probe) => boolean,
): readonly (readonly Probe[])[] {
  const named = probes.filter(({ name }) => name !== "");
  // Of the settings of the service a configuration has one set.
  const isAlone = (probe: Probe): boolean => isRefused(probe) || probe.component === "service";
  const together = Map.groupBy(
    named.filter((probe) => !isAlone(probe)),
    ({ component }) => component,
  );
  return [...together.values(), ...named.filter(isAlone).map((probe) => [probe])];
}

function readmeOf(component: string): string {
  return `${component.replace("::", "/")}/README.md`;
}

function examplesOf(file: string): readonly Configuration[] {
  const text = readFileSync(file, "utf8").replaceAll(ENV, "https://example.com:4318");
  const blocks = file.endsWith(".yaml")
    ? [text]
    : [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => match[1] ?? "");
  return blocks.map((block) => parse(block) as Configuration).filter((example) => typeof example === "object");
}

/** An example without what the Collector has no component for, and with what every configuration needs. */
function knownPartsOf(
  example: Configuration,
  known: ReadonlySet<string>,
): { readonly configuration: Section; readonly parts: number } {
  const kept = SECTIONS.map((section) => {
    const entries = Object.entries(example[section] ?? {});
    return [
      section,
      Object.fromEntries(entries.filter(([id]) => known.has(`${section}::${id.split("/")[0]}`))),
    ] as const;
  });
  const ids = Object.fromEntries(kept.map(([section, entries]) => [section, Object.keys(entries)]));
  const sections: Configuration = Object.fromEntries(kept);
  const exporters = { ...sections["exporters"], "debug/any": {} };
  const telemetry = example["service"]?.["telemetry"];
  return {
    parts: Object.values(ids).flat().length,
    configuration: {
      ...sections,
      receivers: { otlp: { protocols: { http: {} } } },
      exporters,
      service: {
        ...(telemetry === undefined ? {} : { telemetry }),
        extensions: ids["extensions"],
        pipelines: { logs: { receivers: ["otlp"], processors: ids["processors"], exporters: Object.keys(exporters) } },
      },
    },
  };
}
