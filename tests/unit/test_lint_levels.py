"""What a stack says of a rule decides whether its problem is refused, told, or neither; nothing else is let through."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from supaschema.core.lints import Level, Lint, LintLevel, let_off
from supaschema.declarations import Column, Grant, InlineAccess, ObjectSet, Privilege, Table
from supaschema.provider.lint_levels import judged, lowered
from supaschema.provider.servicer import Servicer
from supaschema.provider.values import UNKNOWN
from supaschema.registry import RESOURCES

ROOT = Path(__file__).resolve().parents[2]
# Without a primary key, with row level security off and a grant past policies; and a name twice, which is no lint.
OLD = Table(
    name="old",
    columns=(Column(name="n", type="integer"), Column(name="n", type="integer")),
    access=InlineAccess(row_security=False, grants=(Grant(to="anon", privileges=(Privilege.ALL,)),)),
)
KEY, ROWS = Lint.NO_PRIMARY_KEY, Lint.NO_ROW_SECURITY


def said(lint: Lint, level: Level, resource: str | None = None) -> LintLevel:
    """Return what a stack says of a rule."""
    return LintLevel(lint, level, "It was so before.", resource)


@pytest.mark.parametrize(
    ("levels", "refused", "told"),
    [
        ([], {KEY, ROWS, Lint.GRANT_PAST_POLICIES, None}, set()),
        ([said(KEY, Level.WARN)], {ROWS, Lint.GRANT_PAST_POLICIES, None}, {KEY}),
        ([said(KEY, Level.OFF)], {ROWS, Lint.GRANT_PAST_POLICIES, None}, set()),
        ([said(ROWS, Level.OFF)], {KEY, Lint.GRANT_PAST_POLICIES, None}, {ROWS}),
        ([said(KEY, Level.OFF, "another")], {KEY, ROWS, Lint.GRANT_PAST_POLICIES, None}, set()),
        ([said(KEY, Level.ERROR, "old"), said(KEY, Level.OFF)], {KEY, ROWS, Lint.GRANT_PAST_POLICIES, None}, set()),
        ([said(lint, Level.WARN, "old") for lint in Lint], {None}, {KEY, ROWS, Lint.GRANT_PAST_POLICIES}),
    ],
)
def test_levels_decide(levels: list[LintLevel], refused: set[Lint | None], told: set[Lint]):
    problems = RESOURCES["supaschema:index:Table"].problems(OLD)

    failures, warnings = judged(problems, tuple(levels), "old")

    assert {problem.lint for problem in failures} == refused
    assert {item.problem.lint for item in warnings} == told
    assert all(item.is_warning is (item.level.level is Level.WARN) for item in warnings)


def test_a_member_of_a_set_has_levels_of_its_own():
    both = ObjectSet(objects=(OLD, Table(name="older", columns=(Column(name="n", type="integer"),))))
    problems = RESOURCES["supaschema:index:ObjectSet"].problems(both)

    failures, warnings = judged(problems, (said(KEY, Level.WARN, "Table public.older"),), "both")

    assert [item.problem.field for item in warnings] == ['objects["Table public.older"].primaryKey']
    assert [item.field for item in failures if item.lint is KEY] == ['objects["Table public.old"].primaryKey']


def test_rules_that_guard_are_told_where_they_are_no_errors():
    levels = [said(KEY, Level.OFF), said(ROWS, Level.OFF), said(Lint.SEARCH_PATH, Level.ERROR)]
    levels += [said(Lint.SEARCH_PATH, Level.WARN, "older")]

    assert list(lowered(levels)) == [
        "lint no-row-security is off in this stack: It was so before.",
        "lint search-path is only a warning for older: It was so before.",
    ]
    assert next(let_off(levels)) == "lint no-primary-key is off in this stack: It was so before."
    assert len([*let_off(levels)]) == 3


@pytest.mark.parametrize("url", [UNKNOWN, "postgresql://localhost/app"])
def test_what_guards_is_told_before_anything_else_is_known(url: str, monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []

    async def warn(_: Servicer, __: str, warnings: list[str]) -> None:
        told.extend(warnings)

    monkeypatch.setattr(Servicer, "_warn", warn)
    monkeypatch.setattr("supaschema.provider.servicer.check", lambda _: None)
    lints = [{"lint": "no-row-security", "level": "off", "reason": "It was so before."}]
    news = struct_pb2.Struct()
    news.update({"databaseUrl": url, "lints": json.dumps(lints)})

    asyncio.run(Servicer(None).CheckConfig(provider_pb2.CheckRequest(news=news), Mock()))

    assert told == ["lint no-row-security is off in this stack: It was so before."]


def test_the_page_has_every_rule_and_whether_it_guards():
    text = (ROOT / "docs" / "lints.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|.*\| (yes|no) \|$", text, re.MULTILINE))

    assert rows == {lint.value: "yes" if lint.guards else "no" for lint in Lint}
