import { entraErrorUrl, errorTable, type KnownError } from "../receiver/errors/error-table.ts";
import { UNCODED_ERRORS } from "../receiver/errors/uncoded-errors.ts";

const HEAD = `# Errors of Microsoft, and what to do

Every error code of Entra ID (\`AADSTS…\`) and of the Office 365 Management Activity API (\`AF…\`) that the collector explains. \`otel-o365 check\`, the log and \`otel-o365 status\`
say the same. This page is made from the tables in [\`receiver/errors/\`](../receiver/errors/) by \`npm run docs\`.

- *Waiting* says whether the collector only has to try again, which it does by itself.
- *Cloud* marks what also shows when the tenant lives in another cloud than the configured one. \`otel-o365 check\` finds out.
- A code that is not here: look it up at \`${entraErrorUrl("AADSTSnumber")}\` with its number. Microsoft's support asks for the trace id and the correlation id of the message.
`;

const ENTRA_INTRO = `## Signing in: Entra ID

`;

const API_INTRO = `
## Collecting: the Management Activity API

`;

const UNCODED_INTRO = `
## Answers without a code

| Answer | What is the matter | What to do |
|---|---|---|
`;

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const errors = [...errorTable.values()];
  const entra = errors.filter(({ code }) => code.startsWith("AADSTS"));
  const api = errors.filter(({ code }) => !code.startsWith("AADSTS"));
  const uncoded = Object.values(UNCODED_ERRORS).map(
    ({ seen, cause, remedy }) => `| ${cell(seen)} | ${cell(sentence(cause))} | ${cell(sentence(remedy))} |\n`,
  );
  return [HEAD, "\n", ENTRA_INTRO, table(entra), API_INTRO, table(api), UNCODED_INTRO, ...uncoded].join("");
}

function table(errors: readonly KnownError[]): string {
  const rows = errors.map(
    ({ code, cause, remedy, passing, wrongCloud }) =>
      `| ${link(code)} | ${cell(sentence(cause))} | ${cell(sentence(remedy))} | ${passing ? "yes" : ""} | ${wrongCloud ? "yes" : ""} |\n`,
  );
  return ["| Code | What is the matter | What to do | Waiting | Cloud |\n", "|---|---|---|---|---|\n", ...rows].join(
    "",
  );
}

/** Microsoft has a page for each of Entra ID's codes. */
function link(code: string): string {
  return code.startsWith("AADSTS") ? `[${code}](${entraErrorUrl(code)})` : code;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A placeholder in angle brackets would be taken for HTML, and a bar for the end of the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
