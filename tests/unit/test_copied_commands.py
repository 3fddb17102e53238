"""A command or a line that a message gives to be copied says one thing only, whatever names are in it."""

from __future__ import annotations

import ast
import re
import shlex

import pytest

from supaschema.archive.columns import KeyedTable
from supaschema.archive.fitting import unfit_values
from supaschema.core.errors import OwnershipError
from supaschema.core.model import Delta, ObjectId
from supaschema.engine.ownership import taken_over
from supaschema.engine.possible_renames import possible
from supaschema.kinds.column import Column
from supaschema.kinds.table import Table
from supaschema.registry import KINDS

ODD = """x"$(id)'; id #"""
TABLE = ObjectId("table", ("public", "notes"))


def urn(name: str) -> str:
    """Return the URN of a table in a stack, beneath a component."""
    return f"urn:pulumi:test::objects::test:index:Group$supaschema:index:Table::{name}"


def command(text: str) -> list[str]:
    """Return the words of the command in a text."""
    found = re.search("`(python .+?)`", text)
    assert found is not None
    return shlex.split(found[1])


@pytest.mark.parametrize("name", ["it", ODD])
def test_what_a_resource_is_called_is_one_word_of_a_command_and_one_text_of_a_program(name: str) -> None:
    with pytest.raises(OwnershipError) as refused:
        taken_over({TABLE: Table()}, urn("new"), {TABLE: urn(name)})
    assert command(refused.value.remedy)[2:] == ["supaschema", "move", "--from", urn(name), "--to", urn("new")]
    aliases = re.search(r"aliases=(\[.+?\])\. ", refused.value.remedy)
    assert aliases is not None
    assert ast.literal_eval(aliases[1]) == [urn(name)]


def test_a_column_is_one_word_of_a_command() -> None:
    reason = unfit_values(KeyedTable(TABLE.name, {"id": "uuid"}, fires=False), ODD, "text", 17).reason
    assert command(reason)[2:] == ["supaschema", "purge", f"public.notes.{ODD}"]


def test_a_former_name_is_one_text_of_a_program() -> None:
    old, new = (ObjectId("column", (*TABLE.name, name)) for name in (ODD, "new"))
    column = Column(type="text")
    (note,) = possible([Delta(old, column, None), Delta(new, None, column)], KINDS)
    assert ast.literal_eval(note.partition("renamed_from=")[2].removesuffix(".")) == (ODD,)
