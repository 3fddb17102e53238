"""Texts as the server writes them."""

from typing import Any, cast

import pytest

from supaschema.engine.elaborate import _parts
from supaschema.kinds.base import SqlField


def test_a_text_that_nobody_has_the_server_read_is_an_error() -> None:
    field = SqlField(cast("Any", "another kind"), "x")

    with pytest.raises(AssertionError):
        list(_parts(cast("Any", None), {"text": field}))
