"""The page `docs/access.md`: what came of the trials, as tables to read."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from tests.access.people import SURVEYED
from tests.access.storage import BUCKETS
from tests.access.survey import SCHEMAS, Lines, Words

_HEAD = """\
# Who may do what

Made by `tests/integration/test_access.py`: every session below tried every statement in a deployed database, as the API
sends it (role, claims, one transaction), and the tables say what came of it. The test fails where this page says
something else. The page is the same on PostgreSQL 15, 17 and 18, and for both default privileges that Supabase
projects have; `pytest tests/integration/test_access.py --write-docs` writes it anew.

| session | is |
|---|---|
| anon | nobody signed in |
| stranger | signed in with a token whose `sub` is no uuid and no member's |
| reader, contributor, admin, owner | members of organization 1 who sign in with a uuid |
| reader by text, admin by text | members of organization 1 whose `sub` is no uuid |
| other org's owner | the owner of organization 2: for them its rows are the own ones |
| service_role | the application's services; organization 1 counts as theirs |
| connector_monitor | the [login](machine-roles.md) that dashboards, alerts and `make status` ask by |

| word | means |
|---|---|
| refused | by a privilege or a policy (SQLSTATE 42501) |
| nothing | allowed, but there is no row that the session may touch |
| own org, other org, all | reaches all rows of the own organization, of the other one, of both |
| yes | done |
| not found | an error that says the thing does not exist |
| error | another error, which says what is wrong |

Sessions that got the same everywhere share a column. Each column of a table was tried on its own: those that differ
from the rest of their table have a line of their own. Statements went without a condition, so the rows they reached are
the rows they may reach.
"""
_TABLES = """\
A condition or an order on a secret column reads it, so it is refused as well; `select *` too. Where a row breaks a
rule, the error does not show the row to members.
"""
_QUEUE = """\
`jobs` gets two columns, `org_id` and `run_after`. The application has no row level security on it and grants it to
everybody. The stack does not change that: enable it where the API exposes schema `public`.
"""
_SECTIONS = (
    (
        "Tables",
        _TABLES,
        (
            "public.connector_configs",
            "public.imported_documents",
            "public.connector_sync_logs",
            "public.connector_webhook_events",
            "public.file_upload_batches",
            "public.connector_actions",
            "private.webhook_rate_counters",
            "private.queue_turns",
        ),
    ),
    ("The application's own queue", _QUEUE, ("public.jobs",)),
)
_VIEWS = "Views run with their reader's rights. Only `webhook_events` can be written to."
_FUNCTIONS = {
    "public": "Functions of the API",
    "private": "Functions that the API does not expose",
}
_STORAGE = """\
By the first folder of the path, which is the organization's id. A path with `..`, however it is
spelt (encoded, with backslashes), is for the services alone. Nor does a member upload, or rename a file to, a path with
a backslash, a control character, or a folder or file without a name.
"""
_SCHEMAS = "The ledger and its archive hold what drops archived, so no session reads them."


def render(lines: Lines) -> str:
    """Return the page."""
    columns = _columns(lines)
    table = functools.partial(_table, columns)
    parts = [_HEAD]
    for title, text, subjects in _SECTIONS:
        parts.append(f"## {title}\n\n{text}")
        parts += [f"### {_plain(subject)}\n\n{table(lines[subject])}" for subject in subjects]
    told = {subject for _, _, subjects in _SECTIONS for subject in subjects} | {*BUCKETS, SCHEMAS}
    views = [name for name, verbs in lines.items() if name not in told and "select" in verbs]
    parts.append(f"## Views\n\n{_VIEWS}\n\n{table(_rows(lines, views))}")
    for schema, title in _FUNCTIONS.items():
        names = [name for name in lines if name.startswith(f"{schema}.") and name not in {*told, *views}]
        parts.append(f"## {title}\n\n{table(_rows(lines, names))}")
    parts.append(f"## Files\n\n{_STORAGE}")
    parts += [f"### {bucket}\n\n{table(lines[bucket])}" for bucket in BUCKETS]
    parts.append(f"## Schemas\n\n{_SCHEMAS}\n\n{table(lines[SCHEMAS])}")
    return "\n".join(parts)


def _columns(lines: Lines) -> Mapping[str, int]:
    """Return, by heading, the session whose words a column has; sessions that got the same everywhere share one."""
    every = [words for verbs in lines.values() for words in verbs.values()]
    alike: dict[Words, list[int]] = {}
    for index in range(len(SURVEYED)):
        alike.setdefault(tuple(words[index] for words in every), []).append(index)
    return {", ".join(SURVEYED[index].name for index in indices): indices[0] for indices in alike.values()}


def _plain(name: str) -> str:
    return name.removeprefix("public.")


def _rows(lines: Lines, names: Sequence[str]) -> Mapping[str, Words]:
    """Return the lines of several objects under one another, each with its object's name."""
    return {
        f"{_plain(name)}{': ' if what else ''}{what}": words for name in names for what, words in lines[name].items()
    }


def _table(columns: Mapping[str, int], lines: Mapping[str, Words]) -> str:
    rows = [["", *columns], ["---"] * (len(columns) + 1)]
    rows += [[verb, *(words[index] for index in columns.values())] for verb, words in lines.items()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
