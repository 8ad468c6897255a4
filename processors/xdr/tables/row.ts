import type { Kind } from "../kinds.ts";
import type { Outcome } from "../rules/outcome.ts";
import type { RuleName } from "../rules/registry.ts";

/** When a row applies. All conditions that are given must hold. */
export interface When {
  readonly kinds?: readonly Kind[];
  /** Operations, compared without case and without a full stop at the end. */
  readonly operations?: readonly string[];
  readonly outcomes?: readonly Outcome[];
  /** A source path leads to one of these texts. */
  readonly field?: { readonly path: string; readonly in: readonly string[] };
  /** A source path does not lead to any of these texts. */
  readonly not?: { readonly path: string; readonly in: readonly string[] };
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
  readonly from?: readonly string[];
  /** How a source value becomes an attribute value. Default: `text`. */
  readonly rule?: RuleName;
  /** Translates the source's text; a text that is not here yields nothing. Replaces `rule`. */
  readonly values?: Readonly<Record<string, string>>;
  /** The texts of all sources with this between them, instead of the first. */
  readonly join?: string;
  /** The lists that the rule gives for all sources as one, each element once, instead of the first. */
  readonly collect?: boolean;
  /** A constant, instead of sources. */
  readonly value?: string;
  readonly when?: When;
  /** The attribute stands for a field of the record, in another form: it is left out with `extensions: none`. */
  readonly keeps?: true;
}

/**
 * Keeps Microsoft fields under their own names (`o365.<snake_case>`), structured as they are. With `extensions: common`
 * these are the fields that are kept; with `all` every field is, with `none` no field.
 */
export interface Extension {
  readonly keep: readonly string[];
  readonly when?: When;
}

export type Table = readonly (Row | Extension)[];
