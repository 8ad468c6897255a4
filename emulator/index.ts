export { makeCertificatePair, type CertificatePair, type CertificatePairOptions } from "./certificates.ts";
export { emulateCommand } from "./command.ts";
export type { AddContent, AddedBlob, ReissueContent, ServedRecord } from "./content/feed.ts";
export type { ServedText } from "./content/group.ts";
export { startEmulator, type Emulator } from "./emulator.ts";
export type { DecideFault, Fault, FaultAction, FaultMatch, FaultRequest } from "./faults/fault.ts";
export type { FaultScript, FaultState } from "./faults/script.ts";
export type { Operation } from "./http.ts";
export {
  CONTENT_TYPES,
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  type AppOptions,
  type BlobOptions,
  type BulkSource,
  type ContentSource,
  type ContentType,
  type EmulatorClock,
  type EmulatorOptions,
  type RecordsSource,
  type RegistrationOptions,
  type Rules,
  type TenantOptions,
  type TrafficSource,
} from "./options.ts";
export type { RequestEntry } from "./request-log.ts";
export { sampleRecordsFile } from "./sample-records.ts";
