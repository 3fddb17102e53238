"""A report as a page: strict HTML that asks for nothing elsewhere, and in which no name is markup or a program."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import msgspec
import pytest

from supaschema.core.plan_record import Difference, Named, NewName, Risk, TakenLock
from supaschema.review.model import Change, Operation, Problem, Report, StackReport
from supaschema.review.page import page
from tests.unit.test_review_markdown import HOLDS, POLICY, QUESTIONS, change, stack, step, urn
from tests.unit.test_review_markup import HOSTILE

ELEMENTS = frozenset(
    (
        *("html", "head", "meta", "title", "style", "script", "body", "main", "article", "header", "section"),
        *("h1", "h2", "h3", "p", "strong", "code", "span", "pre", "ul", "li", "dl", "div", "dt", "dd"),
        *("table", "thead", "tbody", "tr", "th", "td", "details", "summary", "input", "output", "button"),
        *("figure", "figcaption", "svg", "defs", "marker", "g", "rect", "path", "text"),
    )
)
ATTRIBUTES = frozenset(
    (
        *("lang", "charset", "content", "http-equiv", "name", "class", "role", "aria-label", "hidden", "colspan"),
        *("type", "placeholder", "value", "viewBox", "x", "y", "width", "height", "rx", "d", "id"),
        *("refX", "refY", "markerWidth", "markerHeight", "orient", "marker-end", "text-anchor"),
    )
)


def parsed(text: str) -> Element:
    """Read a page; what is no HTML fails."""
    root: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return root


def names(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for each in parsed(text).iter():
        if isinstance(each.tag, str):
            yield each.tag.rpartition("}")[2], frozenset(key.rpartition("}")[2] for key in each.attrib)


def words(text: str) -> str:
    body = parsed(text).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())


def of(*stacks: StackReport) -> str:
    return page(Report(stacks=stacks))


def key(table: str, other: str) -> Difference:
    named = Named(kind="constraint", name=("public", table, f"{table}_key"))
    return Difference(object=named, old=None, new={"type": "f", "references": other})


def with_differences(of_change: Change, *more: Difference) -> Change:
    assert of_change.plan is not None
    return msgspec.structs.replace(of_change, plan=msgspec.structs.replace(of_change.plan, differences=more))


def test_it_holds_the_verdict_the_answers_and_each_resource():
    copy = step("insert into supaschema_archive.column_values select 1", HOLDS, phase="copy")
    found = words(of(stack(change("jobs", copy, step("alter table public.jobs drop column note", POLICY)))))

    assert "refuses this" in found
    assert [question for question in QUESTIONS if question not in found] == []
    assert "alter table public.jobs drop column note;" in found
    assert 'hazard: TAKES_DATA_OUT_OF_USE, resource: "jobs"' in found
    assert "as it was" in found


def hostile(text: str) -> StackReport:
    """Return a report in which everything that somebody names is this text."""
    named = Named(kind="table", name=("public", text))
    lock = TakenLock(relation=f"public.{text}", mode="ACCESS EXCLUSIVE", scans=True, rewrites=False)
    risk = Risk(hazard="TAKES_DATA_OUT_OF_USE", sentence=text, refused=True)
    odd = msgspec.structs.replace(step(text, risk), about=named, locks=(lock,))
    differences = (
        Difference(object=named, old={"comment": text}, new={"comment": f"{text}\n{text}", text: text}, drifted=True),
        Difference(object=Named(kind="column", name=("public", "t", text)), old=None, new={"type": text}),
        key("t", f"public.{text}"),
    )
    made = change(text, odd)
    assert made.plan is not None
    renames = (NewName(old=Named(kind="view", name=("public", text)), new=Named(kind="view", name=(text, text))),)
    sizes = {f"public.{text}": made.plan.relations["public.jobs"]}
    plan = msgspec.structs.replace(made.plan, differences=differences, renames=renames, notes=(text,), relations=sizes)
    changes = (
        msgspec.structs.replace(made, plan=plan),
        Change(urn=urn(text, "View"), operation=Operation.CREATE, plan=None),
    )
    return StackReport(stack=text, changes=changes, problems=(Problem(urn=urn(text), message=text),), unchanged=0)


IN_A_PAGE = (
    "</script><script>alert(1)</script>",
    "</title></style><script>alert(1)</script>",
    '" onload="alert(1)" x="',
    "</text></svg><iframe srcdoc='<script>alert(1)</script>'>",
    "</pre></details><style>body { display: none }</style>",
)


@pytest.mark.parametrize("text", [*HOSTILE, *IN_A_PAGE])
def test_no_name_is_markup_or_a_program(text):
    found = of(hostile(text), hostile("plain"))

    assert {name for name, _ in names(found)} <= ELEMENTS
    assert {key for _, keys in names(found) for key in keys} <= ATTRIBUTES
    assert found.count("<script>") == 1
    assert "\u202e" not in found
    assert "\x1b" not in found


def test_it_asks_for_nothing_and_runs_its_own_script_alone():
    found = of(stack(change("jobs", step("select 1"))))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', found)

    assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?(?!\(?#)\w+:", found)
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        (source,) = re.findall(rf"<{name}>(.*?)</{name}>", found, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_relations_are_drawn_with_what_they_refer_to():
    foreign = with_differences(change("jobs", step("select 1")), key("jobs", "public.users"))
    (image,) = (each for each in parsed(of(stack(foreign))).iter() if str(each.tag).endswith("svg"))
    texts = [each.text for each in image.iter() if str(each.tag).endswith("}text")]

    assert texts[0] == "refers to"
    assert {"public.jobs", "constraint jobs_key: new", "public.users"} <= set(texts)


def test_where_no_relation_changes_nothing_is_drawn():
    routine = Difference(object=Named(kind="function", name=("public", "f", "")), old=None, new={"body": "select 1"})

    assert "<svg" not in of(stack(with_differences(change("f", step("select 1")), routine)))


def test_many_relations_are_drawn_in_part():
    many = [
        with_differences(change(f"t{number}", step("select 1")), key(f"t{number}", f"public.o{number}"))
        for number in range(300)
    ]
    found = of(stack(*many))

    assert "more are not drawn" in words(found)
    assert found.count("<rect") == 24
    alone = [with_differences(change(f"t{number}", step("select 1")), key(f"t{number}", "")) for number in range(30)]
    assert of(stack(*alone)).count("<rect") == 12


def test_a_page_of_several_stacks_says_what_differs():
    common, other = change("jobs", step("select 1", POLICY)), change("notes", step("select 2", HOLDS))
    one, two = stack(common), stack(common, other)
    found = words(of(msgspec.structs.replace(one, stack="a"), msgspec.structs.replace(two, stack="b")))

    assert found.startswith("Schema of 2 stacks")
    assert "As in a : ~ Table jobs" in found
    ids = [each.get("id") for each in parsed(of(one, two)).iter() if each.get("id")]
    assert len(ids) == len(set(ids)) == 2


def test_nothing_to_tell_and_a_failure_are_pages_too():
    assert "Nothing changes in the database." in words(of(stack()))
    failed = words(of(stack(problems=(Problem(urn=urn("jobs"), message="no such table"),))))
    assert "Table jobs : no such table" in failed


def test_the_same_report_is_the_same_page():
    report = Report(stacks=(stack(change("jobs", step("select 1", POLICY))),))

    assert page(msgspec.json.decode(msgspec.json.encode(report), type=Report)) == page(report)
