"""Collations."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.collation import Collation, CollationKind
from supaschema.kinds.column import Column, ColumnKind
from supaschema.kinds.domain import Domain, DomainKind

ID = ObjectId("collation", ("app", "words"))
KIND = CollationKind()
ICU = Collation(provider="icu", locale="de-DE", owner="someone", comment="c")
LIBC = Collation(provider="libc", lc_collate="C", lc_ctype="C.UTF-8")
NOW = Context(major=17)


def texts(steps):
    assert steps is not None
    return [item.text for item in steps.statements]


def test_it_is_made_with_what_it_has():
    new = replace(ICU, locale="de", deterministic=False, rules="& V << w", owner=None)

    assert texts(KIND.create(ID, new, NOW)) == [
        "create collation \"app\".\"words\" (provider = icu, locale = 'de', rules = '& V << w', deterministic = false)",
        'comment on collation "app"."words" is \'c\'',
    ]
    assert texts(KIND.create(ID, LIBC, NOW)) == [
        "create collation \"app\".\"words\" (provider = libc, lc_collate = 'C', lc_ctype = 'C.UTF-8')"
    ]


@pytest.mark.parametrize(
    "new",
    [
        replace(ICU, locale="de-AT"),
        replace(ICU, provider="builtin"),
        replace(ICU, deterministic=False),
        replace(ICU, rules="& V << w"),
    ],
)
def test_of_other_rules_it_is_made_anew(new):
    assert KIND.alter(ID, ICU, new, NOW) is None
    assert not KIND.like(ICU, new)
    anew = Context(major=17, fresh=frozenset({ID}))
    (unfit,) = KIND.drop(ID, ICU, anew).preconditions
    assert "stand on collation app.words, which is to be made anew" in unfit.reason
    assert KIND.drop(ID, ICU, NOW).preconditions == ()


def test_whose_it_is_and_what_is_said_of_it_change_in_place():
    assert texts(KIND.alter(ID, ICU, replace(ICU, owner="other", comment=None), NOW)) == [
        'comment on collation "app"."words" is null',
        'alter collation "app"."words" owner to "other"',
    ]
    declared = replace(ICU, owner=None)
    assert KIND.resolve(ID, declared, ICU, NOW) == ICU
    assert KIND.resolve(ID, declared, None, NOW) == declared


def test_the_server_is_asked_how_it_writes_a_locale_but_not_the_operating_systems():
    assert KIND.sql_fields(ID, ICU)["locale"].type == "icu"
    assert KIND.sql_fields(ID, LIBC) == {}
    assert KIND.same_structure(ICU, replace(ICU, locale="de-u-co-phonebk"))


def test_it_is_renamed_and_moved():
    steps = KIND.rename(ID, ObjectId("collation", ("other", "terms")))

    assert [item.text for item in steps] == [
        'alter collation "app"."words" rename to "terms"',
        'alter collation "app"."terms" set schema "other"',
    ]


@pytest.mark.parametrize(
    ("kind", "definition", "is_eased"),
    [
        (ColumnKind(), Column(type="text", default="'a' collate app.words"), True),
        (ColumnKind(), Column(type="text", default="'a'", collation=ID.name), False),
        (ColumnKind(), Column(type="text"), False),
        (DomainKind(), Domain(type="text", default="'a' collate app.words"), True),
        (DomainKind(), Domain(type="text", default="'a'", collation=ID.name), False),
    ],
)
def test_a_default_lets_go_of_it_and_what_is_ordered_by_it_does_not(kind, definition, is_eased):
    assert (kind.eased(definition, ID) is not None) is is_eased
