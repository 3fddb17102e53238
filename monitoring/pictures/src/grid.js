// Grafana's grid: 24 columns; a row is 30 pixels high, with 8 between.
const COLUMNS = 24;
const ROW = 30;
const GAP = 8;

/** Where a panel stands, in pixels. */
export const place = ({ x, y, w, h }, width) => {
    const column = (width - GAP) / COLUMNS;
    return {
        left: GAP + x * column,
        top: GAP + y * (ROW + GAP),
        width: w * column - GAP,
        height: h * (ROW + GAP) - GAP,
    };
};

/** How high the page is on which these stand. */
export const height = (places) => GAP + Math.max(...places.map(({ top, height: own }) => top + own));
