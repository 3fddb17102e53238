"""What a trial answers to two of a reviewer's questions."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.review.phrases import Code, Phrase, shortened
from supaschema.review.trial_result import Trial
from supaschema.review.words import duration, number

VALIDATED = "the project's own validation finds all as declared"
_SHORT_SQL = 120
BACK = "the earlier program deployed over it leaves the database as it was"
_DIRECTIONS = {
    "wider": "Wider",
    "other": "Changed, and whether that is more or less no catalog tells",
    "narrower": "Narrower",
    "broken": "Broken",
    "frail": "Perhaps broken",
    "tried": "Tried",
}
_NOBODY: Phrase = ("Nobody: what each role may do was the same before and after, in a scratch database.",)


def access(trial: Trial) -> tuple[Phrase, ...] | None:
    """Return who gains and who loses, or None: the trial did not come to that."""
    if trial.access is None:
        return None
    return tuple((f"{_DIRECTIONS.get(each.direction, each.direction)}: {each.text}",) for each in trial.access) or (
        _NOBODY,
    )


def undone(trial: Trial) -> Phrase | None:
    """Return whether it can be undone, or None: that was not tried."""
    back = next((each for each in trial.attempts if each.what == BACK), None)
    if back is None:
        return None
    if back.passed:
        return ("Yes: the earlier program was deployed over it, and the scratch database was as before.",)
    return (f"Not as it was tried: {' '.join(back.said.split())}",)


def tried(trial: Trial) -> tuple[Phrase, ...]:
    """Return what was tried, how that went, and what nobody knows still."""
    passed = "; ".join(
        f"{each.what} ({number(round(each.seconds), 'second')})" for each in trial.attempts if each.passed
    )
    consents = ", with the consents that it needs" if trial.consented else ""
    lines = [f"Yes, in a scratch database{consents}: {passed}."] if passed else []
    lines += [
        f"It failed in a scratch database: {each.what}. {' '.join(each.said.split())}"
        for each in trial.attempts
        if not each.passed
    ]
    return (*((text,) for text in lines), *_measured(trial), *untried(trial))


def _measured(trial: Trial) -> Iterator[Phrase]:
    if not trial.measured or not trial.rows:
        return
    most = max(trial.rows.values())
    whole = sum(each.seconds for each in trial.measured)
    longest = max(trial.measured, key=lambda each: each.seconds)
    ran = f"{number(len(trial.measured), 'statement')} in {duration(whole)}"
    last = f"the longest took {duration(longest.seconds)}: "
    yield (
        f"Measured on the machine of the trial, with up to {number(most, 'made-up row')} a table: {ran}; {last}",
        *shortened((Code(" ".join(longest.sql.split())),), _SHORT_SQL),
    )


def untried(trial: Trial) -> tuple[Phrase, ...]:
    """Return what nobody knows still, a line each."""
    return tuple((f"Not tried: {each}.",) for each in trial.not_tried)
