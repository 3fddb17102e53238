"""What other programs and servers give is read or refused, however deep it nests: none of it ends in a traceback."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from connectors import api_keys
from monitoring.status import known
from supaschema.core.errors import SupaschemaError
from supaschema.portable import state
from supaschema.review.preview import answered

DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000


def test_a_history_that_nests_too_deep_is_none() -> None:
    assert known.updates(DEEP) == ()


def test_a_preview_that_nests_too_deep_has_no_steps() -> None:
    assert answered(DEEP, "", failed=True, plans=()).steps == ()


def test_a_state_that_nests_too_deep_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(DEEP, encoding="utf-8")

    with pytest.raises(SupaschemaError, match="this is no state"):
        state.read(file)


def test_a_token_that_nests_too_deep_is_no_public_key() -> None:
    assert not api_keys.is_public(f"e30.{base64.urlsafe_b64encode(DEEP.encode()).decode()}.e30")
