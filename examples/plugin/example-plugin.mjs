// A plugin of otel-o365: one processor that puts the owner of a mailbox domain on each record. Copy, rename, change.
// The README beside it is the guide.

/** @type {import("otel-o365").Plugin} */
export const plugin = {
  apiVersion: 1,
  create: (api) => [ownerFactory(api)],
};

/**
 * @param {import("otel-o365").PluginApi} api
 * @returns {import("otel-o365").ProcessorFactory<OwnerConfig>}
 */
function ownerFactory({ z, records }) {
  return {
    kind: "processor",
    // The name in YAML: letters, digits and underscores.
    type: "example_owner",
    description: "Puts the owner of the user's domain on each record",
    stability: "alpha",
    // Names in YAML are snake_case, in code camelCase. Every key has a description; unknown keys are errors.
    config: z
      .strictObject({
        owners: z.record(z.string(), z.string().min(1)).describe("Owner by domain, such as contoso.example: team-a"),
        attribute: z.string().min(1).default("owner").describe("Attribute that gets the owner"),
        fallback: z.string().min(1).optional().describe("Owner of all other domains; without it they get none"),
      })
      .transform((value) => ({ ...value, owners: new Map(Object.entries(value.owners)) })),
    create: (settings, config, next) => new OwnerProcessor(settings, { ...config, records }, next),
  };
}

/**
 * @typedef {object} OwnerConfig
 * @property {Map<string, string>} owners
 * @property {string} attribute
 * @property {string | undefined} [fallback]
 */

class OwnerProcessor {
  #config;
  #next;
  #unknown;
  #id;

  constructor(settings, config, next) {
    this.#config = config;
    this.#next = next;
    this.#id = settings.id;
    this.#unknown = settings.meter.createCounter("example_owner_unknown_domains", { unit: "{record}" });
  }

  /** Begins background work, and returns once it is under way. */
  async start() {}

  /** Ends it: settles what is held, gives up when `signal` aborts. */
  async shutdown(_signal) {}

  /**
   * The promise is the acknowledgement: it may resolve only after next.consume() has. Whatever it throws makes the same
   * records come again. Records are never changed: a changed record is a new object.
   */
  async consume(records, signal) {
    await this.#next.consume(
      records.map((record) => this.#withOwner(record)),
      signal,
    );
  }

  #withOwner(record) {
    // Gaps and expiring certificates are reported as records too.
    if (this.#config.records.isCollectorEvent(record)) return record;
    const domain = String(record.attributes["user.name"] ?? "")
      .split("@")[1]
      ?.toLowerCase();
    const owner = this.#config.owners.get(domain) ?? this.#config.fallback;
    if (owner === undefined) {
      this.#unknown.add(1, { processor: this.#id });
      return record;
    }
    return { ...record, attributes: { ...record.attributes, [this.#config.attribute]: owner } };
  }
}
