"""Names as SQL writes them: in quotes only where they need them, as the server's `quote_ident` has it."""

from __future__ import annotations

import re

_IN_QUOTES = re.compile(r'(?<![^.])"((?:[^"]|"")+)"(?![^.])')
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

_KEY_WORDS = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast
char character check coalesce collate collation column concurrently constraint create cross current_catalog
current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable
desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group
grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array
json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not
notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real
references returning right row select session_user setof similar smallint some substring symmetric system_user table
tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose
when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
xmlserialize xmltable
"""
KEY_WORDS = frozenset(_KEY_WORDS.split())
"""What is a key word, and no unreserved one, to some server from 15 to 18: `pg_get_keywords` where catcode is not U."""


def quoted(*parts: str) -> str:
    """Return a name of one or more parts as SQL writes it: `public."Order"`."""
    return ".".join(map(_quoted, parts))


def in_quotes(name: str) -> str:
    """Return a name in quotes, as SQL writes it where it needs them: `"own ""first"" rows"`."""
    return '"' + name.replace('"', '""') + '"'


def unquoted(text: str) -> str:
    """Return a name without the quotes of its parts: `public.Order`; what has none is a name as it is."""
    return _IN_QUOTES.sub(lambda match: match[1].replace('""', '"'), text)


def _quoted(name: str) -> str:
    if _PLAIN.fullmatch(name) and name not in KEY_WORDS:
        return name
    return in_quotes(name)
