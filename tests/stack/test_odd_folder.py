"""The project in a folder whose name means something to shells, URLs and configuration files: only a name, to all."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localdb import account
from tests.support.clone import Clone, fresh_clone
from tests.support.pulumi import ROOT, SECONDS, binaries

NAME = 'a %41 $(touch pwned) `touch pwned` "q" it\'s \\n é ;&|#?'


@pytest.fixture
def clone() -> Iterator[Clone]:
    """A clone of the project in such a folder, with the environment of this one."""
    with fresh_clone(ROOT, durable=False, name=NAME) as made:
        (made.project / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
        yield made


def shell(clone: Clone, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in the project's folder, in the environment of its local stack."""
    entering = 'set -eu; exports="$(scripts/env.sh)"; eval "$exports"\n'
    path = os.pathsep.join([str(binaries()), clone.environment["PATH"]])
    return subprocess.run(
        ["bash", "-c", entering + script],
        cwd=clone.project,
        env={**clone.environment, "PATH": path, "SUPASCHEMA_CACHE": str(clone.folder / "cache")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.long
def test_server_state_and_program_are_found_there_and_nothing_of_the_name_is_run(clone: Clone) -> None:
    if account.choose().is_other:
        pytest.skip("another account runs servers here, and cannot enter such a folder's copy")
    started = shell(clone, "python -m localdb start")
    assert started.returncode == 0, started.stderr
    clone.team_environment("postgres", documents=20)  # the platform, and the application's rows

    previewed = shell(
        clone,
        "pulumi stack select --create --non-interactive local >&2\n"
        "pulumi preview --stack local --non-interactive --color=never",
    )

    assert previewed.returncode == 0, clone.without_secrets(previewed.stdout + previewed.stderr)
    assert re.search(r"\+ \d+ to create", previewed.stdout)
    assert list((clone.project / ".local" / "state" / ".pulumi").rglob("local.json"))
    stopped = shell(clone, "python -m localdb stop")
    assert "stopped" in stopped.stdout
    places = (Path("/"), Path.home(), Path.cwd(), clone.folder, *clone.folder.rglob("*"))
    assert not [place for place in places if (place / "pwned").exists()]


@pytest.mark.parametrize("name", ["with:colon", "with\nline end"])
def test_what_no_search_path_can_name_is_refused_in_words(tmp_path: Path, name: str) -> None:
    scripts = tmp_path / name / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "common.sh").write_bytes((ROOT / "scripts" / "common.sh").read_bytes())
    command = ["bash", "-c", '. "$0"; echo went on', str(scripts / "common.sh")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "the project's folder has a colon or a line end in its path: move it." in done.stderr
