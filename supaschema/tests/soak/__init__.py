"""Makes up pairs of databases, the one being the other after some edits, and sends the engine there and back."""
