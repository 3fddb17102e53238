"""Range types."""

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError
from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.domain import Domain
from supaschema.kinds.range_type import RangeType, RangeTypeKind

ID = ObjectId("range_type", ("public", "span"))
KIND = RangeTypeKind()
OLD = RangeType(subtype="int", multirange=("public", "spans"))
OTHERS = [
    RangeType(subtype="bigint", multirange=OLD.multirange),
    replace(OLD, opclass=("int4_ops",)),
    replace(OLD, collation=("C",)),
    replace(OLD, subtype_diff=("public", "apart")),
    replace(OLD, multirange=("public", "many")),
]


@pytest.mark.parametrize("new", OTHERS)
def test_another_range_is_made_anew_unless_columns_are_of_it_its_multirange_or_a_domain_over_it(new):
    domain = ObjectId("domain", ("public", "known"))
    types = {"one": "public.span", "many": "public.spans[]", "known": "public.known", "text": "text"}
    columns = {ObjectId("column", ("public", "notes", name)): Column(type=type) for name, type in types.items()}
    one, many, known, text = columns
    edges = {ID: frozenset({one, many, domain, text}), domain: frozenset({known})}
    context = Context(major=17, edges=edges, live={**columns, domain: Domain(type="public.span")})

    assert KIND.alter(ID, OLD, new, Context(major=17)) is None
    with pytest.raises(DependencyError, match=r"type: column public\.notes\.known, column .*many, column .*one\."):
        KIND.alter(ID, OLD, new, context)


@pytest.mark.parametrize("new", OTHERS)
def test_one_with_a_canonical_function_is_never_made_anew(new):
    old, new = (replace(it, canonical=("public", "same")) for it in (OLD, new))

    with pytest.raises(DependencyError, match=r"canonical function public\.same"):
        KIND.alter(ID, old, new, Context(major=17))


def test_what_the_declaration_says_nothing_of_stays():
    live = replace(OLD, canonical=("public", "same"), owner="someone")

    assert KIND.resolve(ID, RangeType(subtype="int"), live, Context(major=17)) == live
    steps = KIND.alter(ID, live, replace(live, subtype="integer"), Context(major=17))
    assert steps is not None
    assert steps.statements == ()


def test_it_needs_the_function_that_measures_it():
    new = RangeType(subtype="public.score", subtype_diff=("public", "apart"))

    assert ObjectId("function", ("public", "apart", "public.score, public.score")) in KIND.references(ID, new)
    assert ObjectId("domain", ("public", "score")) in KIND.references(ID, new)
    assert ("routine", "public", "apart") in KIND.stands_on(ID, new)
    assert ("routine", "public", "apart") not in KIND.stands_on(ID, OLD)
