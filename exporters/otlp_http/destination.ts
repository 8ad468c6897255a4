/** How the URL is named in messages: without query, which may hold a key. */
export function nameOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
