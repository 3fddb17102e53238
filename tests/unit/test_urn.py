"""Pulumi's names of resources, read in one place."""

import pytest

from supaschema.core.urn import Urn, prefix_of, resource_name

TEXT = "urn:pulumi:prod::app::x:index:Area$supaschema:index:Table::notes"


def test_a_urn_is_read_and_written():
    urn = Urn.parse(TEXT)

    assert (urn.stack, urn.project, urn.type, urn.name) == ("prod", "app", "supaschema:index:Table", "notes")
    assert str(urn) == TEXT


def test_a_name_may_hold_the_separator():
    assert resource_name(f"{TEXT}::of::prod") == "notes::of::prod"


@pytest.mark.parametrize("text", ["", "notes", "urn:pulumi:prod::app::supaschema:index:Table", f"x{TEXT}"])
def test_what_is_no_urn_is_refused(text):
    with pytest.raises(ValueError, match="is no URN"):
        Urn.parse(text)


@pytest.mark.parametrize(
    ("stack", "own"), [("prod", True), ("prod::app", True), ("prod::other", False), ("pro", False)]
)
def test_a_stack_is_given_with_or_without_its_project(stack, own):
    assert Urn.parse(TEXT).is_of(stack) is own
    assert TEXT.startswith(prefix_of(stack)) is own
