import { CREATED, expectKinds } from "./expect-kinds.ts";

expectKinds("what Teams detected (25)", [
  {
    name: "an outsider who takes the name of a brand",
    record: {
      RecordType: 25,
      Operation: "TeamsImpersonationDetected",
      Workload: "MicrosoftTeams",
      ImpersonationType: "Brand",
      Sender: { UPN: "it@fabrikam.example", DisplayName: "Contoso IT Help Desk" },
    },
    options: { extensions: "common" },
    expected: {
      "xdr.schema": "scwx.thirdpartyalert",
      "xdr.title": "TeamsImpersonationDetected: Brand",
      "xdr.ontology": "Impersonation",
      "xdr.created_time_usec": CREATED,
      "xdr.user_principal_name": "ann@contoso.com",
      "user.name": "ann@contoso.com",
      "security_rule.category": "Impersonation",
      "o365.sender": "it@fabrikam.example",
      "o365.sender_display_name": "Contoso IT Help Desk",
      "o365.impersonation_type": "Brand",
      severity: "WARN",
    },
  },
  {
    name: "a call that may be a fraud, of which nothing more is said",
    record: { RecordType: 25, Operation: "securityriskincalldetected", Workload: "MicrosoftTeams" },
    expected: {
      "xdr.schema": "scwx.thirdpartyalert",
      "xdr.title": "securityriskincalldetected",
      "xdr.user_principal_name": "ann@contoso.com",
    },
  },
  {
    name: "a message that somebody reported (462): no detection",
    record: { RecordType: 462, Operation: "MessageReported", Workload: "MicrosoftTeams", SubmissionId: "1" },
    expected: { "xdr.schema": "scwx.cloudaudit", "xdr.event_name": "MessageReported" },
  },
  {
    name: "a message whose sender is an object: the address",
    record: {
      RecordType: 25,
      Operation: "MessageSent",
      Workload: "MicrosoftTeams",
      Sender: { UPN: "bob@contoso.com", DisplayName: "Bob" },
    },
    expected: { "xdr.schema": "scwx.cloudaudit", "o365.sender": "bob@contoso.com" },
  },
]);
