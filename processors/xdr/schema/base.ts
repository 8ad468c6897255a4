import { field, type SchemaFields } from "./field.ts";

/**
 * Fields that every schema shares. Where the page of a schema was not readable (cloudaudit, management), they are taken
 * from those that were: all list them with the same name and type.
 */
export const BASE: SchemaFields = {
  resource_id: field("string", "schema_page", "Complete resource string that identifies the record"),
  tenant_id: field("string", "schema_page", "Taegis tenant that owns the record"),
  sensor_type: field("string", "schema_page", "Kind of device or service that produced the event"),
  sensor_event_id: field("string", "schema_page", "Identifier the producing sensor gave to the raw event"),
  sensor_tenant: field("string", "schema_page", "Customer identifier carried by the originating application"),
  sensor_id: field("string", "schema_page", "Identifier, set by the originating application, for the data source"),
  sensor_cpe: field("string", "schema_page", "CPE 2.3 name of the producing platform"),
  original_data: field("string", "schema_page", "Raw record exactly as received, before any change"),
  event_time_usec: field("uint64", "schema_page", "When the event happened, microseconds since the epoch"),
  ingest_time_usec: field("uint64", "schema_page", "When the event was ingested, microseconds since the epoch"),
  event_time_fidelity: field(
    "TimeFidelity",
    "schema_page",
    "Precision the source time had before conversion to microseconds",
    { unverified: "values" },
  ),
  host_id: field(
    "string",
    "schema_page",
    "Unique id of the host the event came from; examples given are an IP address or a MAC address",
  ),
};
