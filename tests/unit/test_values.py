"""Property values on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supaschema.core.secret_texts import Secrets
from supaschema.provider.secret_inputs import SecretInputs
from supaschema.provider.values import (
    SECRET_MARK,
    UNKNOWN,
    from_struct,
    has_unknown,
    marked,
    secrets_of,
    to_struct,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_what_is_written_is_read_back(values):
    assert from_struct(to_struct(values)) == values


def test_sizes_stay_whole_numbers():
    size = from_struct(to_struct({"fileSizeLimit": 5368709120}))["fileSizeLimit"]

    assert repr(size) == "5368709120"


def test_a_secret_setting_is_read_as_its_value():
    wrapped = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "postgresql://x"}

    assert from_struct(to_struct({"databaseUrl": wrapped})) == {"databaseUrl": "postgresql://x"}


def test_an_unknown_value_is_found_at_any_depth():
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert not has_unknown({"a": [{"b": "known"}]})


def test_secrets_are_found_at_their_places_and_marked_there_again():
    wrapped = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "word"}
    given = {"columns": [{"name": "a"}, {"name": "b", "default": wrapped}], "comment": None}
    plain = {"columns": [{"name": "a"}, {"name": "b", "default": "word"}], "comment": None}

    found = secrets_of(to_struct(given))

    assert found == {("columns", 1, "default"): "word"}
    assert from_struct(to_struct(given)) == plain
    assert marked(plain, found.keys(), lambda _: False) == given
    assert marked(plain, (), lambda text: text == "word") == given
    assert secrets_of(to_struct(plain)) == {}


@pytest.mark.parametrize(
    ("place", "may_be"),
    [
        (("comment",), True),
        (("columns", 0, "default"), True),
        (("objects", "Function public.f", "settings", "app.key"), True),
        (("columns", 0, "name"), False),
        (("renamedLabels", "comment"), False),
        (("objects", "EnumType public.mood", "renamedLabels", "default"), False),
        (("options", "check"), False),
    ],
)
def test_a_secret_may_be_a_text_and_no_word_that_is_called_like_one(place: tuple[str | int, ...], *, may_be: bool):
    problems = SecretInputs(Secrets(), {place: "Zq-amber"}).problems("supaschema:index:ObjectSet")

    assert (list(problems) == []) is may_be


def test_an_option_of_foreign_data_may_be_a_secret_and_one_with_the_name_of_a_key_is_one():
    token, secrets = "supaschema:index:ForeignServer", Secrets()
    plain = {"name": "books", "options": {"host": "h", "api_key": "Zq-amber", "token": "abc"}}
    found = SecretInputs.of(secrets, token, to_struct(plain))

    assert not list(found.problems(token))
    assert not found.all_marked
    assert secrets.holds("it is Zq-amber")
    told = found.struct(plain)
    assert secrets_of(told) == {("options", "api_key"): "Zq-amber", ("options", "token"): "abc"}
    again = SecretInputs.of(Secrets(), token, told)
    assert again.all_marked
    assert not list(again.problems(token))
    assert sorted(again.unmarked(to_struct(plain))) == ["options.api_key", "options.token"]
    assert not list(again.unmarked(told))


def test_options_may_be_secret_as_a_whole_and_those_of_a_member_of_a_set():
    whole = {"options": {**SECRET_MARK, "value": {"host": "h", "api_key": "Zq-amber"}}}
    found = SecretInputs.of(Secrets(), "supaschema:index:ForeignServer", to_struct(whole))
    member = {"objects": {"ForeignServer books": {"options": {"api_key": "Zq-amber"}}}}
    of_set = SecretInputs.of(Secrets(), "supaschema:index:ObjectSet", to_struct(member))

    assert not list(found.problems("supaschema:index:ForeignServer"))
    assert found.all_marked
    assert [*of_set.keys] == [("objects", "ForeignServer books", "options", "api_key")]
    assert not of_set.all_marked
