"""The rules of a sweep: what the machine roles are given is left out, and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from roles import MACHINE_ROLES, MachineRole, On
from supaschema.core.errors import DeclarationError
from supaschema.core.model import ObjectId
from supaschema.drift import accepted, databases, rules, several_told, written
from supaschema.drift.model import Finding, Level, Topic
from supaschema.drift.naming import finding, with_role

RULES = rules.read(Path(__file__).parents[2] / "infra" / "drift" / "rules.toml")
# Schemas of the ledger and of the platform: nothing there is managed, so no grant there is found.
ELSEWHERE = ("supaschema", "storage")


def given(id: ObjectId, role: str) -> Finding:
    return with_role(finding(Topic.UNMANAGED, id), id, role)


def level(item: Finding) -> Level:
    return rules.applied(item, RULES, (), datetime.date(2026, 1, 1)).level


def granted(role: MachineRole) -> list[ObjectId]:
    own = [grant for grant in role.grants if grant.schema not in ELSEWHERE]
    assert all(grant.on in (On.SCHEMA, On.FUNCTION) for grant in own)
    return [
        ObjectId("function_grants", (grant.schema, name, "")) if name else ObjectId("schema_grants", (grant.schema,))
        for grant in own
        for name in grant.names or ("",)
    ]


@pytest.mark.parametrize("role", MACHINE_ROLES, ids=lambda role: role.name)
def test_what_a_machine_role_is_given_is_left_out_and_nothing_else(role: MachineRole) -> None:
    assert {level(given(id, role.name)) for id in granted(role)} <= {Level.IGNORE}
    for more in (
        ObjectId("table_grants", ("public", "recordings")),
        ObjectId("function_grants", ("public", "other", "")),
        ObjectId("schema_grants", ("public",)),
    ):
        assert level(given(more, role.name)) is Level.FAIL
    for id in granted(role):
        assert level(given(id, f"x() to {role.name}")) is Level.FAIL
    policy = ObjectId("policy", ("public", "recordings", f"open to {role.name}"))
    assert level(finding(Topic.UNMANAGED, policy)) is Level.FAIL


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("function public.f(text[], integer[])", True),
        ("function public.f(text[[], *", False),
        ("function public.?(*[])", True),
        ("function public.[f](text[], integer[])", False),
    ],
)
def test_only_stars_and_question_marks_mean_more_than_themselves(pattern: str, *, fits: bool) -> None:
    item = finding(Topic.UNMANAGED, ObjectId("function", ("public", "f", "text[], integer[]")))
    rule = rules.Rule(pattern, Level.IGNORE, "it is known")

    assert rule.fits(item, (), datetime.date(2026, 1, 1)) is fits


@pytest.mark.parametrize("read", [rules.read, databases.read, accepted.read, written.read, several_told.read])
def test_what_is_nested_too_deep_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    file = tmp_path / "deep"
    is_toml = read in (rules.read, databases.read)
    file.write_text(f"{'a = ' if is_toml else ''}{'[' * 200_000}{']' * 200_000}", encoding="utf-8")
    with pytest.raises(DeclarationError):
        read(file)
