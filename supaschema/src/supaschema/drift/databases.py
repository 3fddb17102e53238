"""A list of databases that are swept in one run.

A file of TOML, without a password in it:

    [[database]]
    name = "acme"                                      # by which it is told
    variable = "ACME_DATABASE_URL"                     # the environment variable that holds its URL
    accepted = "acme.json"                             # optional: what is accepted there, beside this file

    [[database]]
    name = "globex"
    url = "postgresql://schema_auditor@db.example.org/app"   # or the URL itself: ~/.pgpass has the password
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supaschema.core.errors import ConnectionRefused, DeclarationError
from supaschema.database.dsn import holds_secret

_KEYS = {"name", "url", "variable", "accepted"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A database of the list.

    Attributes:
        name: By which it is told.
        url: How it is reached; None: the variable that is to hold it is not set.
        why: Why there is no URL.
        accepted: The file of what is accepted there.

    """

    name: str
    url: str | None = field(repr=False)
    why: str = ""
    accepted: Path | None = None


def read(path: Path) -> tuple[Listed, ...]:
    """Return the databases of a file.

    Raises:
        DeclarationError: It cannot be read, or a database is named in no way that this knows.

    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DeclarationError(f"{path} cannot be read: {error.strerror}.", remedy="Name a list.") from None
    except (ValueError, RecursionError):
        # What is wrong repeats the line, and that may be a URL.
        raise DeclarationError(f"{path} is no TOML.", remedy="Write [[database]] before each database.") from None
    listed = value.get("database", [])
    are_tables = isinstance(listed, list) and all(isinstance(each, dict) for each in listed)
    if set(value) - {"database"} or not are_tables or not listed:
        what = f"{path} does not list databases, and these alone."
        raise DeclarationError(what, remedy="Write [[database]] before each database.")
    found = tuple(_listed(path, number, each) for number, each in enumerate(listed, 1))
    twice = [name for name, count in Counter(each.name for each in found).items() if count > 1]
    if twice:
        what = f"{path} has two databases of the name {twice[0]}."
        raise DeclarationError(what, remedy="Give each a name of its own.")
    return found


def _listed(path: Path, number: int, value: Mapping[str, Any]) -> Listed:
    def refused(what: str, remedy: str) -> DeclarationError:
        return DeclarationError(f"{path}: database {number} {what}.", remedy=remedy)

    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise refused("has what none has", f"A database has {', '.join(sorted(_KEYS))}.")
    if not all(isinstance(each, str) and each.strip() for each in value.values()) or "name" not in value:
        raise refused("lacks a name, or has what is no text", "Give each a name, and a variable or a URL.")
    if ("url" in value) == ("variable" in value):
        raise refused("has not one of url and variable", "Name the variable that holds its URL, or write the URL.")
    beside = path.parent / value["accepted"] if "accepted" in value else None
    if "variable" in value:
        url = os.environ.get(value["variable"]) or None
        return Listed(value["name"], url, "" if url else f"the variable {value['variable']} is not set", beside)
    try:
        is_secret = holds_secret(value["url"])
    except ConnectionRefused:
        raise refused("has a url that is none", "Write postgresql://user@host:5432/database.") from None
    if is_secret:
        remedy = "Leave the password to ~/.pgpass, or name the variable that holds the URL."
        raise refused("has a url with a password in it", remedy)
    return Listed(value["name"], value["url"], accepted=beside)
