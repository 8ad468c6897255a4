import { account, address } from "./traffic-people.ts";
import { common, type Members, type RecordSeed } from "./traffic-common.ts";

/** An event of Teams (RecordType 25). */
export function teamsRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  const member = account(random, seed.domain);
  const operation = random.pick(["TeamsSessionStarted", "MemberAdded", "ChannelAdded", "MeetingParticipantDetail"]);
  return {
    ...common(seed, {
      RecordType: 25,
      Operation: operation,
      Workload: "MicrosoftTeams",
      UserId: user.upn,
      UserKey: user.objectId,
    }),
    ClientIP: address(random),
    TeamName: random.pick(["Projekt Ärger", "Operations", "All <hands>"]),
    TeamGuid: `19:${random.hex(32)}@thread.tacv2`,
    CommunicationType: "Team",
    Members: operation === "MemberAdded" ? [{ DisplayName: member.upn, Role: 1, UPN: member.upn }] : [],
    ExtraProperties: [{ Key: "OsName", Value: random.pick(["windows", "macos", "ios"]) }],
    ItemName: "General",
  };
}

/** A message in Viva Engage (RecordType 22), whose ids are 64-bit integers. */
export function yammerRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  return {
    ...common(seed, {
      RecordType: 22,
      Operation: random.pick(["MessageCreated", "MessageDeleted", "FileDownloaded"]),
      Workload: "Yammer",
      UserId: user.upn,
      UserKey: user.objectId,
    }),
    ResultStatus: random.pick(["TRUE", "FALSE"]),
    ClientIP: address(random),
    ObjectId: `https://www.yammer.example/messages/${random.below(1_000_000)}`,
    ActorUserId: user.upn,
    ActorYammerUserId: 1_500_000_000 + random.below(1_000_000),
    YammerNetworkId: 5_915_686,
    MessageId: 900_000_000_000 + random.below(1_000_000_000),
  };
}

/** An alert of the compliance centre (RecordType 40). Its details are JSON in a text. */
export function alertRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  const name = random.pick([
    "Elevation of Exchange admin privilege",
    "Creation of forwarding rule",
    "Unusual volume of file deletion",
  ]);
  return {
    ...common(seed, {
      RecordType: 40,
      Operation: random.pick(["AlertTriggered", "AlertUpdated"]),
      Workload: "SecurityComplianceCenter",
      UserId: "SecurityComplianceAlerts",
      UserKey: "SecurityComplianceAlerts",
      UserType: 4,
    }),
    ResultStatus: "Succeeded",
    AlertId: random.guid(),
    AlertLinks: [{ AlertLinkHref: "" }],
    AlertType: "System",
    Category: random.pick(["AccessGovernance", "ThreatManagement", "MailFlow"]),
    Comments: "New alert",
    Data: JSON.stringify({ etype: "User", eid: user.upn, dm: name, ts: `${seed.creationTime}Z`, lon: name }),
    Name: name,
    PolicyId: random.guid(),
    Severity: random.pick(["Low", "Medium", "High"]),
    Source: "Office 365 Security & Compliance",
    Status: "Active",
  };
}

/** A match of a data loss prevention rule in a mail (RecordType 13) or a file (RecordType 11). The values it detected are test values. */
export function dlpRecord(seed: RecordSeed): Members {
  const { random } = seed;
  const user = account(random, seed.domain);
  const mail = random.chance(0.5);
  return {
    ...common(seed, {
      RecordType: mail ? 13 : 11,
      Operation: "DlpRuleMatch",
      Workload: mail ? "Exchange" : "SharePoint",
      UserId: user.upn,
      UserKey: "DlpAgent",
      UserType: 4,
    }),
    IncidentId: random.guid(),
    ...(mail ? mailData(seed, user.upn) : fileData(seed, user.upn)),
    PolicyDetails: [{ PolicyId: random.guid(), PolicyName: "Payment data", Rules: [rule(seed)] }],
    SensitiveInfoDetectionIsIncluded: true,
  };
}

function mailData(seed: RecordSeed, from: string): Members {
  return {
    ExchangeMetaData: {
      From: from,
      To: [`partner${seed.random.below(9)}@example.com`],
      Subject: "Re: Zahlung",
      MessageID: `<${seed.random.hex(24)}@mail.example.com>`,
      RecipientCount: 1,
    },
  };
}

function fileData(seed: RecordSeed, from: string): Members {
  return {
    SharePointMetaData: { From: from, FileName: "payments.xlsx", FileOwner: from, UniqueID: seed.random.guid() },
  };
}

function rule({ random }: RecordSeed): Members {
  // 4111 1111 1111 1111 is the card number that payment services publish for tests.
  const detected = { Name: "4111 1111 1111 1111", Value: "card 4111 1111 1111 1111 exp 01/30" };
  return {
    Actions: ["GenerateAlert"],
    ConditionsMatched: {
      SensitiveInformation: [
        {
          Confidence: 85,
          Count: 1,
          SensitiveType: "50842eb7-edc8-4019-85dd-5a5c1f2bb085",
          SensitiveInformationTypeName: "Credit Card Number",
          SensitiveInformationDetections: { DetectedValues: [detected], ResultsTruncated: false },
        },
      ],
    },
    RuleId: random.guid(),
    RuleMode: "Enable",
    RuleName: "Card numbers leave",
    Severity: random.pick(["Low", "Medium", "High"]),
  };
}
