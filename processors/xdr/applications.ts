import { TextCache } from "./text-cache.ts";

/**
 * Names of Microsoft's own applications that turn up in sign-ins, by application id. A name saves an analyst a search;
 * an id that is not here stays an id.
 *
 * @see https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
const APPLICATIONS: ReadonlyMap<string, string> = new Map([
  ["00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory"],
  ["00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"],
  ["00000003-0000-0000-c000-000000000000", "Microsoft Graph"],
  ["00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online"],
  ["00000004-0000-0ff1-ce00-000000000000", "Skype for Business Online"],
  ["00000005-0000-0ff1-ce00-000000000000", "Office 365 Yammer"],
  ["00000006-0000-0ff1-ce00-000000000000", "Microsoft Office 365 Portal"],
  ["00000007-0000-0000-c000-000000000000", "Dataverse"],
  ["00000007-0000-0ff1-ce00-000000000000", "Microsoft Exchange Online Protection"],
  ["00000009-0000-0000-c000-000000000000", "Power BI Service"],
  ["0000000a-0000-0000-c000-000000000000", "Microsoft Intune"],
  ["0000000c-0000-0000-c000-000000000000", "Microsoft App Access Panel"],
  ["01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "Device Registration Service"],
  ["00b41c95-dab0-4487-9791-b9d2c32c80f2", "Office 365 Management"],
  ["04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI"],
  ["08e18876-6177-487e-b8b5-cf950c1e598c", "SharePoint Online Web Client Extensibility"],
  ["12128f48-ec9e-42f0-b203-ea49fb6af367", "Microsoft Teams PowerShell Cmdlets"],
  ["14d82eec-204b-4c2f-b7e8-296a70dab67e", "Microsoft Graph Command Line Tools"],
  ["18ed3507-a475-4ccb-b669-d66bc9f2a36e", "Microsoft_AAD_RegisteredApps"],
  ["1950a258-227b-4e31-a9cf-717495945fc2", "Microsoft Azure PowerShell"],
  ["1b730954-1685-4b74-9bfd-dac224a7b894", "Azure Active Directory PowerShell"],
  ["1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"],
  ["26a7ee05-5602-4d76-a7ba-eae8b7b67941", "Windows Search"],
  ["27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile"],
  ["29d9ed98-a469-4536-ade2-f981bc1d605e", "Microsoft Authentication Broker"],
  ["2d4d3d8e-2be3-4bef-9f87-7875a61c29de", "OneNote"],
  ["3090ab82-f1c1-4cdf-af2c-5d7a6f3e2cc7", "Microsoft Defender for Cloud Apps"],
  ["38aa3b87-a06d-4817-b275-7a316988d93b", "Windows Sign In"],
  ["4345a7b9-9a63-4910-a426-35363201d503", "O365 Suite UX"],
  ["4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"],
  ["497effe9-df71-4043-a8bb-14cf78c4b63b", "Exchange Admin Center"],
  ["57336123-6e14-4acc-8dcf-287b6088aa28", "Microsoft Whiteboard Client"],
  ["57fb890c-0dab-4253-a5e0-7188c88b2bb4", "SharePoint Online Client"],
  ["5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Microsoft Teams Web Client"],
  ["74658136-14ec-4630-ad9b-26e160ff0fc6", "ADIbizaUX"],
  ["797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API"],
  ["80ccca67-54bd-44ab-8625-4b79c4dc7775", "Microsoft 365 Security and Compliance Center"],
  ["872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "Visual Studio - Legacy"],
  ["89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell WCSS-Client"],
  ["9199bf20-a13f-4107-85dc-02114787ef48", "One Outlook Web"],
  ["93625bc8-bfe2-437a-97e0-3d0060024faa", "Microsoft password reset service"],
  ["9ba1a5c7-f17a-4de9-a1f1-6178c8d51223", "Microsoft Intune Company Portal"],
  ["9bc3ab49-b65d-410a-85ad-de819febfddc", "Microsoft SharePoint Online Management Shell"],
  ["a0c73c16-a7e3-4564-9a95-2bdf47383716", "Microsoft Exchange Online Remote PowerShell"],
  ["a3475900-ccec-4a69-98f5-a65cd5dc5306", "Partner Customer Delegated Admin Offline Processor"],
  ["ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine"],
  ["aebc6443-996d-45c2-90f0-388ff96faa56", "Visual Studio Code"],
  ["c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"],
  ["c9a559d2-7aab-4f13-a6ed-e7e9c52aec87", "Microsoft Forms"],
  ["cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services"],
  ["d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"],
  ["dd762716-544d-4aeb-a526-687b73838a22", "Microsoft Device Registration Client"],
  ["de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"],
  ["f8d98a96-0999-43f5-8af3-69971c7bb423", "Apple Internet Accounts"],
  ["fb78d390-0c51-40cd-8e17-fdbfab77341b", "Microsoft Exchange REST API Based PowerShell"],
]);

const names = new TextCache((id) => APPLICATIONS.get(id.trim().toLowerCase()));

/** Name of a well-known Microsoft application; undefined for every other id. */
export function applicationName(id: string): string | undefined {
  return names.get(id);
}
