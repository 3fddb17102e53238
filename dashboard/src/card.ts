/** One connector: how it does, what it did lately, and what may be done with it. */

import type { Question } from "./confirm";
import type { Desk } from "./desk";
import { button, make, NONE, table, type Attributes } from "./dom";
import { bytes, count, date, duration, title } from "./format";
import type { Connector, Event, Queue, Storage, Sync } from "./rows";

const FREQUENCIES = ["manual", "hourly", "daily", "weekly"];
const MOOD: Record<string, string> = { healthy: "good", failing: "bad", degraded: "fair", overdue: "fair" };

/** Make the card of a connector. */
export function card(connector: Connector, stored: Storage | undefined, queue: Queue | undefined, desk: Desk): HTMLElement {
  const id = connector.connector_id;
  return make(
    "li",
    { class: "card", id: `connector-${id}` },
    make(
      "div",
      { class: "row" },
      make("h3", { id: `title-${id}`, tabindex: "-1" }, title(connector)),
      make("span", { class: `health ${MOOD[connector.health] ?? "quiet"}` }, connector.health),
    ),
    facts(connector, stored, queue, desk.admin),
    desk.admin ? frequency(connector, desk) : null,
    desk.admin ? acts(connector, queue, desk) : null,
    history(connector, desk),
  );
}

