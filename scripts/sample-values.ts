import type { JsonValue } from "../collector/record.ts";

const GUID = "8d4121ed-0008-406d-bff9-0d5bb312183c";
const APPLICATION = "18ed3507-a475-4ccb-b669-d66bc9f2a36e";
const TIME = "2024-05-06T07:08:09";

/** Texts that fields of such names have. The first that fits counts. */
const TEXTS: readonly (readonly [name: RegExp, text: string])[] = [
  [/^(Client|Actor|User|Sender|Remote)(IP|Ip)(Address)?$|^ActorIpAddress$|^Address$/, "203.0.113.7"],
  [/Sid$/, "S-1-5-21-1148582062-3132321681-773847816-49307764"],
  [/^(ResultStatus|SuccessStatus|JobRunStatus)$/, "Failed"],
  [/^(UserAgent|ClientInfoString|ActorInfoString)$/, "Mozilla/5.0"],
  [
    /^(UserId|.*(UPN|Upn|Email|Smtp|Sender|Recipient|ModifiedBy|UserOrGroupName|SharedWith|Recipients|From|To|EventValue))$/,
    "ann@contoso.com",
  ],
  [/^(UserDisplayName|ReleaseTo|ActorUserId|TargetUserId|AlertEntityId|Username)$/, "ann@contoso.com"],
  [/^(AppId|ClientAppId|ApplicationId|HostAppId|UserKey|TokenObjectId)$/, GUID],
  [/(Url|URL|Link|Href)$|^FilePath$|^ObjectId$/, "https://contoso.sharepoint.com/plan.docx"],
  [/FileName$/, "plan.docx"],
  [/Extension$/, "docx"],
  [/^Data$/, JSON.stringify({ ts: TIME, te: TIME, f3u: "ann@contoso.com", ad: "What the alert means", sev: "Low" })],
  [/Severity|RiskLevel/, "High"],
  [/^CountryOrRegion$/, "DE"],
  [/^(Latitude|Longitude)$/, "52.5"],
  [/^(ErrorCode|LogonError|FailureReason)$/, "50126"],
  [/^FileSize$/, "1024"],
  [/^EntityType$/, "User"],
];

/** Names that lists of pairs have. */
const PAIR_NAMES = ["UserAgent", "RequestType", "SessionId", "Id", "OS", "BrowserType", "OsName"];

/** A value that a field of such a name and type can have. */
export function sampleOf(name: string, type: string): JsonValue {
  switch (type) {
    case "guid":
      return GUID;
    case "time":
      return TIME;
    case "number":
      return 1;
    case "boolean":
      return true;
    case "pairs":
      return PAIR_NAMES.map((pair) => ({ Name: pair, Value: `${pair} of ${name}` }));
    case "changes":
      return [{ Name: "DisplayName", NewValue: "after", OldValue: "before" }];
    case "identities":
      return [
        { ID: "ann@contoso.com", Type: 5 },
        { ID: `User_${GUID}`, Type: 2 },
        { ID: APPLICATION, Type: 2 },
        { ID: "Portal", Type: 1 },
      ];
    default:
      return TEXTS.find(([pattern]) => pattern.test(name))?.[1] ?? `text of ${name}`;
  }
}
