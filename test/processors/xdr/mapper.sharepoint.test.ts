import { ANN_ID, expectKinds } from "./expect-kinds.ts";

const FILE = {
  RecordType: 6,
  Workload: "SharePoint",
  EventSource: "SharePoint",
  ItemType: "File",
  ClientIP: "203.0.113.30",
  UserAgent: "Mozilla/5.0 (Windows NT 10.0)",
  SiteUrl: "https://contoso.sharepoint.com/sites/hr/",
  SourceRelativeUrl: "Shared Documents",
  SourceFileName: "pay roll.XLSX",
  SourceFileExtension: "XLSX",
  ObjectId: "https://contoso.sharepoint.com/sites/hr/Shared Documents/pay roll.XLSX",
};

expectKinds("SharePoint and OneDrive (4, 6, 7, 14)", [
  {
    name: "a guest without a session of the directory (6)",
    record: {
      RecordType: 6,
      Operation: "FileDownloaded",
      Workload: "OneDrive",
      UserId: "urn:spo:guest#eve@example.com",
      UserSessionId: "b332294a-0000-4000-8000-000000000006",
    },
    expected: { "user.name": "eve@example.com", "session.id": "b332294a-0000-4000-8000-000000000006" },
  },
  {
    name: "a file that was downloaded (6)",
    record: {
      ...FILE,
      Operation: "FileDownloaded",
      UserKey: "i:0h.f|membership|100320012345abcd@live.com",
      ApplicationId: "99999999-2222-4333-8444-555555555555",
      ApplicationDisplayName: "Fabrikam Sync",
      AppAccessContext: { AADSessionId: "9a8b7c6d-1111-4000-8000-000000000060", CorrelationId: "c" },
    },
    expected: {
      "xdr.schema": "scwx.cloudaudit",
      "xdr.event_type": "SharePointFileOperation",
      "xdr.user_name": "ann@contoso.com",
      "xdr.source_address": "203.0.113.30",
      "xdr.user_agent": "Mozilla/5.0 (Windows NT 10.0)",
      "user.id": "100320012345ABCD",
      "session.id": "9a8b7c6d-1111-4000-8000-000000000060",
      "url.full": "https://contoso.sharepoint.com/sites/hr/Shared%20Documents/pay%20roll.XLSX",
      "file.name": "pay roll.XLSX",
      "file.extension": "xlsx",
      "o365.application_name": "Fabrikam Sync",
      "o365.outcome": "unknown",
      severity: "INFO",
    },
  },
  {
    name: "a setting of a site (4)",
    record: {
      RecordType: 4,
      Workload: "SharePoint",
      Operation: "SharingPolicyChanged",
      ItemType: "Tenant",
      ObjectId: "https://contoso-admin.sharepoint.com/",
      ModifiedProperties: [{ Name: "ShareUsingAnonymousLinks", NewValue: "Enabled", OldValue: "Disabled" }],
    },
    expected: {
      "xdr.event_type": "SharePoint",
      "file.name": undefined,
      "url.full": "https://contoso-admin.sharepoint.com/",
      "o365.modified_properties": { ShareUsingAnonymousLinks: { NewValue: "Enabled", OldValue: "Disabled" } },
    },
  },
  {
    name: "a record of OneDrive (7)",
    record: {
      ...FILE,
      RecordType: 7,
      Workload: "OneDrive",
      Operation: "FileSyncDownloadedFull",
      ClientIP: "::ffff:198.51.100.30",
    },
    expected: {
      "xdr.event_type": "OneDrive",
      "xdr.source_address": "198.51.100.30",
      "file.extension": "xlsx",
      "user.id": ANN_ID,
    },
  },
  {
    name: "an anonymous link that was made (14)",
    record: {
      ...FILE,
      RecordType: 14,
      Operation: "AnonymousLinkCreated",
      EventData: "<Type>Edit</Type>",
      UniqueSharingId: "5f7d2f6c-1111-4000-8000-000000000014",
      TargetUserOrGroupName: "SharingLinks.1.AnonymousEdit.2",
      TargetUserOrGroupType: "SharePointGroup",
    },
    expected: {
      "o365.event_data": "<Type>Edit</Type>",
      "o365.target_user_or_group_type": "SharePointGroup",
      "o365.unique_sharing_id": "5f7d2f6c-1111-4000-8000-000000000014",
    },
  },
]);

expectKinds("who acts in SharePoint", [
  {
    name: "the holder of an anonymous link",
    record: {
      ...FILE,
      Operation: "AnonymousLinkUsed",
      UserType: 10,
      UserId: "urn:spo:anon#5a6b7c8d9e0f",
      UserKey: "i:0h.f|membership|urn%3aspo%3aanon%235a6b7c8d9e0f",
    },
    expected: {
      "xdr.user_name": "urn:spo:anon#5a6b7c8d9e0f",
      "user.name": "urn:spo:anon#5a6b7c8d9e0f",
      "user.email": undefined,
      "user.id": undefined,
    },
  },
  {
    name: "a guest by mail address",
    record: {
      ...FILE,
      Operation: "FileAccessed",
      UserId: "urn:spo:guest#bob@fabrikam.com",
      UserKey: "i:0h.f|membership|urn%3aspo%3aguest#bob@fabrikam.com",
    },
    expected: {
      "xdr.user_name": "bob@fabrikam.com",
      "user.email": "bob@fabrikam.com",
      "user.id": undefined,
      "o365.user_id": "urn:spo:guest#bob@fabrikam.com",
    },
  },
  {
    name: "a guest of the directory",
    record: { ...FILE, Operation: "FileAccessed", UserId: "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com" },
    expected: {
      "xdr.user_name": "bob_fabrikam.com#EXT#@contoso.onmicrosoft.com",
      "user.email": "bob@fabrikam.com",
    },
  },
  {
    name: "a user in claims encoding",
    record: { ...FILE, Operation: "FileAccessed", UserId: "i:0#.f|membership|ann@contoso.com" },
    expected: { "xdr.user_name": "ann@contoso.com", "user.email": "ann@contoso.com" },
  },
  {
    name: "an application on its own",
    record: {
      ...FILE,
      Operation: "FileModified",
      UserId: "app@sharepoint",
      UserKey: "i:0i.t|ms.sp.ext|0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9@6e0a9d53-7f5c-4b1e-9c39-2d8f1a4b7c60",
      UserType: 5,
    },
    expected: { "xdr.user_name": "app@sharepoint", "user.email": undefined, "user.id": ANN_ID },
  },
  {
    name: "the service itself",
    record: { ...FILE, Operation: "FileModified", UserId: "SHAREPOINT\\system", UserKey: "S-1-0-0", UserType: 4 },
    expected: { "xdr.user_name": "SHAREPOINT\\system", "user.email": undefined, "o365.user_type": "System" },
  },
]);
