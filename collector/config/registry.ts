import type { AnyFactory } from "../component.ts";
import { isComponentType } from "./component-id.ts";

export type ComponentKind = AnyFactory["kind"];

/** The factory type of one kind of component. */
export type FactoryOf<K extends ComponentKind> = Extract<AnyFactory, { readonly kind: K }>;

/** All factories of one kind. */
export interface FactorySet<F extends AnyFactory = AnyFactory> {
  /** The factory of a type or of one of its other spellings. */
  get(type: string): F | undefined;
  /** In the order of registration. */
  readonly factories: readonly F[];
  /** Every accepted type and other spelling. */
  readonly types: readonly string[];
}

/** The components that a configuration can name. */
export interface Registry {
  readonly receivers: FactorySet<FactoryOf<"receiver">>;
  readonly processors: FactorySet<FactoryOf<"processor">>;
  readonly exporters: FactorySet<FactoryOf<"exporter">>;
  readonly extensions: FactorySet<FactoryOf<"extension">>;
}

/**
 * Registers factories by type and other spellings.
 *
 * @throws {TypeError} If two factories of a kind claim the same type, or a type cannot be written in YAML.
 */
export function createRegistry(factories: readonly AnyFactory[]): Registry {
  return {
    receivers: factorySet(factories.filter((factory) => factory.kind === "receiver")),
    processors: factorySet(factories.filter((factory) => factory.kind === "processor")),
    exporters: factorySet(factories.filter((factory) => factory.kind === "exporter")),
    extensions: factorySet(factories.filter((factory) => factory.kind === "extension")),
  };
}

/** All factories, kind by kind. */
export function allFactories(registry: Registry): readonly AnyFactory[] {
  const { receivers, processors, exporters, extensions } = registry;
  return [receivers, processors, exporters, extensions].flatMap((set): readonly AnyFactory[] => set.factories);
}

function factorySet<F extends AnyFactory>(factories: readonly F[]): FactorySet<F> {
  const byType = new Map<string, F>();
  for (const factory of factories) {
    for (const type of [factory.type, ...(factory.aliases ?? [])]) {
      if (!isComponentType(type)) {
        throw new TypeError(
          `Cannot register ${factory.kind} "${type}": its type must be letters, digits and underscores`,
        );
      }
      if (byType.has(type)) throw new TypeError(`Cannot register ${factory.kind} "${type}": its type is taken already`);
      byType.set(type, factory);
    }
  }
  return { get: (type) => byType.get(type), factories, types: [...byType.keys()] };
}
