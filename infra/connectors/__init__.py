"""The connector system, declared: one module per area, each a pure function from settings to declarations."""
