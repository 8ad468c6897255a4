import type { Table } from "./row.ts";

/** By what one mail is found in records of all services. */
export const MESSAGES: Table = [
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
