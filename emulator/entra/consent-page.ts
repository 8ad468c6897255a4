import type { Answer } from "../http.ts";
import type { Registration, Tenant } from "../tenant.ts";

const WORDS: Readonly<Record<string, string>> = {
  "ActivityFeed.Read": "Read activity data for your organization",
  "ActivityFeed.ReadDlp": "Read DLP policy events including detected sensitive data",
};

const STYLE =
  "body{font:15px/1.4 system-ui,sans-serif;background:#f2f2f2;margin:0}main{background:#fff;max-width:26rem;margin:4rem auto;padding:2.5rem;box-shadow:0 2px 6px #0003}h1{font-size:1.4rem;margin:0 0 1rem}button,select{font:inherit;padding:.4rem 1.2rem;margin:.4rem .4rem 0 0}.accept{background:#0067b8;color:#fff;border:0}code{word-break:break-all}";

/** The page on which an administrator accepts or declines. It posts to its own address. */
export function consentPage(registration: Registration, tenants: readonly Tenant[]): Answer {
  const permissions = registration.permissions.map((name) => `<li>${escape(WORDS[name] ?? name)}</li>`).join("");
  const accounts = tenants
    .map(({ tenantId, domains }) => `<option value="${tenantId}">admin@${escape(domains[0] ?? tenantId)}</option>`)
    .join("");
  return page(
    "Permissions requested",
    `<p>Review for your organization</p><p><b>${escape(registration.displayName)}</b><br><code>${registration.clientId}</code></p>
<p>This app would like to:</p><ul>${permissions}</ul>
<form method="post"><label>Signed in as <select name="tenant">${accounts}</select></label>
<p><button name="decision" value="cancel">Cancel</button><button class="accept" name="decision" value="accept">Accept</button></p></form>`,
  );
}

/** What Entra ID shows instead of redirecting when it cannot trust where to. */
export function consentErrorPage(code: number, message: string): Answer {
  const answer = page(
    "Sorry, but we’re having trouble signing you in.",
    `<p>AADSTS${code}: ${escape(message)}</p>`,
    400,
  );
  return { ...answer, code: `AADSTS${code}` };
}

function page(title: string, body: string, status = 200): Answer {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store, no-cache" },
    body: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`,
  };
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
