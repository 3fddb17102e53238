import { FieldType, toDataFrame } from "@grafana/data";
import { Table } from "@grafana/ui";

import { configured } from "./fields.js";

const TYPES = { string: FieldType.string, number: FieldType.number, timestamp: FieldType.time };

/** A table; `answer` is the API's rows, of which the query's columns say what each is, as to the Infinity data source. */
export function TablePanel({ panel, answer, theme, width, height }) {
    const fields = panel.targets[0].columns.map(({ selector, text, type }) => ({
        name: text,
        type: TYPES[type],
        values: answer.map((row) => read(row[selector], type)),
    }));
    const [data] = configured([toDataFrame({ fields })], panel, theme, undefined);
    return <Table data={data} width={width} height={height} ariaLabel={panel.title} />;
}

const read = (value, type) => (type === "timestamp" && value !== null ? Date.parse(value) : value);
