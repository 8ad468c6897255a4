/** How the name of a field is known. */
export type Evidence =
  /** Name and type are on the schema's own documentation page. */
  | "schema_page"
  /** The name is in the vendor's open-source client code or its documentation; the type is our reading. */
  | "vendor_tooling"
  /** The vendor's overview of custom parsers names it in prose. */
  | "overview_page"
  /** A detector's requirements name it. */
  | "detector_page"
  /** Every page that could be read lists it among the fields that all schemas share. */
  | "inherited_base_event"
  /** Only an alert entity of a similar name was seen. */
  | "alert_entity_name";

/** One field of a Taegis XDR schema. */
export interface SchemaField {
  /** `string`, `uint64`, `float`, `bool`, or the name of an enumeration or object type. */
  readonly type: string;
  /** True when the field holds a list. */
  readonly repeated: boolean;
  readonly evidence: Evidence;
  readonly description: string;
  /** What could not be confirmed: the name itself, or the values of an enumeration. Written only with `emit_unverified`. */
  readonly unverified?: "name" | "values";
}

export type SchemaFields = Readonly<Record<string, SchemaField>>;

export function field(
  type: string,
  evidence: Evidence,
  description: string,
  more: { readonly repeated?: boolean; readonly unverified?: "name" | "values" } = {},
): SchemaField {
  return { type, repeated: false, evidence, description, ...more };
}
