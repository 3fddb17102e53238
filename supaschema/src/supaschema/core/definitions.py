"""Definitions out of the texts of JSON in which the server gives them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from supaschema.core.model import Definition


class Definitions:
    """Reads definitions. Of those of one text there is one: thousands of columns are alike, and nobody changes one."""

    def __init__(self, classes: Mapping[str, type[Definition]]) -> None:
        """Take the class of each kind's definitions, by the kind's name."""
        self._decoders = {kind: msgspec.json.Decoder(known) for kind, known in classes.items()}
        self._read: dict[tuple[str, str], Definition] = {}

    def definition(self, kind: str, text: str) -> Definition:
        """Return what a text says of an object of a kind.

        Raises:
            msgspec.ValidationError: It is no definition of this kind.

        """
        found = self._read.get((kind, text))
        if found is None:
            found = self._read[kind, text] = self._decoders[kind].decode(text)
        return found
