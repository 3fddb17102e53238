"""Schemas that a definition's texts name: a guess, for words are matched, not parsed. Names no kind."""

from __future__ import annotations

import re

import msgspec

from supaschema.core.model import Definition

QUALIFIED = re.compile(r"([^\W\d][\w$]*)\"?\.\"?([^\W\d][\w$]*)")
"""A name with its schema, as it stands in SQL text."""


def text_of(definition: Definition) -> str:
    """Return all that a definition says, as one text."""
    return msgspec.json.encode(definition).decode().replace('\\"', '"')


def schemas_named(definition: Definition) -> frozenset[str]:
    """Return what stands before a dot in a definition's texts: schemas, and what looks like them."""
    return frozenset(schema for schema, _ in QUALIFIED.findall(text_of(definition)))
