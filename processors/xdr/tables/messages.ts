import type { Table } from "./row.ts";

/** By what one mail is found in records of all services, and who wrote to somebody in Teams. */
export const MESSAGES: Table = [
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
