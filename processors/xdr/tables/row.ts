import type { Kind } from "../kinds.ts";
import type { Outcome } from "../rules/outcome.ts";
import type { RuleName } from "../rules/registry.ts";
import type { XdrSchema } from "../schema/schemas.ts";

/** When a row applies. All conditions that are given must hold. Texts are compared without case and without a full stop at the end. */
export interface When {
  readonly kinds?: readonly Kind[] | undefined;
  readonly operations?: readonly string[] | undefined;
  readonly outcomes?: readonly Outcome[] | undefined;
  /** A source path leads to one of these texts. */
  readonly field?: TestedPath | undefined;
  /** A source path does not lead to any of these texts. */
  readonly not?: TestedPath | undefined;
}

/** A source path, and the texts that it may lead to. */
export interface TestedPath {
  readonly path: string;
  readonly in: readonly string[];
}

/**
 * One line of a mapping table: which attribute is filled from where. Rows are read from top to bottom; the first row
 * that yields a value for an attribute fills it, and no row changes an attribute that the record came with.
 */
export interface Row {
  /** Attributes that get the value: `xdr.<field of the schema>`, `o365.<name>`, or a name of the OpenTelemetry registry. */
  readonly to: string | readonly string[];
  /**
   * Sources in order of preference: paths in the audit record (see `parsePath`), `$name` for a value that is known about
   * the record (see `CONTEXT`), `@name` for an attribute that a row above has filled, `'text'` for the text itself. The
   * first that the rule accepts counts.
   */
  readonly from?: string | readonly string[] | undefined;
  /** How a source value becomes an attribute value. Default: `text`. */
  readonly rule?: RuleName | undefined;
  /** Translates the source's text; a text that is not here yields nothing. Replaces `rule`. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** The texts of all sources with this between them, instead of the first. */
  readonly join?: string | undefined;
  /** The lists that the rule gives for all sources as one, each element once, instead of the first. */
  readonly collect?: boolean | undefined;
  /**
   * Sources of texts that do not count, compared like those of conditions: a source that gives one of them is passed over, of a
   * list the rest counts.
   */
  readonly except?: string | readonly string[] | undefined;
  /** Of a list, the only element; a list of several is passed over. Not with `collect`. */
  readonly only?: boolean | undefined;
  /** A constant, instead of sources. */
  readonly value?: string | undefined;
  readonly when?: When | undefined;
  /** The attribute stands for a field of the record, in another form: it is left out with `extensions: none`. */
  readonly keeps?: true;
}

/**
 * Keeps Microsoft fields under their own names (`o365.<snake_case>`), structured as they are. With `extensions: common`
 * these are the fields that are kept; with `all` every field is, with `none` no field.
 */
export interface Extension {
  readonly keep: readonly string[];
  readonly when?: When | undefined;
}

export type Table = readonly (Row | Extension)[];

/** A row of the user's own. It is read before the built-in ones, which stand behind it where it finds nothing. */
export interface OwnRow extends Row {
  /** The built-in rows of these attributes do not count. */
  readonly replace?: boolean | undefined;
  /** The attributes are never written, not even when the record came with them. */
  readonly drop?: boolean | undefined;
}

/** Rows of the user's own for one schema, or for `all`. */
export type OwnRows = { readonly [Schema in XdrSchema | "all"]?: readonly OwnRow[] | undefined };

/** The attributes that a row fills. */
export function targetsOf(row: Row): readonly string[] {
  return typeof row.to === "string" ? [row.to] : row.to;
}

/** The sources that a row reads. */
export function sourcesOf(row: Row): readonly string[] {
  return listOf(row.from);
}

/** The sources of what does not count. */
export function exceptionsOf(row: Row): readonly string[] {
  return listOf(row.except);
}

function listOf(texts: string | readonly string[] | undefined): readonly string[] {
  return typeof texts === "string" ? [texts] : (texts ?? []);
}
