"""Names of helpers: within the server's limit, and nobody else's."""

import pytest

from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES
from supaschema.kinds.helper_names import Helper, helper_name, helper_names


@pytest.mark.parametrize("name", ["i", "i" * 63, "ä" * 31, "x" + "é" * 31, "€" * 21])
def test_a_helper_is_named_in_as_many_bytes_as_the_server_keeps(name):
    for helper in helper_names(("app", "notes", name)):
        assert len(helper.encode()) <= MAX_IDENTIFIER_BYTES
        assert helper.startswith(name[:10])


def test_names_that_begin_alike_have_helpers_of_their_own():
    long = "n" * 60
    names = [("app", "notes", f"{long}{end}") for end in "ab"] + [("app", "other", f"{long}a")]

    assert len({helper_name(name, helper) for name in names for helper in Helper}) == 6
