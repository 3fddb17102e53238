"""Records of plans go to a file of this user's own, and are read from one that holds nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import PlanRecord, append, read

RECORD = PlanRecord(urn="urn", verb="create", differences=(), steps=(), notes=("It's noted.",), relations={})
_REFUSED = "no file of this user's own|cannot be written"


def test_what_is_appended_is_read_and_nobody_else_reads_it(tmp_path: Path):
    path = tmp_path / "plans.jsonl"
    path.touch(mode=0o644)
    for _ in range(2):
        append(RECORD, path)

    assert read(path) == (RECORD, RECORD)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_and_a_pipe_are_refused(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe"):
        with pytest.raises(SupaschemaError, match=_REFUSED):
            append(RECORD, tmp_path / name)
    os.set_blocking(reader, True)

    assert os.read(reader, 1) == b""
    os.close(reader)
    with pytest.raises(SupaschemaError, match=_REFUSED):
        append(RECORD, tmp_path / "pipe")
    assert not (tmp_path / "target").exists()


def test_what_everybody_writes_to_keeps_its_mode():
    path = Path(os.devnull)
    before = path.stat().st_mode

    with pytest.raises(SupaschemaError, match=_REFUSED):
        append(RECORD, path)
    assert path.stat().st_mode == before


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "plans.jsonl"
    path.touch()
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(SupaschemaError, match=_REFUSED):
        append(RECORD, path)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("text", [b"{}", b"\xff\n", b"[" * 100_000, b'{"version":1}'])
def test_what_is_no_record_is_said(tmp_path: Path, text: bytes):
    (tmp_path / "plans.jsonl").write_bytes(text)
    with pytest.raises(SupaschemaError, match="no plan record of version 1"):
        read(tmp_path / "plans.jsonl")
