// A dashboard's picture: each panel where its gridPos puts it, drawn by the component of @grafana/ui that Grafana itself
// draws it with. The page is handed the dashboard's JSON and what the data sources answered; it asks for nothing.
import { createTheme, EventBusSrv, ThemeContext } from "@grafana/data";
import { GlobalStyles, PanelChrome, PanelContextProvider } from "@grafana/ui";
import { createRoot } from "react-dom/client";

import { height, place } from "./grid.js";
import { SeriesPanel } from "./series.jsx";
import { TablePanel } from "./table.jsx";

const theme = createTheme({ colors: { mode: "light" } });
const DRAWN_BY = { timeseries: SeriesPanel, table: TablePanel };

/**
 * Draw a dashboard.
 * @param {object} dashboard The dashboard, as Grafana takes it.
 * @param {object} answers By the panel's title: what its query was answered.
 * @param {{from: number, to: number, step: number}} range From when to when, in milliseconds, and how many seconds are
 *     between two values of a series.
 * @param {number} width How wide, in pixels.
 */
window.draw = (dashboard, answers, range, width) => {
    const panels = dashboard.panels.map((panel) => ({ panel, at: place(panel.gridPos, width) }));
    const page = document.querySelector("#dashboard");
    const context = { eventBus: new EventBusSrv(), eventsScope: "pictures", sync: () => 0 };
    document.body.style.cssText = `margin: 0; background: ${theme.colors.background.canvas}`;
    page.style.cssText = `position: relative; width: ${width}px; height: ${height(panels.map(({ at }) => at))}px`;
    createRoot(page).render(
        <ThemeContext.Provider value={theme}>
            <GlobalStyles />
            <PanelContextProvider value={context}>
                {panels.map(({ panel, at }) => (
                    <section
                        key={`${panel.title}`}
                        data-title={panel.title}
                        data-type={panel.type}
                        style={{ position: "absolute", ...at }}
                    >
                        {panel.type === "row" ? (
                            <h4 style={{ margin: 0, padding: 8 }}>{panel.title}</h4>
                        ) : (
                            <Panel panel={panel} at={at} answer={answers[panel.title]} range={range} />
                        )}
                    </section>
                ))}
            </PanelContextProvider>
        </ThemeContext.Provider>,
    );
};

function Panel({ panel, at, answer, range }) {
    const Drawing = DRAWN_BY[panel.type];
    return (
        <PanelChrome title={panel.title} width={at.width} height={at.height}>
            {(width, height) => (
                <Drawing panel={panel} answer={answer} range={range} theme={theme} width={width} height={height} />
            )}
        </PanelChrome>
    );
}
