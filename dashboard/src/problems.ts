/** What went wrong, in words for who reads the page. */

/** As the API tells it; `status` is 0 where there was no answer. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  hint?: string | null;
}

/** A request was refused, or not answered. */
export class Refused extends Error {
  readonly expired: boolean;
  /** What was asked for is not shown to who is signed in, or is not there. */
  readonly hidden: boolean;

  constructor(refusal: Refusal) {
    super(told(refusal));
    this.expired = isExpired(refusal);
    this.hidden = refusal.code === "42501" || refusal.status === 404;
  }
}

const LOST = "The server cannot be reached. Check the connection, and try again.";
const WORDS: Record<string, string> = {
  "42501": "You may not do this: only owners and admins of the organization may.",
  P0002: "It is not there any more, or belongs to another organization. Refresh the page.",
  "57014": "The server took too long and gave up. Try again in a moment.",
  "55P03": "Somebody else is changing it just now. Try again in a moment.",
};

/** Whether the session is over: the token is refused, or is that of nobody. */
function isExpired(refusal: Refusal): boolean {
  return refusal.status === 401 || /^PGRST30[1-3]$/.test(refusal.code);
}

function told(refusal: Refusal): string {
  if (refusal.status === 0) return LOST;
  if (isExpired(refusal)) return "Your session has ended. Sign in again.";
  const known = WORDS[refusal.code];
  if (known !== undefined) return known;
  if (refusal.status === 429) return "That was too often. Try again in a minute.";
  // The database's own sentences (a batch that has ended, a connector that is paused) say what to do in their hint.
  const what = refusal.message.trim() || `The server answered with status ${refusal.status}`;
  return [`${what.charAt(0).toUpperCase()}${what.slice(1).replace(/\.$/, "")}.`, refusal.hint ?? ""].join(" ").trim();
}

/** Words for anything that was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
