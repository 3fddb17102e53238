"""A database's structure as its server's own `pg_dump` tells it, in pieces that can be compared in any order."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from supaschema.supabase.platform import PLATFORM_SCHEMAS

WATCH_SCHEMA = "corpus_watch"
"""The schema in which a run is watched."""

_HEAD = re.compile(r"^--\n-- Name: (?P<label>.*)\n--\n", re.MULTILINE)
_TABLE = re.compile(r"(?P<head>CREATE (?:UNLOGGED )?TABLE [^\n]*\()\n(?P<body>.*)\n(?P<tail>\)[^;]*;)", re.DOTALL)
_CONSTANT = r"'(?:[^']|'')*'::character varying(?:\(\d+\))?"
_CONSTANTS = re.compile(rf"\(ARRAY\[(?P<items>{_CONSTANT}(?:, {_CONSTANT})*)\]\)::text\[\]")
_NOISE = re.compile(r"^(SET default_\w+ = .*;|)$")


def dump(binaries: Path, url: str) -> Mapping[str, str]:
    """Return what `pg_dump` writes of a database's structure, by the heading of each piece.

    A heading holds name, type, schema and owner. Platform and ledger are left out. The order of pieces, of grants on
    one object and of a table's columns does not count: no statement can change the last.

    Args:
        binaries: The folder with the server's own programs.
        url: The database, as superuser.

    Raises:
        subprocess.CalledProcessError: `pg_dump` fails.

    """
    left_out = [f"--exclude-schema={name}" for name in (*PLATFORM_SCHEMAS, WATCH_SCHEMA) if name[:3] != "inf"]
    command = [str(binaries / "pg_dump"), "--schema-only", "--restrict-key=corpus", *left_out, url]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return _pieces(done.stdout)


def _pieces(text: str) -> dict[str, str]:
    # What precedes the first heading is settings.
    _, *parts = _HEAD.split(text)
    pieces: dict[str, list[str]] = {}
    for label, body in zip(parts[::2], parts[1::2], strict=True):
        pieces.setdefault(label, []).append(_normal(label, body))
    return {label: "\n".join(sorted(bodies)) for label, bodies in pieces.items()}


def _normal(label: str, body: str) -> str:
    body = body.partition("\n--\n-- PostgreSQL database dump complete")[0]
    if "; Type: ACL;" in label or "; Type: DEFAULT ACL;" in label:
        return "\n".join(sorted(line for line in body.splitlines() if line))
    lines = body.strip().splitlines()
    while lines and _NOISE.match(lines[-1]):
        lines.pop()
    text = _CONSTANTS.sub(_one_by_one, "\n".join(lines))
    return _TABLE.sub(_sorted_columns, text) if "; Type: TABLE;" in label else text


def _one_by_one(found: re.Match[str]) -> str:
    # What the server makes of its own text when it reads that again: a cast of an array is one of each item.
    items = re.sub(_CONSTANT, lambda item: f"({item[0]})::text", found["items"])
    return f"ARRAY[{items}]"


def _sorted_columns(found: re.Match[str]) -> str:
    lines = sorted(line.rstrip(",") for line in found["body"].splitlines())
    return "\n".join((found["head"], *lines, found["tail"]))


def differences(wanted: Mapping[str, str], found: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Return how a dump differs from the wanted one, one line a piece.

    Args:
        wanted: Of the database that was made directly.
        found: Of the database that was changed.
        before: Of that database before; what both it and the wanted one have must not be lost on the way.

    """
    lines = []
    for label in sorted({*wanted, *found}):
        want, have = wanted.get(label), found.get(label)
        if want == have:
            continue
        if have is None:
            lines.append(f"{'lost' if before.get(label) == want else 'missing'}: {label}")
        elif want is None:
            lines.append(f"too much: {label}")
        else:
            undone = " (it was right before)" if before.get(label) == want else ""
            lines.append(f"differs: {label}{undone}\n    wanted: {_short(want)}\n    found:  {_short(have)}")
    return lines


def _short(text: str) -> str:
    return " ".join(text.split())[:600]
