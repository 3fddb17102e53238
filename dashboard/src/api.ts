/** Everything that the page asks the project for: named columns, bounded rows, and the acts of admins. */

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { claimsOf, type Config } from "./config";
import { Refused, type Refusal } from "./problems";
import type { Action, Batch, Connector, Event, Queue, Storage, Sync } from "./rows";

export const MOST = 200;
const RECENT = 20;
const OF_ONE = 10;

/** The acts, and what each is told of. */
export interface Acts {
  pause_connector: { connector_id: string };
  resume_connector: { connector_id: string };
  sync_connector_now: { connector_id: string };
  change_connector_frequency: { connector_id: string; frequency: string };
  reset_connector_errors: { connector_id: string };
  retry_webhook_events: { connector_id?: string };
  cancel_upload_batch: { batch_id: string };
}

export interface Member {
  id: string;
  role: string;
}

interface Answer {
  status: number;
  data: unknown;
  error: { code?: string; message: string; hint?: string | null } | null;
}

/** A question to one relation. */
interface Asked {
  columns: string;
  order?: [column: string, ascending: boolean];
  equal?: [column: string, value: string];
  among?: [column: string, values: string[]];
  limit?: number;
}

/** The ways to ask the project. */
export class Api {
  private readonly client: SupabaseClient;

  constructor(private readonly config: Config) {
    this.client = createClient(config.supabaseUrl, config.publishableKey, {
      // A session ends with its tab: the page may be opened on a machine that others use.
      auth: { storage: window.sessionStorage, detectSessionInUrl: false },
    });
  }

  /** Be told when a session has ended, here or in another tab. */
  onSignedOut(tell: () => void): void {
    this.client.auth.onAuthStateChange((event) => {
      // Not in the library's own lock, which its next request waits for.
      if (event === "SIGNED_OUT") setTimeout(tell);
    });
  }

  /** The email of who is signed in; null: nobody is. */
  async signedIn(): Promise<string | null> {
    const { data } = await this.client.auth.getSession();
    return data.session === null ? null : (data.session.user.email ?? "");
  }

  async signIn(email: string, password: string): Promise<void> {
    const { error } = await this.client.auth.signInWithPassword({ email, password });
    if (error === null) return;
    if (error.code === "invalid_credentials") throw new Error("Email and password do not belong together.");
    throw new Refused({ status: error.status ?? 0, code: error.code ?? "", message: error.message });
  }

  /** End the session of this tab; it is gone without a connection too. */
  async signOut(): Promise<void> {
    await this.client.auth.signOut({ scope: "local" });
  }

  /** Who is signed in, by their own row; null where the application shows none, and then the page offers no acts. */
  async member(): Promise<Member | null> {
    if (this.config.identity === null) return null;
    const { data } = await this.client.auth.getSession();
    const { table, column, claim } = this.config.identity;
    const subject = claimsOf(data.session?.access_token ?? "")[claim];
    if (typeof subject !== "string") return null;
    try {
      const found = await this.rows<Member>(table, { columns: "id,role", equal: [column, subject], limit: 1 });
      return found[0] ?? null;
    } catch (error) {
      // Lost or expired is everybody's; that this one table is not shown to members is no failure of the page.
      if (error instanceof Refused && !error.expired && error.hidden) return null;
      throw error;
    }
  }

  connectors(): Promise<Connector[]> {
    return this.rows("connector_health", {
      columns:
        "connector_id,name,connector_type,health,is_active,sync_status,sync_frequency,last_sync_at,last_sync_status," +
        "next_sync_at,error_count,last_error,last_error_at,syncs_of_week,failed_syncs_of_week,documents_of_week",
      order: ["name", true],
    });
  }

  storage(): Promise<Storage[]> {
    return this.rows("connector_storage_usage", { columns: "connector_id,documents,bytes" });
  }

  queues(): Promise<Queue[]> {
    return this.rows("connector_webhook_health", {
      columns: "connector_id,waiting,oldest_waiting_at,retried,failing,received_today",
      order: ["waiting", false],
    });
  }

  batches(): Promise<Batch[]> {
    return this.rows("file_upload_batches", {
      columns: "id,batch_name,status,total_files,processed_files,failed_files,created_at",
      // The oldest first: those are the ones that nobody completes any more.
      order: ["created_at", true],
      among: ["status", ["uploading", "processing"]],
    });
  }

  actions(): Promise<Action[]> {
    return this.rows("connector_actions", {
      columns: "id,connector_id,user_id,action,details,created_at",
      order: ["created_at", false],
      limit: RECENT,
    });
  }

  /** The latest syncs of one connector, or of all. */
  syncs(connector?: string): Promise<Sync[]> {
    return this.rows("connector_sync_logs", {
      columns: "id,connector_id,sync_type,status,started_at,duration_ms,documents_synced,documents_failed,error_message",
      order: ["started_at", false],
      ...(connector === undefined ? { limit: RECENT } : { limit: OF_ONE, equal: ["connector_id", connector] }),
    });
  }

  /** The latest webhook events of a connector: never `payload` and `headers`, which carry what people wrote. */
  events(connector: string): Promise<Event[]> {
    return this.rows("connector_webhook_events", {
      columns: "id,event_type,event_source,received_at,processed,processing_error,retry_count",
      order: ["received_at", false],
      limit: OF_ONE,
      equal: ["connector_id", connector],
    });
  }

  /**
   * Do something as an admin, and give what the function gives.
   *
   * @throws Refused The database refuses, or does not answer.
   */
  async act<Name extends keyof Acts>(name: Name, of: Acts[Name]): Promise<unknown> {
    return given(await this.client.rpc(name, of));
  }

  private async rows<Row>(relation: string, asked: Asked): Promise<Row[]> {
    // Once only: whoever waits is told at once that nothing answers.
    let query = this.client.from(relation).select(asked.columns).retry(false);
    if (asked.equal !== undefined) query = query.eq(...asked.equal);
    if (asked.among !== undefined) query = query.in(...asked.among);
    if (asked.order !== undefined) {
      query = query.order(asked.order[0], { ascending: asked.order[1], nullsFirst: false });
    }
    return given(await query.limit(asked.limit ?? MOST)) as Row[];
  }
}

function given(answer: Answer): unknown {
  if (answer.error !== null) throw new Refused(refusal(answer.error, answer.status));
  return answer.data;
}

function refusal(error: NonNullable<Answer["error"]>, status: number): Refusal {
  return { status, code: error.code ?? "", message: error.message, hint: error.hint ?? null };
}
