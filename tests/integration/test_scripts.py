"""The scripts behind the make targets."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_make_within_a_target_does_not_take_its_arguments_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(
        f'outer:\n\t@bash -c \'. "{ROOT}/scripts/common.sh"; make -s inner\'\ninner:\n\t@echo "arguments: $(ARGS)."\n',
        encoding="utf-8",
    )

    done = subprocess.run(
        ["make", "-s", "outer", "ARGS=--write"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout == "arguments: .\n"