function facts(connector: Connector, stored: Storage | undefined, queue: Queue | undefined, admin: boolean): HTMLElement {
  const week = `${count(connector.syncs_of_week)} syncs, ${count(connector.failed_syncs_of_week)} failed, ${count(connector.documents_of_week)} documents`;
  const known: [string, string | null][] = [
    ["Type", connector.connector_type],
    ["Syncs", connector.sync_frequency ?? NONE],
    ["Last sync", [date(connector.last_sync_at), connector.last_sync_status].filter((part) => part !== null).join(", ")],
    ["Next sync", next(connector)],
    ["This week", week],
    ["Holds", stored === undefined ? null : `${count(stored.documents)} documents, ${bytes(stored.bytes)}`],
    ["Webhooks", queue === undefined || !admin ? null : waiting(queue)],
    ["Errors", connector.error_count === 0 ? null : count(connector.error_count)],
    ["Last error", connector.last_error === null ? null : `${connector.last_error} (${date(connector.last_error_at)})`],
  ];
  const shown = known.filter((fact): fact is [string, string] => fact[1] !== null);
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

function next(connector: Connector): string {
  if (connector.is_active !== true) return "none, it is paused";
  if (connector.sync_status === "syncing") return "syncing now";
  if (connector.sync_frequency === "manual") return "when somebody asks for it";
  return date(connector.next_sync_at);
}

function waiting(queue: Queue): string {
  return `${count(queue.waiting)} waiting, ${count(queue.failing)} failing, ${count(queue.received_today)} today`;
}

function acts(connector: Connector, queue: Queue | undefined, desk: Desk): HTMLElement {
  const name = title(connector);
  const simple = (text: string, act: "pause_connector" | "resume_connector" | "sync_connector_now", told: string) =>
    button(text, named(text, connector), () =>
      desk.act({ name: act, of: { connector_id: connector.connector_id }, done: () => told }),
    );
  const failed = (queue?.failing ?? 0) > 0 || (queue?.retried ?? 0) > 0;
  return make(
    "div",
    { class: "acts" },
    ...(connector.is_active === true
      ? [
          simple("Pause", "pause_connector", `${name} is paused.`),
          simple("Sync now", "sync_connector_now", `${name} syncs as soon as a worker is free.`),
        ]
      : [simple("Resume", "resume_connector", `${name} syncs again.`)]),
    troubled(connector) ? button("Reset errors", named("Reset", connector), () => reset(connector, desk)) : null,
    failed ? button("Retry webhooks", named("Retry", connector), () => retry(connector, desk)) : null,
  );
}

/** The first word of what a button says, with the connector's id; who hears the button hears whose it is. */
function named(text: string, connector: Connector): Attributes {
  const word = text.split(" ")[0]?.toLowerCase() ?? "";
  return { id: `${word}-${connector.connector_id}`, "aria-describedby": `title-${connector.connector_id}` };
}

function retry(connector: Connector, desk: Desk): void {
  const name = title(connector);
  desk.act({
    name: "retry_webhook_events",
    of: { connector_id: connector.connector_id },
    done: (events) => `${String(events)} events of ${name} wait to be tried again.`,
    question: retrying(`the failed webhook events of ${name}`),
  });
}

/** What is asked before events are tried again. */
export function retrying(which: string): Question {
  return {
    title: `Retry ${which}?`,
    text: "Their counts of tries and their errors are forgotten, and workers take them again. This cannot be undone.",
    verb: "Retry them",
  };
}

function troubled(connector: Connector): boolean {
  return connector.error_count > 0 || connector.last_error !== null || connector.health === "failing";
}

function reset(connector: Connector, desk: Desk): void {
  const name = title(connector);
  desk.act({
    name: "reset_connector_errors",
    of: { connector_id: connector.connector_id },
    done: () => `The errors of ${name} are forgotten.`,
    question: {
      title: `Forget the errors of ${name}?`,
      text: "Its count of errors and the last one are deleted; the audit keeps them. This cannot be undone.",
      verb: "Forget them",
    },
  });
}

function frequency(connector: Connector, desk: Desk): HTMLElement {
  const id = `frequency-${connector.connector_id}`;
  const chosen = make(
    "select",
    { id },
    ...FREQUENCIES.map((each) => make("option", { value: each, selected: each === connector.sync_frequency }, each)),
  );
  const form = make(
    "form",
    { class: "frequency" },
    make("label", { for: id }, "Frequency"),
    chosen,
    make("button", { id: `change-${connector.connector_id}`, "aria-describedby": `title-${connector.connector_id}` }, "Change"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    desk.act({
      name: "change_connector_frequency",
      of: { connector_id: connector.connector_id, frequency: chosen.value },
      done: () => `${title(connector)} syncs ${chosen.value} from now on.`,
    });
  });
  return form;
}

function history(connector: Connector, desk: Desk): HTMLElement {
  const id = connector.connector_id;
  const what = desk.admin ? "Recent syncs and webhook events" : "Recent syncs";
  const inside = make("div", {});
  const folded = make("details", { id: `history-${id}` }, make("summary", { id: `summary-${id}` }, what), inside);
  folded.addEventListener("toggle", () => {
    if (!folded.open) return;
    inside.replaceChildren(make("p", { class: "quiet" }, "Loading …"));
    const asked = Promise.all([desk.api.syncs(id), desk.admin ? desk.api.events(id) : null]);
    asked.then(
      ([syncs, events]) =>
        inside.replaceChildren(syncTable(syncs), ...(events === null ? [] : [eventTable(events)])),
      (error: unknown) => {
        inside.replaceChildren();
        desk.fail(error);
      },
    );
  });
  return folded;
}

/** Make the table of syncs; of all connectors where names are given. */
export function syncTable(syncs: Sync[], names?: Map<string, string>): HTMLElement {
  const columns = ["Began", "How", "Result", "Took", "Documents", "Failed", "Error"];
  const rows = syncs.map((sync) => [
    ...(names === undefined ? [] : [names.get(sync.connector_id ?? "") ?? NONE]),
    date(sync.started_at),
    sync.sync_type ?? NONE,
    sync.status ?? NONE,
    duration(sync.duration_ms),
    count(sync.documents_synced),
    count(sync.documents_failed),
    sync.error_message ?? NONE,
  ]);
  return table("Recent syncs", names === undefined ? columns : ["Connector", ...columns], rows);
}

function eventTable(events: Event[]): HTMLElement {
  const rows = events.map((event) => [
    date(event.received_at),
    event.event_type,
    event.event_source ?? NONE,
    event.processed ? "processed" : "waiting",
    count(event.retry_count),
    event.processing_error ?? NONE,
  ]);
  return table("Recent webhook events", ["Received", "Type", "From", "State", "Retries", "Error"], rows);
}
