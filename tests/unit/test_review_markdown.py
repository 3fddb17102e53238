"""A report as Markdown: the seven answers in the first screen, always short enough, nothing of a name in its markup."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from supaschema.core.plan_record import Difference, Named, PlanRecord, Risk, Size, Step, TakenLock
from supaschema.review.answers import Answer, answers, overwritten
from supaschema.review.markdown import FIRST_SCREEN, LIMIT, markdown
from supaschema.review.model import Change, Operation, Problem, Report, StackReport, Verdict
from supaschema.review.phrases import Phrase
from supaschema.review.trial_result import Access, Attempt, Measured, Trial
from tests.support.golden import golden

QUESTIONS = (
    "What changes?",
    "Which SQL?",
    "Which locks?",
    "Who gains or loses access?",
    "What happens to data?",
    "Can it be undone?",
    "Has it been tried?",
)
HOLDS = Risk(hazard="TAKES_DATA_OUT_OF_USE", sentence="Column public.jobs.note holds 7 values.", refused=True)
POLICY = Risk(hazard="AUTHZ_UPDATE", sentence='More rows may be open, by policy "read <all>".', refused=False)


def urn(name: str, type: str = "Table") -> str:
    return f"urn:pulumi:staging::app::supaschema:index:{type}::{name}"


def step(text: str, *risks: Risk, phase: str = "structure", mode: str = "transaction") -> Step:
    lock = TakenLock(relation="public.jobs", mode="ACCESS EXCLUSIVE", scans=False, rewrites=False)
    about = Named(kind="column", name=("public", "jobs", "note"))
    return Step(sql=text, mode=mode, phase=phase, about=about, locks=(lock,), hazards=risks)


def change(name: str, *steps: Step, operation: Operation = Operation.UPDATE) -> Change:
    old = {"type": "text", "comment": "as it was"}
    differences = (
        Difference(object=Named(kind="column", name=("public", "jobs", "note")), old=old, new=None),
        Difference(
            object=Named(kind="view", name=("public", "v")),
            old={"query": "select 1\nas a"},
            new={"query": "select 2\nas a"},
        ),
    )
    plan = PlanRecord(
        urn=urn(name),
        verb="update",
        differences=differences,
        steps=steps,
        notes=("It is taken over as it is.",),
        relations={"public.jobs": Size(rows=1200, bytes=3_500_000, reads=7, writes=1)},
    )
    return Change(urn=urn(name), operation=operation, plan=plan)


def stack(*changes: Change, problems: tuple[Problem, ...] = ()) -> StackReport:
    return StackReport(stack="staging", changes=changes, problems=problems, unchanged=3)


def told(*stacks: StackReport) -> str:
    return markdown(Report(stacks=stacks))


def test_a_change_is_told_as_it_was():
    copy = step("insert into supaschema_archive.column_values select 1", HOLDS, phase="copy", mode="own transaction")
    found = told(stack(change("jobs", copy, step("alter table public.jobs drop column note", POLICY))))

    golden(Path(__file__).parent / "golden" / "review" / "column_dropped.markdown", found)


def test_the_seven_answers_stand_in_the_first_screen():
    many = [change(f"t{number}", step(f"select {number}", HOLDS, POLICY)) for number in range(40)]
    head = told(stack(*many)).partition("<details>")[0]

    assert all(f"**{question}**" in head for question in QUESTIONS)
    assert len(head.partition("To consent")[0].splitlines()) <= FIRST_SCREEN


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (stack(), Verdict.EMPTY),
        (stack(change("jobs", step("select 1", POLICY))), Verdict.APPLIES),
        (stack(change("jobs", step("select 1", HOLDS))), Verdict.REFUSED),
        (stack(Change(urn=urn("jobs"), operation=Operation.CREATE, plan=None)), Verdict.UNKNOWN),
        (stack(problems=(Problem(urn=None, message="no such table"),)), Verdict.FAILS),
    ],
)
def test_what_comes_of_it(report, verdict):
    assert report.verdict is verdict


def test_where_it_applies_the_headline_names_the_consents_that_are_given():
    given = msgspec.structs.replace(HOLDS, refused=False, consented=True)
    found = told(stack(change("jobs", step("select 1", given, POLICY)), change("notes", step("select 2", given))))
    consents = "the stack consents to `TAKES_DATA_OUT_OF_USE` of `jobs`, `TAKES_DATA_OUT_OF_USE` of `notes`"
    assert f"**Ready to apply**: {consents}, but it changes who may do what.\n" in found


def test_what_may_need_consent_is_not_said_to_need_none():
    doubted = msgspec.structs.replace(HOLDS, refused=False)
    found = told(stack(change("jobs", step("select 1", doubted))))
    assert "**Ready to apply**: whether it needs consent, rows tell that are not here" in found


def test_what_rows_may_forbid_is_not_said_to_be_certain_without_them():
    jobs = change("jobs", step("select 1", POLICY))
    assert jobs.plan is not None
    asked = msgspec.structs.replace(jobs, plan=msgspec.structs.replace(jobs.plan, asked=("rows of it hold NULL",)))
    of_rows = stack(asked)
    without = msgspec.structs.replace(of_rows, trial=Trial(attempts=(), access=None, not_tried=()))
    said = "nothing in it needs consent, but it changes who may do what"
    assert f"**Ready to apply**: {said}.\n" in told(of_rows)
    assert f"{said}; whether rows forbid it, rows tell that are not here" in told(without)


def test_a_trial_answers_who_may_do_what_and_whether_it_was_tried():
    done = Trial(
        attempts=(Attempt(what="pulumi up", passed=True, seconds=6.2),),
        access=(Access(direction="wider", text="anon: select on table public.<b>"),),
        not_tried=("the way back",),
    )
    report = msgspec.structs.replace(stack(change("jobs", step("select 1", POLICY))), trial=done)
    found = told(report)

    assert report.verdict is Verdict.APPLIES
    assert "**Who gains or loses access?** Wider: anon: select on table public.&lt;b&gt;" in found
    assert "Yes, in a scratch database: pulumi up (6 seconds).<br>Not tried: the way back." in found


def test_what_was_measured_stands_beside_each_statement_and_sets_no_stacks_apart() -> None:
    def tried(name: str, seconds: float) -> StackReport:
        measured = (Measured(sql="select 1", seconds=seconds), Measured(sql="select 2", seconds=0.00004))
        trial = Trial(attempts=(), access=None, not_tried=(), rows={"public.jobs": 9_000}, measured=measured)
        steps = (step("select 1", POLICY), step("select 2"))
        return msgspec.structs.replace(stack(change("jobs", *steps)), stack=name, trial=trial)

    found = told(tried("a", 1.234), tried("b", 2.5))
    assert "select 1; -- 1.2 s\nselect 2; -- less than 1 ms\n" in found
    assert "### Schema of `a` and `b`" in found
    assert "with up to 9,000 made-up rows a table: 2 statements in 1.2 s; the longest took 1.2 s: `select 1`" in found


@pytest.mark.parametrize(("lines", "text"), [(5_000, "public.t{}"), (300, "<&>" * 900 + "{}")])
def test_a_trial_that_tells_very_much_leaves_room_for_the_changes(lines: int, text: str) -> None:
    done = Trial(
        attempts=(Attempt(what="pulumi up", passed=True, seconds=6),),
        access=tuple(Access(direction="wider", text=text.format(place)) for place in range(lines)),
        not_tried=tuple(f"the rows of {text.format(place)}" for place in range(lines)),
    )
    jobs = change("jobs", step("select 1", POLICY))
    found = told(msgspec.structs.replace(stack(jobs), trial=done))

    assert len(found) <= LIMIT
    assert re.search(r"and \d+ more, below", found)
    assert "Yes, in a scratch database: pulumi up (6 seconds)." in found
    assert "<code>jobs</code>" in found
    assert found.endswith("Who gains or loses access, Has it been tried\n")


def test_what_the_first_screen_counts_of_a_trial_is_folded_below_it() -> None:
    done = Trial(attempts=(), access=None, not_tried=tuple(f"table t{place}" for place in range(9)))
    found = told(msgspec.structs.replace(stack(change("jobs", step("select 1", POLICY))), trial=done))

    assert "- Not tried: table t8." in found


def test_a_trial_that_failed_is_told_first():
    said = "no\nsuch *role*"
    done = Trial(attempts=(Attempt(what="pulumi up", passed=False, seconds=1, said=said),), access=None, not_tried=())
    report = msgspec.structs.replace(stack(change("jobs", step("select 1", POLICY))), trial=done)
    found = told(report)

    assert report.verdict is Verdict.TRIAL_FAILED
    assert "**It failed when it was tried**" in found
    assert "It failed in a scratch database: pulumi up. no such \\*role\\*" in found
    assert "**Who gains or loses access?** More rows" in found


def test_a_failure_is_told_in_its_words_and_does_nothing():
    found = told(stack(problems=(Problem(urn=urn("jobs"), message="no <b>table</b>\n  [x](y)"),)))

    assert "no &lt;b&gt;table&lt;/b&gt; \\[x\\](y)" in found


def test_it_is_always_short_enough_and_says_what_it_leaves_out():
    many = [change(f"t{number}", *(step("select 1 -- " + "x" * 900) for _ in range(9))) for number in range(300)]
    found = told(stack(*many))

    assert len(found) <= LIMIT
    assert "Left out here" in found
    assert any("no room for all of it" in row for row in found.split("\n")[:FIRST_SCREEN])
    assert "no room for all of it" not in told(stack(many[0]))
    assert "**Has it been tried?**" in found


def test_names_too_many_to_be_listed_are_left_out_at_last():
    many = [change("n" * 500 + str(number), step("select 1")) for number in range(300)]

    assert len(told(stack(*many))) <= LIMIT


def test_it_is_the_same_for_the_same_change():
    report = Report(stacks=(stack(change("jobs", step("select 1", POLICY))),))
    again = msgspec.json.decode(msgspec.json.encode(report), type=Report)

    assert markdown(again) == markdown(report)


def test_a_consent_is_written_as_the_stack_takes_it():
    found = told(stack(change('odd ``` "name"', step("select 1", HOLDS))))

    assert '- {hazard: TAKES_DATA_OUT_OF_USE, resource: "odd \\u0060\\u0060\\u0060 \\"name\\""}' in found


def test_a_type_of_another_provider_and_a_name_do_nothing():
    other = Change(urn="urn:pulumi:s::p::own:index/<b>@team</b>:It::a\u202e\x9b", operation=Operation.CREATE, plan=None)
    refused = change("a\u202e\x9b", step("select 1", HOLDS))

    for text in (told(stack(other)), told(stack(*[other] * 20)), told(stack(refused))):
        assert "<b>" not in text
        assert "@t" not in text.partition("<details>")[0]
        assert "\u202e" not in text
    assert Report(stacks=(stack(other, refused),)).json().isascii()


def granted(role: str) -> dict[str, object]:
    return {"entries": [{"grantee": role, "privileges": ["SELECT"]}]}


@pytest.mark.parametrize(
    ("name", "old", "new", "signs"),
    [
        ("p\n-   using: true\n+   using: false", {"using": "false"}, {"using": "true"}, " -+"),
        ("p", None, granted("a\n-   entries: no more"), "+++"),
        ("p", granted("a"), granted("a\n+   entries: the same"), "  -+"),
    ],
)
def test_no_name_makes_a_line_of_what_differs(
    name: str, old: dict[str, object] | None, new: dict[str, object], signs: str
):
    found = change("jobs")
    assert found.plan
    item = Difference(object=Named(kind="policy", name=("public", "jobs", name)), old=old, new=new)
    plan = msgspec.structs.replace(found.plan, differences=(item,))
    said = markdown(Report(stacks=(stack(msgspec.structs.replace(found, plan=plan)),)))
    block = said.partition("```diff\n")[2].partition("\n```")[0]

    assert "".join(each[0] for each in block.split("\n")) == signs


def named(report: StackReport, name: str) -> StackReport:
    return msgspec.structs.replace(report, stack=name)


def test_stacks_to_which_the_same_is_done_are_told_once():
    same = stack(change("jobs", step("select 1", POLICY)))
    found = told(named(same, "staging"), named(same, "production"), named(stack(), "spare"))

    assert found.startswith("### Schema of 3 stacks\n\n| stack |")
    assert "| `production` | ✅ Ready to apply | 1 | 1 |" in found
    assert "| `spare` | ⚪ Nothing changes | 0 | 0 |" in found
    assert "### Schema of `staging` and `production`" in found
    assert found.count("<details><summary>~ Table <code>jobs</code>") == 1


def test_of_a_stack_that_differs_only_the_difference_is_told():
    common, other = change("jobs", step("select 1", POLICY)), change("notes", step("select 2", HOLDS))
    found = told(named(stack(common), "staging"), named(stack(common, other), "production"))
    second = found.partition("### Schema of `production`")[2]

    assert "🛑" in second
    assert "As in `staging`: \\~ Table `jobs`" in second
    assert "<code>notes</code>" in second
    assert "<code>jobs</code>" not in second


def test_how_large_a_relation_is_makes_no_other_plan():
    one = change("jobs", step("select 1"))
    assert one.plan is not None
    sizes = {"public.jobs": Size(rows=9, bytes=9, reads=9, writes=9)}
    other = msgspec.structs.replace(one, plan=msgspec.structs.replace(one.plan, relations=sizes))

    assert "### Schema of `a` and `b`" in told(named(stack(one), "a"), named(stack(other), "b"))


def test_a_stack_with_which_it_was_tried_is_not_told_as_one_with_which_it_was_not():
    same = stack(change("jobs", step("select 1", POLICY)))
    attempts = (Attempt(what="deployed", passed=True, seconds=2.0),)
    tried = msgspec.structs.replace(same, trial=Trial(attempts=attempts, access=(), not_tried=()))
    found = told(named(same, "a"), named(tried, "b"))

    assert "### Schema of `a`\n" in found
    assert "### Schema of `b`\n" in found


def test_several_stacks_fit_into_a_comment():
    many = [change(f"t{number}", *(step("select 1 -- " + "x" * 900) for _ in range(9))) for number in range(90)]
    stacks = [named(stack(*many, change(name, step("select 1"))), name) for name in ("a", "b", "c|d")]
    found = told(*stacks)

    assert len(found) <= LIMIT
    assert "| `c\\|d` |" in found
    assert found.count("**Has it been tried?**") == 3


def test_what_the_engine_says_of_a_problem_is_said_once():
    again = "error: supaschema:index:Table resource 'jobs' has a problem: columns: there is none."
    found = told(stack(problems=(Problem(urn=urn("jobs"), message=again),)))

    assert "\n- Table `jobs`: columns: there is none.\n" in found


def test_of_a_program_that_fails_the_last_line_is_told_and_the_rest_is_folded():
    message = "error: Program failed: Traceback (most recent call last):\n  line 1\n" * 40 + "ValueError: odd"
    found = told(stack(problems=(Problem(urn=None, message=message),) * 9))

    assert "\n- ValueError: odd\n" in found
    assert "<details><summary>All that was said</summary>" in found
    assert len(found.partition("<details>")[0].splitlines()) <= FIRST_SCREEN


def test_a_preview_that_failed_half_way_answers_nothing_of_the_rest():
    found = told(stack(change("jobs", step("select 1")), problems=(Problem(urn=urn("notes"), message="odd"),)))
    answered = [line for line in found.splitlines() if line.startswith("- **")]

    assert [line for line in answered[:-1] if "Not known of what is not named here" not in line] == []


@pytest.mark.parametrize("limit", [LIMIT, 3_000])
def test_answers_and_first_screen_are_made_once_whether_or_not_there_is_room(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    asked: list[StackReport] = []

    def counted(of: StackReport) -> tuple[Answer, ...]:
        asked.append(of)
        return answers(of)

    screens: list[StackReport] = []

    def drawn(of: StackReport) -> tuple[Phrase, ...]:
        screens.append(of)
        return overwritten(of)

    monkeypatch.setattr("supaschema.review.markdown.answers", counted)
    monkeypatch.setattr("supaschema.review.markdown.overwritten", drawn)
    steps = tuple(step(f"alter table public.jobs drop column note_{place}", HOLDS) for place in range(40))
    found = markdown(Report(stacks=(stack(change("jobs", *steps)),)), limit)
    assert ("no room for all of it" in found) == (limit != LIMIT)
    assert (len(asked), len(screens)) == (1, 1)
