import type { Table } from "./row.ts";

/** Where matches and reviews have whom a mail was for; a mail threat has its `Recipients`. */
const RECIPIENTS = [
  "ExchangeMetaData.To",
  "ExchangeMetaData.CC",
  "ExchangeMetaData.BCC",
  "ExchangeDetails.Recipients",
  "Receivers",
];

/** By what one mail is found in records of all services: ids, sender, recipients, subject; and who wrote to somebody in Teams. */
export const MESSAGES: Table = [
  {
    to: "o365.sender",
    from: ["P2Sender", "ExchangeMetaData.From", "ExchangeDetails.From"],
    rule: "upn",
    when: { kinds: ["mail_threat", "dlp", "compliance"] },
    keeps: true,
  },
  {
    to: "o365.recipients",
    from: RECIPIENTS,
    rule: "emails",
    collect: true,
    when: { kinds: ["dlp", "compliance"] },
    keeps: true,
  },
  {
    to: "o365.subject",
    from: ["Item.Subject", "ExchangeMetaData.Subject", "ExchangeDetails.Subject"],
    when: { kinds: ["mailbox", "dlp", "compliance"] },
    keeps: true,
  },
  { to: "o365.sender", from: ["Sender.UPN"], rule: "upn", when: { kinds: ["teams", "teams_threat"] }, keeps: true },
  { to: "o365.sender_display_name", from: ["Sender.DisplayName"], when: { kinds: ["teams", "teams_threat"] } },
  {
    to: "o365.internet_message_id",
    from: [
      "InternetMessageId",
      "Item.InternetMessageId",
      "ExchangeMetaData.MessageID",
      "ExchangeDetails.InternetMessageId",
      "ExtendedProperties[InternetMessageId]",
    ],
    rule: "message_id",
  },
  { to: "o365.internet_message_id", from: ["MessageId"], rule: "message_id", when: { kinds: ["message_portal"] } },
  { to: "o365.network_message_id", from: ["NetworkMessageId", "ExchangeDetails.NetworkMessageId"], rule: "guid" },
  {
    to: "o365.network_message_id",
    from: ["SourceId"],
    rule: "object_id",
    when: { kinds: ["url_click"], field: { path: "AppName", in: ["Mail", "Email"] } },
  },
];
