"""What a pull request runs, in its own scripts and in its program, finds no secret and no way to the database.

The steps of the workflow `preview` run as they are written, on a machine that has what GitHub would give it.
"""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import pytest

from tests.fixtures.postgres import Database
from tests.support import hostile
from tests.support.clone import fresh_clone
from tests.support.github import ROOT, GitHub, commit, machine_variables

PROGRAM = """\
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parent))
import collect
collect.gather("program")
"""


def hostile_request(project: Path, url: str) -> None:
    """Let the pull request gather all it can: where the snapshot is fetched, in the setup, and in the program."""
    place = urlsplit(url)
    text = Path(hostile.__file__).read_text(encoding="utf-8")
    text = text.replace("TESTS_PROCESS = 0", f"TESTS_PROCESS = {os.getpid()}")
    text = text.replace("127.0.0.1:5432/postgres", f"{place.hostname}:{place.port}{place.path}")
    (project / "infra" / "collect.py").write_text(text, encoding="utf-8")
    (project / "infra" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    fetch, setup = project / "scripts" / "newest-artifact.sh", project / "scripts" / "setup.sh"
    begins = fetch.read_text(encoding="utf-8").replace("set -euo pipefail\n", "set -euo pipefail\n{}\n", 1)
    fetch.write_text(begins.replace("{}", "python3 infra/collect.py fetch", 1), encoding="utf-8")
    with setup.open("a", encoding="utf-8") as file:
        file.write('"$VENV/bin/python" "$PROJECT/infra/collect.py" setup\n')


@pytest.mark.long
def test_a_pull_request_finds_no_secret_and_no_way_to_the_database(database: Database, tmp_path: Path) -> None:
    # No text of the repository, which the pull request reads: made up for this time.
    planted = {"PULUMI_BACKEND_URL": f"s3://{token_urlsafe(24)}", "PULUMI_CONFIG_PASSPHRASE": token_urlsafe(24)}
    known = {**planted, "SUPASCHEMA_DATABASE_URL": database.url}
    having = dict.fromkeys(("", "staging", "prod", "staging-readonly", "prod-readonly"), known)
    with fresh_clone(ROOT) as clone:
        base = commit(clone.project)
        hostile_request(clone.project, database.url)
        asked = commit(clone.project)
        github = GitHub(tmp_path, clone.project, having, machine_variables())
        github.has_snapshot("staging", database.url)
        event = {"pull_request": {"base": {"sha": base}}}
        with github.job("preview", "report", asked, matrix={"stack": "staging"}, event=event) as job:
            loot = {path.name: path.read_bytes() for path in (job.workspace / "loot").iterdir()}

    assert set(loot) == {"fetch", "setup", "program"}
    # The token that reads this repository: the step that fetches the snapshot has it, and no later one.
    assert github.token.encode() in loot["fetch"]
    assert {name for name, text in loot.items() if github.token.encode() in text} == {"fetch"}
    secrets = (*planted.values(), str(urlsplit(database.url).password))
    assert not [(name, secret) for name, text in loot.items() for secret in secrets if secret.encode() in text]
    # It does look: at the variables, into the snapshot, and into the scratch database.
    assert b"HOME=" in loot["setup"]
    assert b'"connector_configs"' in loot["program"]
    entered = {line for line in loot["program"].splitlines() if line.startswith(b"entered port ")}
    assert len(entered) == 1
    assert f"entered port {urlsplit(database.url).port}".encode() not in entered
