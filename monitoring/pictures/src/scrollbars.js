// The package has its component as `exports.default`, which @grafana/ui's modules would import with all else around it.
export { Scrollbars as default } from "../node_modules/react-custom-scrollbars-2/lib/index.js";
