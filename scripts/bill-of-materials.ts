import { z } from "zod";
import { manifest } from "./manifest.ts";
import { npmJson } from "./npm-json.ts";

type License =
  | { readonly license: { readonly id?: string | undefined; readonly name?: string | undefined } }
  | { readonly expression: string };

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly License[];
}

/** What a user installs with the package, CycloneDX, as far as it is looked at here. */
export interface BillOfMaterials {
  readonly metadata: { readonly component: { name: string } };
  readonly components: readonly Component[];
}

const license: z.ZodType<License> = z.union([
  z.looseObject({ license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }) }),
  z.looseObject({ expression: z.string() }),
]);
const component: z.ZodType<Component> = z.looseObject({
  name: z.string(),
  version: z.string(),
  licenses: z.array(license).default([]),
});
const schema: z.ZodType<BillOfMaterials> = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ name: z.string() }) }),
  components: z.array(component),
});

/**
 * Of the dependencies in package-lock.json, those for development left out.
 *
 * @throws {Error} When npm cannot make it.
 */
export function billOfMaterials(): BillOfMaterials {
  const bill = schema.parse(npmJson(["sbom", "--omit=dev", "--package-lock-only", "--sbom-format=cyclonedx"]));
  // npm takes the name of the folder.
  bill.metadata.component.name = manifest.name;
  return bill;
}

/** SPDX ids or expressions of one component; "none" when it names none. */
export function licensesOf({ licenses }: Component): readonly string[] {
  const names = licenses.map((one) => ("expression" in one ? one.expression : (one.license.id ?? one.license.name)));
  return names.length === 0 ? ["none"] : names.map((name) => name ?? "none");
}
