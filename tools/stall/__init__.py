"""How long people wait while a schema changes: the engine's way, and that of one plain script."""
