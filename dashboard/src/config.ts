/** Which project the page is for: config.json beside it. */

export interface Config {
  supabaseUrl: string;
  publishableKey: string;
  /** Where a member's own row is: of `table`, the one whose `column` equals the token's `claim`; null: not in the API. */
  identity: { table: string; column: string; claim: string } | null;
}

/** A sentence for whoever set the page up. */
export class ConfigError extends Error {}

const REMEDY = "Write it anew: scripts/dashboard.sh --write FOLDER";

/**
 * Read config.json.
 *
 * @throws ConfigError It is not there, lacks something, or holds a key that no browser may have.
 */
export async function loadConfig(): Promise<Config> {
  let read: unknown;
  try {
    const answer = await fetch("config.json", { cache: "no-cache" });
    read = answer.ok ? await answer.json() : null;
  } catch {
    read = null;
  }
  const given = read as Partial<Config> | null;
  if (typeof given?.supabaseUrl !== "string" || typeof given.publishableKey !== "string") {
    throw new ConfigError(`config.json is missing, or names no project. ${REMEDY}`);
  }
  if (!isPublic(given.publishableKey)) {
    throw new ConfigError(
      `The key in config.json is not a publishable one. If it is a secret one, everybody who opens this page has it: revoke it. ${REMEDY}`,
    );
  }
  return { supabaseUrl: given.supabaseUrl, publishableKey: given.publishableKey, identity: given.identity ?? null };
}

function isPublic(key: string): boolean {
  return key.startsWith("sb_publishable_") || claimsOf(key)["role"] === "anon";
}

/** Give the claims of a token, unverified: nothing is allowed by them, the database decides. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const text = new TextDecoder().decode(Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0)));
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
