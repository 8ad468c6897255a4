import { formatDuration } from "../../collector/config/fields.ts";
import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import type { OAuth2ClientConfig } from "./config.ts";
import { OAuth2Client } from "./oauth2-client.ts";

/** Whether the token endpoint gives a token. */
export async function* preflight(
  config: OAuth2ClientConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const client = new OAuth2Client(settings, config);
  const { origin, pathname } = config.tokenUrl;
  try {
    await client.start();
    await client.headers(signal);
    const leftMs = client.endsMs === undefined ? undefined : client.endsMs - settings.clock.now();
    const life = leftMs === undefined ? "" : `, good for ${formatDuration(Math.round(leftMs / 1000) * 1000)}`;
    yield fact("ok", "token", `${origin}${pathname} gives a token${life}`);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CollectorError)) throw error;
    yield fact("fail", "token", error.message, { fields: { code: error.code } });
  } finally {
    await client.shutdown();
  }
}
