"""Every kind's definitions go into a snapshot and out of it again as they were; what else is there is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import ObjectId
from supaschema.portable.codec import FactRow, canonical, definition_of, facts_of, written
from supaschema.registry import DEFINITIONS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = {
    msgspec.inspect.StrType: TEXTS,
    msgspec.inspect.IntType: st.integers(-(2**53), 2**53),
    msgspec.inspect.FloatType: st.floats(allow_nan=False, allow_infinity=False),
    msgspec.inspect.BoolType: st.booleans(),
    msgspec.inspect.NoneType: st.none(),
}


COMPOUND: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    msgspec.inspect.UnionType: lambda it: st.one_of([values(one) for one in it.types]),
    msgspec.inspect.VarTupleType: lambda it: st.lists(values(it.item_type), max_size=3).map(tuple),
    msgspec.inspect.TupleType: lambda it: st.tuples(*map(values, it.item_types)),
    msgspec.inspect.DictType: lambda it: st.dictionaries(values(it.key_type), values(it.value_type), max_size=3),
    msgspec.inspect.LiteralType: lambda it: st.sampled_from(it.values),
    msgspec.inspect.EnumType: lambda it: st.sampled_from(list(it.cls)),
    msgspec.inspect.StructType: lambda it: definitions(it.cls),
}


def values(described: Any) -> st.SearchStrategy[Any]:
    """Return what gives values of a type as msgspec describes it; one that is not known here fails the test."""
    cls = described.__class__
    return SCALARS[cls] if cls in SCALARS else COMPOUND[cls](described)


def definitions(cls: type) -> st.SearchStrategy[Any]:
    described = msgspec.inspect.type_info(cls)
    assert isinstance(described, msgspec.inspect.StructType)
    needed = {field.name: values(field.type) for field in described.fields if field.required}
    more = {field.name: values(field.type) for field in described.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=more).map(lambda given: cls(**given))


@pytest.mark.parametrize("kind", DEFINITIONS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_definition_comes_back_as_it_was(kind, data):
    facts = {ObjectId(kind, ("s", "n", str(at))): data.draw(definitions(DEFINITIONS[kind])) for at in range(2)}
    text = canonical([msgspec.to_builtins(row) for row in written(facts.items())])

    found = facts_of(msgspec.json.decode(text, type=tuple[FactRow, ...]), DEFINITIONS)

    assert found == facts
    assert list(found) == list(facts)
    assert canonical([msgspec.to_builtins(row) for row in written(found.items())]) == text


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"schedule": "* * * * *", "command": "select 1", "of_later": True}, "does not write: of_later"),
        ({"schedule": "* * * * *", "command": "select 1", "active": True}, "does not write: active"),
        ({"schedule": "* * * * *"}, "command"),
        ({"schedule": 5, "command": "select 1"}, "schedule"),
    ],
    ids=["of_later", "as_by_default", "missing", "of_another_type"],
)
def test_what_was_not_written_so_is_refused(definition, words):
    with pytest.raises(SupaschemaError, match="cron job nightly: its definition") as caught:
        definition_of(ObjectId("cron_job", ("nightly",)), definition, DEFINITIONS)

    assert words in str(caught.value)


def test_an_unknown_kind_and_an_object_that_is_there_twice_are_refused():
    unknown = FactRow(kind="planet", name=("earth",), definition={})
    schema = FactRow(kind="schema", name=("app",), definition=json.loads(msgspec.json.encode(DEFINITIONS["schema"]())))

    with pytest.raises(SupaschemaError, match="planet earth: this version has no such kind"):
        facts_of([unknown], DEFINITIONS)
    with pytest.raises(SupaschemaError, match="schema app: it is there twice"):
        facts_of([schema, schema], DEFINITIONS)
