"""The state of a stack on one screen, as JSON, or as a page."""
