"""The connection: its settings, how it is opened, and what the server says when it refuses."""
