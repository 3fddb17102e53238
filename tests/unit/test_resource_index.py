"""Keys of indexes as a declaration writes them."""

import pytest

from supaschema.kinds.index_keys import Key
from supaschema.resources.index_keys import element, is_element, key, key_text

NAMED = Key(expression="a", collation=("C",), opclass="text_pattern_ops", descending=True)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a", Key(expression="a")),
        ('a collate "C" text_pattern_ops desc nulls last', NAMED),
        ('lower(a) COLLATE pg_catalog."C"', Key(expression="lower(a)", collation=("C",))),
        ('a collate "public"."en_US.utf8"', Key(expression="a", collation=("public", "en_US.utf8"))),
        ("a collate ucs_basic desc", Key(expression="a", collation=("ucs_basic",), descending=True, nulls_first=True)),
        (
            "doc tsvector_ops (siglen = 100)",
            Key(expression="doc", opclass="tsvector_ops", parameters={"siglen": "100"}),
        ),
        ("int4range(low, high)", Key(expression="int4range(low, high)")),
    ],
)
def test_a_key_says_collation_operator_class_and_order(text, meant):
    assert key(text) == meant
    assert key(key_text(meant)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("during with &&", Key(expression="during", operator="&&")),
        ("room WITH =", Key(expression="room", operator="=")),
        (
            "tags extensions.gist__int_ops with operator(extensions.&&)",
            Key(expression="tags", opclass="extensions.gist__int_ops", operator="extensions.&&"),
        ),
        ("during with operator(pg_catalog.-|-)", Key(expression="during", operator="-|-")),
    ],
)
def test_an_element_says_by_which_operator(text, meant):
    assert element(text) == meant
    assert element(key_text(meant)) == meant


@pytest.mark.parametrize("text", ["during", "during with", "during with); drop table x", "a with operator(&&", ""])
def test_what_names_no_operator_is_no_element(text):
    assert not is_element(text)
