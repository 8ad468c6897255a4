import type { Attributes } from "@opentelemetry/api";
import type { JsonObject } from "../../../collector/record.ts";
import { expectKinds, type KindCase } from "./expect-kinds.ts";

const MAILBOX = { RecordType: 2, Operation: "Send", Workload: "Exchange" };
const SIGN_IN = { RecordType: 15, Operation: "UserLoggedIn", Workload: "AzureActiveDirectory" };

function at(name: string, record: JsonObject, address: string | undefined, rest: Attributes = {}): KindCase {
  return {
    name,
    record,
    expected: {
      "xdr.source_address": address,
      "client.address": address,
      "client.port": undefined,
      "o365.client_address_network": undefined,
      ...rest,
    },
  };
}

expectKinds("addresses of the service itself", [
  at(
    "the client's address behind one of Microsoft 365",
    { ...MAILBOX, ClientIPAddress: "2603:10b6:208:3ca::7", ClientIP: "203.0.113.7:4711" },
    "203.0.113.7",
    { "client.port": 4711 },
  ),
  at(
    "the client's address behind a private one",
    { ...MAILBOX, ClientIPAddress: "10.0.0.4:55", ActorIP: "203.0.113.7" },
    "203.0.113.7",
  ),
  at(
    "the first of two addresses of clients",
    { ...MAILBOX, ClientIPAddress: "203.0.113.7", ClientIP: "198.51.100.7" },
    "203.0.113.7",
  ),
  at(
    "an address of Microsoft 365 when there is no other, marked",
    { ...SIGN_IN, ActorIpAddress: "40.126.31.67:443", ClientIP: "40.126.31.67:443" },
    "40.126.31.67",
    { "client.port": 443, "o365.client_address_network": "microsoft" },
  ),
  at(
    "the first of two internal addresses, without the port of the other",
    { ...MAILBOX, ClientIPAddress: "2603:10a6::1", ClientIP: "10.0.0.1:99" },
    "2603:10a6::1",
    { "o365.client_address_network": "microsoft" },
  ),
  at(
    "a private address, marked",
    { RecordType: 93, Operation: "Discover", Workload: "Aip", ClientIP: "192.168.1.20" },
    "192.168.1.20",
    { "o365.client_address_network": "private" },
  ),
  at("no address that is none", { ...SIGN_IN, ActorIpAddress: "host1", ClientIP: "<null>" }, undefined),
]);
