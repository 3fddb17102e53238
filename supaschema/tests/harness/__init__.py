"""Runs the engine over pairs of databases, and looks at what came of it."""
