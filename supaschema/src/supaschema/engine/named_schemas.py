"""Schemas that a definition's texts name: a guess, for words are matched, not parsed. Names no kind."""

from __future__ import annotations

import re

import msgspec

from supaschema.core.model import Definition
from supaschema.core.named_in_texts import qualified_names

_ESCAPED = re.compile(r"\\[bfnrt]")
"""How JSON writes white space: its letter is none of the word that follows."""


def text_of(definition: Definition) -> str:
    """Return all that a definition says, as one text."""
    return _ESCAPED.sub(" ", msgspec.json.encode(definition).decode()).replace('\\"', '"')


def schemas_named(definition: Definition) -> frozenset[str]:
    """Return what stands before a dot in a definition's texts: schemas, and what looks like them."""
    return frozenset(schema for schema, _ in qualified_names(text_of(definition)))
