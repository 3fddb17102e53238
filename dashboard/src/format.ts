/** Values as people read them, in the words of their own language's dates and numbers. */

import { NONE } from "./dom";

const DATES = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const NUMBERS = new Intl.NumberFormat();
const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A date, or a dash where there is none. What is no date to the browser is shown as the database has it. */
export function date(text: string | null): string {
  if (text === null) return NONE;
  const read = new Date(text);
  return Number.isNaN(read.getTime()) ? text : DATES.format(read);
}

/** A count; a dash where there is none. */
export function count(value: number | null): string {
  return value === null ? NONE : NUMBERS.format(value);
}

/** A size in the unit that keeps it short. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${NUMBERS.format(Math.round(size * 10) / 10)} ${UNITS[unit] ?? ""}`;
}

/** A duration of so many milliseconds. */
export function duration(milliseconds: number | null): string {
  return milliseconds === null ? NONE : `${NUMBERS.format(Math.round(milliseconds / 100) / 10)} s`;
}

/** What a connector is called: its name, or its type where nobody named it. */
export function title(connector: { name: string | null; connector_type: string }): string {
  return connector.name?.trim() || connector.connector_type;
}
