"""What would come of a change, in a sentence: what is bold, and the rest."""

from __future__ import annotations

from supaschema.core.model import Hazard
from supaschema.review.model import StackReport, Verdict
from supaschema.review.phrases import Code, Phrase, at_most, listed

_NAMED = 3
"""How many consents are named; of more, it is told how many there are."""
_NEED_CONSENT = tuple(hazard for hazard in Hazard if hazard.needs_consent)
_TITLES = {
    Verdict.FAILS: ("The preview fails",),
    Verdict.TRIAL_FAILED: ("It failed when it was tried",),
    Verdict.STALE: ("It is stale",),
    Verdict.REFUSED: (Code("pulumi up"), " refuses this"),
    Verdict.UNKNOWN: ("Not all of it is known yet",),
    Verdict.APPLIES: ("Ready to apply",),
    Verdict.EMPTY: ("Nothing changes",),
}
_RESTS: dict[Verdict, Phrase] = {
    Verdict.FAILS: (", and so would ", Code("pulumi up"), "."),
    Verdict.TRIAL_FAILED: (" in a scratch database, see below.",),
    Verdict.STALE: (": the database has changed since the snapshot was taken. Make it again, of a newer snapshot.",),
    Verdict.REFUSED: (": it needs consent, see below.",),
    Verdict.UNKNOWN: (": what is not planned below depends on what is deployed first.",),
    Verdict.EMPTY: (" in the database.",),
}
UNANSWERED: Phrase = (
    "What would change, by which SQL, with which locks, and what that means for access, data and a way back, is not ",
    "known: the preview ended before it had a plan. A preview only reads, so the database is as it was.",
)
"""Where there is no plan at all: instead of the answers."""
_ONCE_CONSENTED: Phrase = (": it needs consent, see below. It applies once consented: that was tried.",)
SIGNS = {
    Verdict.FAILS: "❌",
    Verdict.TRIAL_FAILED: "❌",
    Verdict.STALE: "⌛",
    Verdict.REFUSED: "🛑",
    Verdict.UNKNOWN: "❔",
    Verdict.APPLIES: "✅",
    Verdict.EMPTY: "⚪",
}


def title(verdict: Verdict) -> Phrase:
    """Return what comes of it in a few words."""
    return _TITLES[verdict]


def rest(stack: StackReport) -> Phrase:
    """Return how the sentence goes on that `title` begins."""
    if stack.verdict is Verdict.REFUSED and stack.trial is not None and stack.trial.consented:
        return _ONCE_CONSENTED
    return _RESTS[stack.verdict] if stack.verdict in _RESTS else _consents(stack)


def _consents(stack: StackReport) -> Phrase:
    """Return by which consents it applies, and what rows that are not here may say to it."""
    given = dict.fromkeys((risk.hazard, change.name) for change, risk in stack.risks() if risk.consented)
    named = listed(at_most([(Code(hazard), " of ", Code(name)) for hazard, name in given], _NAMED, "more"))
    more = [f"whether it needs {'more ' if given else ''}consent"] if _is_doubted(stack) else []
    # A report of the database itself has asked them.
    more += ["whether rows forbid it"] if stack.trial and any(change.asked for change in stack.changes) else []
    said: Phrase = (": the stack consents to ", *named) if given else ()
    if not given and not _is_doubted(stack):
        said = (": nothing in it needs consent",)
    if said and any(True for _ in stack.risks(Hazard.AUTHZ_UPDATE)):
        said = (*said, ", but it changes who may do what")
    if not more:
        return (*said, ".")
    return (*said, "; " if said else ": ", f"{' and '.join(more)}, rows tell that are not here, see below.")


def _is_doubted(stack: StackReport) -> bool:
    return any(not risk.consented for _, risk in stack.risks(*_NEED_CONSENT))
