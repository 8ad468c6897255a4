import type { Kind } from "../kinds.ts";
import { ACTION_SOURCES, LABEL_EVENTS, PLATFORMS, PROTECTION_EVENTS } from "./enumerations.ts";
import type { Table } from "./row.ts";

const KIND: readonly Kind[] = ["information_protection"];
/** What records of labels can be about. All of them nest the same object. */
const LABELLED: readonly Kind[] = ["information_protection", "sharepoint", "power_bi", "compliance"];

/** Labels and encryption of documents. The service nests what the vendor's pages list flat; rows read both. */
export const INFORMATION_PROTECTION: Table = [
  {
    to: "o365.application_name",
    from: ["Common.ApplicationName", "ApplicationName", "Application"],
    when: { kinds: KIND },
  },
  { to: "url.full", from: ["ObjectId"], rule: "url", when: { kinds: KIND } },
  { to: "host.name", from: ["Common.DeviceName", "DeviceName"], when: { kinds: KIND } },
  { to: "process.executable.name", from: ["Common.ProcessName", "ProcessName"], when: { kinds: KIND } },
  {
    to: "o365.sensitivity_label_id",
    from: ["SensitivityLabelEventData.SensitivityLabelId", "SensitivityLabelId", "LabelId"],
    rule: "guid",
    when: { kinds: LABELLED },
    keeps: true,
  },
  {
    to: "o365.old_sensitivity_label_id",
    from: ["SensitivityLabelEventData.OldSensitivityLabelId", "OldSensitivityLabelId"],
    rule: "guid",
    when: { kinds: LABELLED },
    keeps: true,
  },
  {
    to: "o365.label_event_type",
    from: ["SensitivityLabelEventData.LabelEventType", "LabelEventType"],
    values: LABEL_EVENTS,
    when: { kinds: LABELLED },
    keeps: true,
  },
  {
    to: "o365.action_source",
    from: ["SensitivityLabelEventData.ActionSource", "ActionSource"],
    values: ACTION_SOURCES,
    when: { kinds: LABELLED },
    keeps: true,
  },
  {
    to: "o365.protection_event_type",
    from: ["ProtectionEventData.ProtectionEventType", "ProtectionEventType"],
    values: PROTECTION_EVENTS,
    when: { kinds: LABELLED },
    keeps: true,
  },
  { to: "o365.platform", from: ["Common.Platform", "Platform"], values: PLATFORMS, when: { kinds: KIND }, keeps: true },
];
