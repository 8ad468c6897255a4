import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { CLOUDS, type Cloud } from "./clouds.ts";
import { runEmulator, type CommandIo, type CommandSettings } from "./command-run.ts";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID, type ContentSource, type Rules } from "./options.ts";
import { sampleRecordsFile } from "./sample-records.ts";
import { GUID } from "./tenant.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const RECORDS_PAST_MS = 86_400_000;

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly separateApi?: true;
  readonly cloud: Cloud;
  readonly tenantCloud?: Cloud;
  readonly cloudProxyPort?: number;
  readonly tenantId: string;
  readonly domain?: readonly string[];
  readonly clientId: string;
  readonly certificate?: readonly string[];
  readonly writeCertificate?: string;
  readonly role?: readonly string[];
  readonly redirectUri?: readonly string[];
  readonly auditing: boolean;
  readonly records?: readonly string[];
  readonly recordsPerBlob: number;
  readonly past?: number;
  readonly rate: number;
  readonly lateShare: number;
  readonly seed: number;
  readonly pageSize: number;
  readonly quota: number;
  readonly quotaStatus: 403 | 429;
  readonly startInterval: number;
  readonly writeCa?: string;
  readonly control?: true;
}

/** The command `emulate`: an Office 365 tenant on this machine, until a signal comes. */
export function emulateCommand(io: CommandIo = process): Command {
  return new Command("emulate")
    .description("Run an Office 365 tenant on this machine: Entra ID's token endpoint and the Management Activity API")
    .option("--host <address>", "address to listen on; anything but loopback lets the network in", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 takes a free one", integer(0, 65_535), 0)
    .option("--separate-api", "serve the API on a port of its own")
    .addOption(new Option("--cloud <name>", "cloud that the addresses stand for").choices(CLOUDS).default("commercial"))
    .addOption(
      new Option("--tenant-cloud <name>", "cloud that the tenant lives in, to try out the wrong one").choices(CLOUDS),
    )
    .option(
      "--cloud-proxy-port <number>",
      "also be an HTTP proxy on this port that leads the addresses of all real clouds here",
      integer(0, 65_535),
    )
    .option("--tenant-id <guid>", "tenant", guid, DEFAULT_TENANT_ID)
    .option("--domain <name>", "domain name of the tenant (may repeat)", collect)
    .option("--client-id <guid>", "app registration", guid, DEFAULT_CLIENT_ID)
    .option("--certificate <file>", "PEM certificate that is registered on the app (may repeat)", collect)
    .option("--write-certificate <folder>", "make a certificate, register it, write certificate.pem and key.pem there")
    .option(
      "--role <name>",
      "application permission with consent (may repeat; default both ActivityFeed roles)",
      collect,
    )
    .option(
      "--redirect-uri <url>",
      "make the app a multi-tenant one, in no tenant before an administrator consents; consent leads back there (may repeat)",
      collectUrl,
    )
    .option("--no-auditing", "unified audit logging is off")
    .option(
      "--records <file>",
      "NDJSON file of audit records to serve (may repeat; without it and --rate, the sample records)",
      collect,
    )
    .option("--records-per-blob <number>", "average number of records in a blob", integer(1, 100_000), 10)
    .option(
      "--past <duration>",
      "period before now that content is spread over (default 24h for records, none for made-up ones)",
      duration,
    )
    .option("--rate <number>", "made-up records per second, live", decimal(0, 100_000), 0)
    .option("--late-share <number>", "part of the blobs, 0 to 1, that appears two minutes late", decimal(0, 1), 0)
    .option("--seed <number>", "what is made up follows from it", integer(0, 2 ** 31), 1)
    .option("--page-size <number>", "entries on one page of a content list", integer(1, 100_000), 100)
    .option("--quota <number>", "requests per minute for one tenant and publisher", integer(1, 1_000_000_000), 2000)
    .option("--quota-status <status>", "status of AF429, 403 or 429", quotaStatus, 403)
    .addOption(
      new Option("--start-interval <duration>", "time between two start requests")
        .argParser(duration)
        .default(900_000, "15m"),
    )
    .option("--write-ca <file>", "write the PEM of the certificate authority that clients have to trust")
    .option("--control", "serve /emulator/ for scripts: faults, request log, served records")
    .action(async (flags: Flags) => {
      await runEmulator(toSettings(flags), io);
    });
}

function toSettings(flags: Flags): CommandSettings {
  const blobs = { recordsPerBlob: flags.recordsPerBlob, lateShare: flags.lateShare };
  const content: ContentSource[] = [];
  const files = flags.records ?? (flags.rate > 0 ? [] : [sampleRecordsFile()]);
  if (files.length > 0) content.push({ ...blobs, kind: "records", files, pastMs: flags.past ?? RECORDS_PAST_MS });
  if (flags.rate > 0) {
    // With records to fill the past, made-up traffic starts now.
    content.push({
      ...blobs,
      kind: "traffic",
      rate: flags.rate,
      pastMs: flags.records === undefined ? (flags.past ?? 0) : 0,
    });
  }
  const rules: Partial<Rules> = {
    pageSize: flags.pageSize,
    quotaPerMinute: flags.quota,
    quotaStatus: flags.quotaStatus,
    startIntervalMs: flags.startInterval,
  };
  const { tenantId, clientId, host, port, separateApi = false, seed, control = false } = flags;
  const { cloud, cloudProxyPort, tenantCloud = cloud } = flags;
  const proxy = cloudProxyPort === undefined ? {} : { cloudProxyPort };
  return {
    options: { host, port, separateApi, cloud, ...proxy, seed, control, content, rules },
    tenant: { tenantId, cloud: tenantCloud, domains: flags.domain ?? [], auditing: flags.auditing },
    app: {
      clientId,
      certificates: (flags.certificate ?? []).map(readCertificateFile),
      ...(flags.role === undefined ? {} : { roles: flags.role }),
    },
    redirectUris: flags.redirectUri ?? [],
    writeCa: flags.writeCa,
    writeCertificate: flags.writeCertificate,
  };
}

function readCertificateFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`Cannot read --certificate "${file}": ${seen}; name a PEM file`, { cause });
  }
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectUrl(value: string, before?: readonly string[]): readonly string[] {
  if (!URL.canParse(value)) throw new InvalidArgumentError('It is no URL such as "http://localhost:8400".');
  return collect(value, before);
}

function guid(value: string): string {
  if (!GUID.test(value)) throw new InvalidArgumentError("It is no GUID.");
  return value;
}

function integer(min: number, max: number): (value: string) => number {
  const read = decimal(min, max);
  return (value) => {
    const number = read(value);
    if (!Number.isInteger(number)) throw new InvalidArgumentError("It is no integer.");
    return number;
  };
}

function decimal(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    if (!(number >= min && number <= max)) throw new InvalidArgumentError(`It is no number from ${min} to ${max}.`);
    return number;
  };
}

function duration(value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) ?? [];
  const ms = Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It is no duration such as "30s", "24h" or "7d".');
  return ms;
}

function quotaStatus(value: string): 403 | 429 {
  if (value === "403") return 403;
  if (value === "429") return 429;
  throw new InvalidArgumentError("It is neither 403 nor 429.");
}
