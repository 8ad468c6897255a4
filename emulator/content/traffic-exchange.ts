import { account, address } from "./traffic-people.ts";
import { common, type Members, type RecordSeed } from "./traffic-common.ts";

/** Mail items accessed, aggregated (RecordType 50), as the owner or a delegate. */
export function mailAccessRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const owner = account(random, seed.domain);
  const user = random.chance(0.85) ? owner : account(random, seed.domain);
  const items = Array.from({ length: 1 + random.below(4) }, () => ({
    Id: `RgAAAAB${random.hex(24)}/+${random.hex(8)}AAA=`,
    InternetMessageId: `<${random.hex(24)}@mail.example.com>`,
    SizeInBytes: 2000 + random.below(400_000),
  }));
  return {
    ...common(seed, {
      RecordType: 50,
      Operation: "MailItemsAccessed",
      Workload: "Exchange",
      UserId: user.upn,
      UserKey: user.puid,
    }),
    ResultStatus: "Succeeded",
    AppId: random.guid(),
    ClientIPAddress: address(random),
    ClientInfoString: random.pick([
      "Client=OWA;Action=ViaProxy",
      "Client=REST;Client=RESTSystem;;",
      "Client=MSExchangeRPC",
    ]),
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: user === owner ? 0 : 2,
    LogonUserSid: `S-1-5-21-1000000000-2000000000-3000000000-${random.below(100_000)}`,
    MailboxGuid: owner.objectId,
    MailboxOwnerUPN: owner.upn,
    OperationProperties: [
      { Name: "MailAccessType", Value: random.pick(["Bind", "Sync"]) },
      { Name: "IsThrottled", Value: "False" },
    ],
    OrganizationName: seed.domain,
    OriginatingServer: "SERVER01 (15.20.4200.000)\r\n",
    OperationCount: items.length,
    Folders: [{ Id: `LgAAAAB${random.hex(20)}`, Path: "\\Posteingang\\Verträge", FolderItems: items }],
  };
}

/** A new inbox rule that forwards mail (RecordType 1). */
export function inboxRuleRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  return {
    ...common(seed, {
      RecordType: 1,
      Operation: random.pick(["New-InboxRule", "Set-InboxRule"]),
      Workload: "Exchange",
      UserId: user.upn,
      UserKey: user.upn,
      UserType: 2,
    }),
    ResultStatus: "True",
    ClientIP: `${address(random).replace(/^(.*:.*)$/, "[$1]")}:${1024 + random.below(60_000)}`,
    ObjectId: `${seed.domain}/${user.objectId}\\${random.below(1_000_000_000)}`,
    ExternalAccess: false,
    OrganizationName: seed.domain,
    OriginatingServer: "SERVER01 (15.20.4200.000)",
    Parameters: [
      { Name: "AlwaysDeleteOutlookRulesBlob", Value: "False" },
      { Name: "ForwardTo", Value: `archive${random.below(10)}@example.net` },
      { Name: "Name", Value: random.pick([".", "Rechnungen & Mahnungen", "<move>"]) },
      { Name: "StopProcessingRules", Value: "True" },
    ],
    SessionId: random.guid(),
  };
}
