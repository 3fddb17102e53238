/** Everything of the organization on one page. */

import { MOST, type Api, type Member } from "./api";
import { card, retrying, syncTable } from "./card";
import type { Desk } from "./desk";
import { button, make, NONE, table } from "./dom";
import { bytes, count, date, title } from "./format";
import type { Action, Batch, Connector, Queue, Storage, Sync } from "./rows";

export interface Overview {
  member: Member | null;
  admin: boolean;
  connectors: Connector[];
  storage: Storage[];
  syncs: Sync[];
  batches: Batch[];
  queues: Queue[];
  actions: Action[];
}

const TROUBLE = ["failing", "overdue", "degraded"];

/** Ask for everything that whoever is signed in may see. */
export async function load(api: Api): Promise<Overview> {
  const member = await api.member();
  const admin = member !== null && ["owner", "admin"].includes(member.role);
  const [connectors, storage, syncs, batches, queues, actions] = await Promise.all([
    api.connectors(),
    api.storage(),
    api.syncs(),
    api.batches(),
    admin ? api.queues() : [],
    admin ? api.actions() : [],
  ]);
  return { member, admin, connectors, storage, syncs, batches, queues, actions };
}

/** Make the page's sections. */
export function sections(seen: Overview, desk: Desk): HTMLElement[] {
  const names = new Map(seen.connectors.map((connector) => [connector.connector_id, title(connector)]));
  return [
    ...(seen.admin ? [] : [readOnly(seen.member)]),
    section("Connectors", ...connectors(seen, desk)),
    ...(seen.admin ? [section("Webhook events", ...webhooks(seen, names, desk))] : []),
    section("Upload batches", batches(seen, desk)),
    section("Syncs", syncTable(seen.syncs, names)),
    ...(seen.admin ? [section("What admins did", audit(seen, names))] : []),
  ];
}

function section(heading: string, ...inside: HTMLElement[]): HTMLElement {
  const id = heading.toLowerCase().replaceAll(" ", "-");
  return make("section", { "aria-labelledby": id }, make("h2", { id, tabindex: "-1" }, heading), ...inside);
}

function readOnly(member: Member | null): HTMLElement {
  const why =
    member === null
      ? "Your role is not known here, so you can look and change nothing."
      : `You are signed in as ${member.role}: you can look and change nothing. Owners and admins can.`;
  return make("p", { class: "quiet", id: "read-only" }, why);
}

function connectors(seen: Overview, desk: Desk): HTMLElement[] {
  if (seen.connectors.length === 0) return [make("p", { class: "quiet" }, "Your organization has no connectors.")];
  const stored = new Map(seen.storage.map((each) => [each.connector_id, each]));
  const queues = new Map(seen.queues.map((each) => [each.connector_id, each]));
  const cards = troubledFirst(seen.connectors).map((connector) =>
    card(connector, stored.get(connector.connector_id), queues.get(connector.connector_id), desk),
  );
  return [make("p", {}, summary(seen)), make("ul", { class: "cards" }, ...cards)];
}

/** Connectors in trouble, the worst first, then the others; by name among each. */
function troubledFirst(connectors: Connector[]): Connector[] {
  const rank = (each: Connector) => (TROUBLE.includes(each.health) ? TROUBLE.indexOf(each.health) : TROUBLE.length);
  return connectors.toSorted((one, other) => rank(one) - rank(other));
}

function summary(seen: Overview): string {
  const ill = seen.connectors.filter((each) => TROUBLE.includes(each.health)).length;
  const held = seen.storage.reduce((sum, each) => sum + each.bytes, 0);
  const most = seen.connectors.length === MOST ? ` Only the first ${MOST} are shown.` : "";
  return `${count(seen.connectors.length)} connectors, ${count(ill)} in trouble; ${bytes(held)} of documents.${most}`;
}

function webhooks(seen: Overview, names: Map<string, string>, desk: Desk): HTMLElement[] {
  const rows = seen.queues.map((queue) => [
    names.get(queue.connector_id ?? "") ?? "no connector",
    count(queue.waiting),
    date(queue.oldest_waiting_at),
    count(queue.retried),
    count(queue.failing),
    count(queue.received_today),
  ]);
  const columns = ["Connector", "Waiting", "Since", "Retried", "Failing", "Today"];
  const shown = table("Waiting, or received within a day", columns, rows);
  if (!seen.queues.some((queue) => queue.failing > 0 || queue.retried > 0)) return [shown];
  return [shown, button("Retry all that failed", { id: "retry-all" }, () => retryAll(desk))];
}

function retryAll(desk: Desk): void {
  desk.act({
    name: "retry_webhook_events",
    of: {},
    done: (events) => `${String(events)} events wait to be tried again.`,
    question: retrying("all failed webhook events"),
  });
}

function batches(seen: Overview, desk: Desk): HTMLElement {
  const columns = ["Batch", "Begun", "Status", "Files", "Failed", ...(desk.admin ? ["Act"] : [])];
  const rows = seen.batches.map((batch) => [
    batch.batch_name ?? NONE,
    date(batch.created_at),
    batch.status ?? NONE,
    `${count(batch.processed_files)} of ${count(batch.total_files)}`,
    count(batch.failed_files),
    ...(desk.admin ? [cancel(batch, desk)] : []),
  ]);
  return table("Batches that are not over, the oldest first", columns, rows);
}

function cancel(batch: Batch, desk: Desk): HTMLElement {
  const name = batch.batch_name ?? "the batch";
  return button("Cancel", { id: `cancel-${batch.id}`, "aria-label": `Cancel ${name}` }, () =>
    desk.act({
      name: "cancel_upload_batch",
      of: { batch_id: batch.id },
      done: () => `${name} is cancelled.`,
      question: {
        title: `Cancel ${name}?`,
        text: "It counts as failed from then on; files that are there stay. This cannot be undone.",
        verb: "Cancel the batch",
      },
    }),
  );
}

function audit(seen: Overview, names: Map<string, string>): HTMLElement {
  const rows = seen.actions.map((action) => [
    date(action.created_at),
    // Members see nobody's row but their own, so others have no name here.
    action.user_id === null ? "a former user" : action.user_id === seen.member?.id ? "you" : `user ${action.user_id.slice(0, 8)}`,
    action.action,
    action.connector_id === null ? NONE : (names.get(action.connector_id) ?? "a connector that is gone"),
    Object.entries(action.details).map(([name, value]) => `${name.replaceAll("_", " ")}: ${said(value)}`).join("; ") || NONE,
  ]);
  return table("The latest acts", ["When", "Who", "Act", "Connector", "Details"], rows);
}

function said(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
