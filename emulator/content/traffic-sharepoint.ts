import { account, address, userAgent } from "./traffic-people.ts";
import { common, type Members, type RecordSeed } from "./traffic-common.ts";

const FILES = ["Budget 2026.xlsx", "Übersicht.docx", "Plan & Schedule.pptx", "contract'final'.pdf", "名簿.csv"];

function site(seed: RecordSeed): { readonly url: string; readonly file: string } {
  const host = seed.domain.split(".")[0] ?? "tenant";
  return {
    url: `https://${host}.sharepoint.example/sites/team${seed.random.below(9)}/`,
    file: seed.random.pick(FILES),
  };
}

function item(seed: RecordSeed, url: string, file: string): Members {
  const { random } = seed;
  return {
    ClientIP: address(random),
    CorrelationId: random.guid(),
    EventSource: "SharePoint",
    ItemType: "File",
    ListId: random.guid(),
    ListItemUniqueId: random.guid(),
    ObjectId: `${url}Shared Documents/${file}`,
    Site: random.guid(),
    UserAgent: userAgent(random),
    WebId: random.guid(),
    SiteUrl: url,
    SourceFileExtension: file.split(".").at(-1) ?? "",
    SourceFileName: file,
    SourceRelativeUrl: "Shared Documents",
  };
}

/** An operation on a file (RecordType 6). */
export function fileRecord(seed: RecordSeed): Members {
  const user = account(seed.random, seed.domain);
  const { url, file } = site(seed);
  const workload = seed.random.pick(["SharePoint", "OneDrive"]);
  const operation = seed.random.pick(["FileAccessed", "FileDownloaded", "FileModified", "FileUploaded", "FileDeleted"]);
  return {
    ...common(seed, {
      RecordType: 6,
      Operation: operation,
      Workload: workload,
      UserId: user.upn,
      UserKey: `i:0h.f|membership|${user.puid}@live.com`,
    }),
    ...item(seed, url, file),
  };
}

/** A file shared with a guest or through a link (RecordType 14). */
export function sharingRecord(seed: RecordSeed): Members {
  const user = account(seed.random, seed.domain);
  const { url, file } = site(seed);
  return {
    ...common(seed, {
      RecordType: 14,
      Operation: seed.random.pick([
        "SharingSet",
        "AnonymousLinkCreated",
        "SecureLinkCreated",
        "SharingInvitationCreated",
      ]),
      Workload: "SharePoint",
      UserId: user.upn,
      UserKey: `i:0h.f|membership|${user.puid}@live.com`,
    }),
    ...item(seed, url, file),
    EventData: "<Permissions granted>Contribute</Permissions granted>",
    TargetUserOrGroupName: `guest${seed.random.below(20)}@example.org`,
    TargetUserOrGroupType: "Guest",
  };
}
