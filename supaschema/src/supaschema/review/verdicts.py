"""What would come of a change, in a sentence: what is bold, and the rest."""

from __future__ import annotations

from supaschema.review.model import Verdict

VERDICTS = {
    Verdict.FAILS: ("The preview fails", ", and so would `pulumi up`."),
    Verdict.TRIAL_FAILED: ("It failed when it was tried", " in a scratch database, see below."),
    Verdict.STALE: ("It is stale", ": the database has changed since its snapshot was taken. Make it of a newer one."),
    Verdict.REFUSED: ("`pulumi up` refuses this", ": it needs consent, see below."),
    Verdict.UNKNOWN: ("Not all of it is known yet", ": what is not planned below depends on what is deployed first."),
    Verdict.APPLIES: ("It applies", ": nothing in it needs consent."),
    Verdict.EMPTY: ("Nothing changes", " in the database."),
}
SIGNS = {
    Verdict.FAILS: "❌",
    Verdict.TRIAL_FAILED: "❌",
    Verdict.STALE: "⌛",
    Verdict.REFUSED: "🛑",
    Verdict.UNKNOWN: "❔",
    Verdict.APPLIES: "✅",
    Verdict.EMPTY: "⚪",
}
