// What Grafana does to a panel's data before it is drawn: units, limits and colors of the panel's JSON become the fields'.
import {
    applyFieldOverrides, FieldColorModeId, identityOverrideProcessor, standardFieldConfigEditorRegistry,
} from "@grafana/data";

// The options of a field that Grafana's server registers, each with an editor; here none is edited.
const OPTIONS = ["unit", "min", "max", "decimals", "displayName", "noValue", "color", "thresholds", "mappings"];
standardFieldConfigEditorRegistry.setInit(() =>
    OPTIONS.map((id) => ({
        id, path: id, name: id, process: identityOverrideProcessor, settings: {},
        editor: () => null, override: () => null, shouldApply: () => true,
    })),
);

const SERIES_COLORS = { mode: FieldColorModeId.PaletteClassic };

/** The frames with the panel's options, as its component wants them. */
export const configured = (frames, panel, theme, color = SERIES_COLORS) => {
    const given = panel.fieldConfig ?? { defaults: {}, overrides: [] };
    return applyFieldOverrides({
        data: frames,
        fieldConfig: { ...given, defaults: { color, ...given.defaults } },
        replaceVariables: (text) => text,
        theme,
        timeZone: "utc",
    });
};
