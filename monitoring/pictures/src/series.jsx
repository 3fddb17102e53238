import { dateTime, FieldType, toDataFrame } from "@grafana/data";
import { TimeSeries } from "@grafana/ui";

import { configured } from "./fields.js";

const LEGEND = { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] };

/** Lines over time; `answer` is what Prometheus gives for a range: the series, each with its labels and values. */
export function SeriesPanel({ panel, answer, range, theme, width, height }) {
    const frames = configured(answer.map((series) => frame(series, panel.targets[0].legendFormat, range.step)), panel, theme);
    const [from, to] = [dateTime(range.from), dateTime(range.to)];
    return (
        <TimeSeries
            frames={frames}
            timeRange={{ from, to, raw: { from, to } }}
            timeZone="utc"
            width={width}
            height={height}
            legend={panel.options?.legend ?? LEGEND}
            structureRev={1}
        />
    );
}

const frame = ({ metric, values }, legend, step) => {
    const name = legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => metric[label] ?? "");
    return toDataFrame({
        fields: [
            // As the data source for Prometheus says it: where values are further apart no line is drawn.
            {
                name: "Time",
                type: FieldType.time,
                config: { interval: 1000 * step },
                values: values.map(([seconds]) => seconds * 1000),
            },
            {
                name: "Value",
                type: FieldType.number,
                config: { displayNameFromDS: name },
                values: values.map(([, value]) => Number(value)),
            },
        ],
    });
};
