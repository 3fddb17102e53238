"""Names are found in the texts of definitions, wherever a line ends."""

from __future__ import annotations

import pytest

from supaschema.core.named_in_texts import qualified_names, words
from supaschema.engine.named_schemas import text_of
from supaschema.kinds.view import View


@pytest.mark.parametrize("space", [" ", "\n", "\t", "\r\n", "("])
def test_a_name_is_found_at_the_beginning_of_a_line(space: str):
    text = text_of(View(query=f'select n.id from{space}public.notes n, "app"."Order"'))

    assert {("public", "notes"), ("app", "Order")} <= qualified_names(text)
    assert {"public", "notes", "Order"} <= words(text)
