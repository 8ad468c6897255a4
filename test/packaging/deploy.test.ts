import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { validate } from "dockerfile-utils";
import { StatefulSet } from "kubernetes-models/apps/v1";
import { ConfigMap, Service } from "kubernetes-models/v1";
import { parseAllDocuments } from "yaml";
import { factories } from "../../collector/components.ts";
import { createRegistry, formatProblem, loadConfig } from "../../collector/index.ts";
import { factory as healthCheck } from "../../extensions/health_check/factory.ts";

const UNIT = "deploy/systemd/otel-o365.service";
const CONTAINERFILE = readFileSync("deploy/container/Containerfile", "utf8");
const [CONFIG_MAP, SERVICE, STATEFUL_SET] = parseAllDocuments(
  readFileSync("deploy/kubernetes/otel-o365.yaml", "utf8"),
).map((document): Readonly<Record<string, unknown>> => document.toJS());

function loaded(text: string): { readonly shutdownTimeoutMs: number; readonly problems: readonly string[] } {
  const { config, problems } = loadConfig([{ path: "collector.yaml", text }], createRegistry(factories), {
    env: { SIEM_TOKEN: "x" },
    nowMs: Date.now(),
    offlineChecks: false,
  });
  return { shutdownTimeoutMs: config?.shutdownTimeoutMs ?? 0, problems: problems.map(formatProblem) };
}

const COLLECTOR_YAML = new ConfigMap(CONFIG_MAP).data?.["collector.yaml"] ?? "";
/** It says nothing about it. */
const DEFAULT_SHUTDOWN_TIMEOUT_MS = loaded(COLLECTOR_YAML).shutdownTimeoutMs;
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const withoutSystemd = hasSystemd ? false : "systemd-analyze is not here: the unit was not looked at";

suite("deploy/systemd", () => {
  const unit = new Map(
    readFileSync(UNIT, "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
  );

  test("is accepted by systemd-analyze verify", { skip: withoutSystemd }, () => {
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", UNIT], { encoding: "utf8" });
    assert.deepEqual([status, stdout + stderr], [0, ""]);
  });

  test("is exposed no more than a hardened service should be", { skip: withoutSystemd }, () => {
    const { stdout, stderr } = spawnSync("systemd-analyze", ["security", "--offline=true", UNIT], { encoding: "utf8" });
    const score = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
    assert.ok(score !== undefined && Number(score) < 2, `${score}\n${stderr}`);
  });

  test("gives the collector its time to stop, and does not restart what no restart mends", () => {
    assert.ok(DEFAULT_SHUTDOWN_TIMEOUT_MS > 0);
    assert.ok(Number.parseInt(unit.get("TimeoutStopSec") ?? "", 10) * 1000 > DEFAULT_SHUTDOWN_TIMEOUT_MS);
    assert.equal(unit.get("RestartPreventExitStatus"), "2");
    assert.equal(unit.get("Restart"), "on-failure");
  });
});

suite("deploy/container", () => {
  test("is a Containerfile without a mistake", () => {
    assert.deepEqual(validate(CONTAINERFILE), []);
  });

  test("would fail with one", () => {
    assert.notDeepEqual(validate(`${CONTAINERFILE}\nUSERS 0\n`), []);
  });

  test("starts the command of the package, as a user of its own", () => {
    const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as {
      readonly bin: Readonly<Record<string, string>>;
    };
    const entry = /^ENTRYPOINT \["([^"]+)"\]$/m.exec(CONTAINERFILE)?.[1];
    assert.ok(entry !== undefined && entry in bin, entry);
    assert.match(CONTAINERFILE, /^USER 10001$/m);
    const expected = globSync("otel-o365-*.tgz").length;
    assert.ok(expected <= 1, "COPY takes one packed file: remove the older ones");
  });
});

suite("deploy/kubernetes", () => {
  const pod = new StatefulSet(STATEFUL_SET).spec?.template.spec;
  const container = pod?.containers[0];

  test("holds to the schemas of the API", () => {
    new ConfigMap(CONFIG_MAP).validate();
    new Service(SERVICE).validate();
    new StatefulSet(STATEFUL_SET).validate();
    const wrong = structuredClone(STATEFUL_SET);
    assert.ok(wrong?.["spec"] instanceof Object);
    Object.assign(wrong["spec"], { replicas: "one" });
    assert.throws(() => new StatefulSet(wrong).validate());
  });

  test("holds a configuration without a mistake, whose state is on the volume", () => {
    assert.deepEqual(loaded(COLLECTOR_YAML).problems, []);
    const state = container?.volumeMounts?.find(({ name }) => name === "state")?.mountPath;
    assert.ok(COLLECTOR_YAML.includes(`directory: ${state}\n`), state);
    assert.ok((pod?.terminationGracePeriodSeconds ?? 0) * 1000 > DEFAULT_SHUTDOWN_TIMEOUT_MS);
  });

  test("asks the paths that health_check answers", () => {
    const { path, livenessPath } = healthCheck.config.parse({});
    assert.equal(container?.readinessProbe?.httpGet?.path, path);
    assert.equal(container?.livenessProbe?.httpGet?.path, livenessPath);
  });

  test("runs one collector, as the image's user", () => {
    assert.equal(new StatefulSet(STATEFUL_SET).spec?.replicas, 1);
    assert.equal(pod?.securityContext?.runAsUser, 10_001);
  });
});
