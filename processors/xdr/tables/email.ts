import type { Table } from "./row.ts";

/** The optional copy of a mail threat as a mail event. */
export const EMAIL: Table = [
  { to: "xdr.from_email_address", from: ["P2Sender", "P1Sender"], rule: "emails", collect: true },
  { to: "xdr.to_email_address", from: ["Recipients"], rule: "emails" },
  { to: "xdr.subject", from: ["Subject"] },
  { to: "xdr.status", from: ["DeliveryAction"] },
  { to: "xdr.direction", from: ["Directionality"] },
  { to: "xdr.event_type", from: ["$record_type_name"] },
  { to: "user.name", from: ["Recipients"], rule: "single_email" },
  { to: "o365.alert_id", from: ["NetworkMessageId", "Id"] },
  {
    keep: [
      "InternetMessageId",
      "NetworkMessageId",
      "SenderIp",
      "Verdict",
      "AttachmentData",
      "AuthDetails",
      "SystemOverrides",
      "DeliveryAction",
      "Directionality",
    ],
  },
];
