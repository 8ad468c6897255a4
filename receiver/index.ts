export type { Cloud, Endpoints } from "./clouds.ts";
export type { O365Config } from "./config.ts";
export { CONTENT_TYPES, type ContentType } from "./content-types.ts";
export { factory } from "./factory.ts";
