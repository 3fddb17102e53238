"""Everybody tries everything, and what came of it in lines: by object, by what was tried, a word for each session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from tests.access import discovered
from tests.access.people import SURVEYED
from tests.access.planted import SECRET
from tests.access.relations import WRITTEN, Relation, column_trials, whole_trials
from tests.access.routines import CALLS, call_trials
from tests.access.storage import BUCKETS, file_trials
from tests.access.trials import Outcomes, Trial, Word, run
from tests.support.sessions import Connection

Words = tuple[Word, ...]
"""What came of a trial, for each session of `SURVEYED`."""
Lines = dict[str, dict[str, Words]]
"""By object and by what was tried."""

SCHEMAS = "schemas"
_CREATIONS = tuple(
    Trial(SCHEMAS, f"{schema}: make a table", sql.SQL("create table {} ()").format(sql.Identifier(schema, "probe")))
    for schema in discovered.SCHEMAS
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found.

    Attributes:
        lines: All that was tried.
        told: Who was told a planted secret: names of sessions, each with what told them.
        untried: What the catalog shows and nobody has said how to try.

    """

    lines: Lines
    told: Mapping[str, tuple[str, ...]]
    untried: tuple[str, ...]


def survey(connection: Connection) -> Survey:
    """Let everybody try everything that the catalog shows. Take an idle connection of role `postgres`."""
    relations = discovered.relations(connection, discovered.SCHEMAS)
    functions = discovered.names(connection, "functions")
    updatable = set(discovered.names(connection, "updatable"))
    columns = {relation.name: _column_trials(relation, updatable) for relation in relations}
    whole = [
        *(trial for relation in relations for trial in whole_trials(relation)),
        *(trial for name in dict.fromkeys(functions) for trial in call_trials(name)),
        *(trial for bucket in BUCKETS for trial in file_trials(bucket)),
        *_CREATIONS,
    ]
    ledger = _ledger_trials(connection)
    by_column = [*(trial for verbs in columns.values() for trials in verbs.values() for trial in trials)]
    outcomes = run(connection, SURVEYED, [*by_column, *whole, *ledger])
    lines: Lines = {}
    for relation in relations:
        lines[relation.name] = _column_lines(relation, columns[relation.name], outcomes)
    for trial in whole:
        lines.setdefault(trial.subject, {})[trial.verb] = _words(trial, outcomes)
    lines[SCHEMAS] |= _ledger_lines(ledger, outcomes)
    return Survey(
        lines, _told(outcomes), tuple(_untried(updatable, functions, discovered.names(connection, "sequences")))
    )


def _untried(updatable: set[str], functions: Sequence[str], sequences: Sequence[str]) -> Iterator[str]:
    yield from sorted(updatable - set(WRITTEN))
    yield from sequences
    for name, count in Counter(functions).items():
        # A call says nothing of another function of the same name.
        if name not in CALLS or count > 1:
            yield name


def _column_trials(relation: Relation, updatable: set[str]) -> Mapping[str, tuple[Trial, ...]]:
    verbs = ("select", "insert", "update") if relation.name in updatable else ("select",)
    return {verb: column_trials(relation, verb) for verb in verbs}


def _ledger_trials(connection: Connection) -> list[Trial]:
    return [
        Trial(SCHEMAS, relation.name, sql.SQL("select from {}").format(relation.sql))
        for relation in discovered.relations(connection, discovered.LEDGER)
    ]


def _ledger_lines(trials: Sequence[Trial], outcomes: Outcomes) -> dict[str, Words]:
    """Return a line for each schema of the ledger, whatever tables it has: what counts is that nobody gets in."""
    lines: dict[str, Words] = {}
    for trial in trials:
        verb = f"{trial.verb.partition('.')[0]}: read any table"
        words = _words(trial, outcomes)
        pairs = zip(lines.get(verb, words), words, strict=True)
        lines[verb] = tuple(before if word is Word.REFUSED else word for before, word in pairs)
    return lines


def _words(trial: Trial, outcomes: Outcomes) -> Words:
    return tuple(outcomes[session.name, trial.subject, trial.verb].word for session in SURVEYED)


def _column_lines(relation: Relation, trials: Mapping[str, Sequence[Trial]], outcomes: Outcomes) -> dict[str, Words]:
    """Return a line for SELECT, and one for each group of columns that differ from most."""
    lines: dict[str, Words] = {}
    for verb, tried in trials.items():
        groups: dict[Words, list[str]] = {}
        for column, trial in zip(relation.columns, tried, strict=True):
            groups.setdefault(_words(trial, outcomes), []).append(column)
        usual, *others = sorted(groups, key=lambda words: -len(groups[words]))
        if verb == "select":
            lines[verb] = usual
        for words in others:
            lines[f"{verb} {', '.join(groups[words])}"] = words
    return lines


def _told(outcomes: Outcomes) -> Mapping[str, tuple[str, ...]]:
    told: dict[str, tuple[str, ...]] = {}
    for (name, subject, verb), outcome in outcomes.items():
        if SECRET in outcome.said:
            told[name] = (*told.get(name, ()), f"{subject}: {verb}")
    return told
