"""GitHub, played: machines that run the steps of a workflow as written, artifacts, and its command line."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from localdb.local import local_cluster
from supaschema.database.connect import Database
from supaschema.database.settings import settings_from
from supaschema.portable.model import save
from supaschema.portable.take import taken
from supaschema.registry import KINDS

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "team/app"
SECONDS = 1200
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
_OF_THE_MACHINE = ("LANG", "LC_ALL", "TMPDIR")
_OF_FETCHING = ("UV_", "PIP_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""Beginnings of the variables by which package registries are reached here."""
# Plays GitHub's command line: says what it was asked, and answers from the files of its folder.
GH = f"""#!{sys.executable}
import json, pathlib, shutil, sys
import jq
here = pathlib.Path(__file__).parent
asked = sys.argv[1:]
with (here / "asked").open("a") as file:
    file.write(" ".join(asked) + "\\n")
for argument in asked:
    if argument.startswith("body=@"):
        shutil.copy(argument.removeprefix("body=@"), here / "body")
if asked[:2] == ["run", "download"]:
    kept = here / "artifacts" / asked[asked.index("--name") + 1]
    if kept.is_dir():
        shutil.copytree(kept, ".", dirs_exist_ok=True)
answers = {{"/pulls": "pulls", "/comments?": "comments", "/runs ": "runs"}}
answers |= {{f"/runs/{{number}}/artifacts": f"artifacts_{{number}}" for number in range(1, 5)}}
if "--jq" in asked:
    known = next((name for part, name in answers.items() if part in " ".join(asked)), "repository")
    for value in jq.compile(asked[asked.index("--jq") + 1]).input_text((here / known).read_text()).all():
        print(value if isinstance(value, str) else json.dumps(value))
"""


def stand_in(folder: Path, **answers: object) -> None:
    """Put the command line into a folder, with what it answers."""
    (folder / "gh").write_text(GH, encoding="utf-8")
    (folder / "gh").chmod(0o755)
    for name, answer in answers.items():
        (folder / name).write_text(json.dumps(answer), encoding="utf-8")


class StepFailed(Exception):
    """A step of a job failed; what it said."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that has run, and where."""

    name: str
    workspace: Path
    said: tuple[str, ...]
    """What each of its steps said."""


@dataclass(slots=True)
class GitHub:
    """A repository with its workflows, the secrets of its environments, and what jobs leave.

    Attributes:
        folder: Where its machines are; a job gets a new one.
        origin: The repository.
        environments: By name, which secrets its jobs may ask for.
        variables: What a machine has besides: where caches are.
        token: What jobs are given to speak to it.

    """

    folder: Path
    origin: Path
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: f"ghs_{secrets.token_urlsafe(24)}")
    _jobs: int = 0

    @property
    def artifacts(self) -> Path:
        """Where what jobs leave is kept, a folder each."""
        return self.folder / "bin" / "artifacts"

    @property
    def summary(self) -> Path:
        """What is shown on the runs' pages."""
        return self.folder / "summary.md"

    def answering(self, **answers: object) -> None:
        """Have its command line answer so."""
        (self.folder / "bin").mkdir(exist_ok=True)
        stand_in(self.folder / "bin", **answers)

    def has_snapshot(self, stack: str, url: str) -> None:
        """Let the last deployment have left a snapshot of a database, without a state."""
        kept = self.artifacts / f"snapshot-{stack}"
        kept.mkdir(parents=True)
        database = Database(settings_from({"databaseUrl": url}))
        try:
            save(taken(database, KINDS), kept / "snapshot.json.gz")
        finally:
            database.close()
        self.list_artifacts()

    def list_artifacts(self) -> None:
        """Have its command line tell what jobs have left, as one run's."""
        run = {"id": 1, "event": "push", "head_repository": {"full_name": REPOSITORY}}
        left = [{"name": each.name, "expired": False} for each in self.artifacts.iterdir()]
        self.answering(
            repository={"default_branch": "main"}, runs={"workflow_runs": [run]}, artifacts_1={"artifacts": left}
        )

    @contextmanager
    def job(self, workflow: str, name: str, commit: str, **context: Any) -> Iterator[Job]:
        """Run one job of a workflow, its steps in order, and give what it said; then its machine goes.

        Args:
            workflow: The file's name, such as `deploy`.
            name: The job's.
            commit: What a checkout checks out unless told otherwise.
            context: More that its expressions name: `matrix`, `event`.

        Raises:
            StepFailed: A step failed.

        """
        path = ROOT / ".github" / "workflows" / f"{workflow}.yml"
        job = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"][name]
        self._jobs += 1
        machine = self.folder / f"machine-{self._jobs}"
        run = _Run(self, job, machine / "work", commit, _values(self, job, context))
        (machine / "home").mkdir(parents=True)
        (machine / "work").mkdir()
        try:
            yield Job(name, machine / "work", tuple(run.steps()))
        finally:
            cluster = local_cluster({"SUPASCHEMA_LOCAL_DIR": str(machine / "work" / ".local")})
            if cluster.directory.exists():
                cluster.remove()
            shutil.rmtree(machine)


def _values(github: GitHub, job: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, str]:
    """Return what expressions mean, by their names."""
    values = {"github.token": github.token}
    for name, value in context.items():
        values |= dict(_flat("github.event" if name == "event" else name, value))
    environment = str(_filled(str(job.get("environment", "")), values))
    return {**values, **{f"secrets.{key}": value for key, value in github.environments.get(environment, {}).items()}}


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}", item)
    else:
        yield name, str(value)


def _filled(text: str, values: Mapping[str, str]) -> str:
    # What is not known is empty there, too: a secret that the job's environment does not have.
    return _EXPRESSION.sub(lambda match: values.get(match[1], ""), text)


@dataclass(slots=True)
class _Run:
    """A job on its machine."""

    github: GitHub
    job: Mapping[str, Any]
    workspace: Path
    commit: str
    values: Mapping[str, str]

    def steps(self) -> Iterator[str]:
        """Run the steps; give what each said."""
        failed = ""
        for step in self.job["steps"]:
            asked = str(step.get("if", "success()"))
            if failed and "always()" not in asked and "failure()" not in asked:
                continue
            try:
                yield self._uses(step) if "uses" in step else self._runs(step)
            except StepFailed as error:
                failed = failed or str(error)
        if failed:
            raise StepFailed(failed)

    def _runs(self, step: Mapping[str, Any]) -> str:
        given = {**self.job.get("env", {}), **step.get("env", {})}
        environment = {
            **{key: os.environ[key] for key in _OF_THE_MACHINE if key in os.environ},
            **self.github.variables,
            "HOME": str(self.workspace.parent / "home"),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.github.summary),
            "CI": "true",
            **{key: _filled(str(value), self.values) for key, value in given.items()},
        }
        environment["PATH"] = f"{self.github.folder / 'bin'}:{environment['PATH']}"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-c", _filled(step["run"], self.values)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise StepFailed(f"`{step['run']}` ended with {done.returncode}:\n{done.stdout}")
        return f"{step['run']}\n{done.stdout}"

    def _uses(self, step: Mapping[str, Any]) -> str:
        action = step["uses"].partition("@")[0]
        given = {key: _filled(str(value), self.values) for key, value in step.get("with", {}).items()}
        match action:
            case "actions/checkout":
                self._check_out(given.get("ref") or self.commit, self.workspace / given.get("path", "."))
            case "actions/upload-artifact":
                self._upload(given["name"], self.workspace / given["path"], given.get("if-no-files-found", "warn"))
            case "actions/download-artifact":
                self._download(given.get("name"), self.workspace / given.get("path", "."))
            case "actions/setup-python":
                pass
            case _:
                raise StepFailed(f"nobody plays {action}.")
        return ""

    def _check_out(self, commit: str, folder: Path) -> None:
        git = ("git", "-c", "advice.detachedHead=false")
        subprocess.run([*git, "clone", "--quiet", "--no-checkout", self.github.origin, folder], check=True)
        subprocess.run([*git, "checkout", "--quiet", commit], cwd=folder, check=True)

    def _upload(self, name: str, file: Path, missing: str) -> None:
        if not file.exists():
            if missing == "error":
                raise StepFailed(f"there is no {file.name} to keep.")
            return
        (self.github.artifacts / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, self.github.artifacts / name)
        self.github.list_artifacts()

    def _download(self, name: str | None, folder: Path) -> None:
        kept = self.github.artifacts
        for each in [kept / name] if name else sorted(kept.glob("report-*")):
            shutil.copytree(each, folder if name else folder / each.name, dirs_exist_ok=True)


def commit(project: Path) -> str:
    """Commit all that a checkout has; return the commit."""
    who = ("-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "add", "--all"], cwd=project, check=True)
    subprocess.run(["git", *who, "commit", "--quiet", "--allow-empty", "--message=tests"], cwd=project, check=True)
    asked = ["git", "rev-parse", "HEAD"]
    return subprocess.run(asked, cwd=project, check=True, capture_output=True, text=True).stdout.strip()


def machine_variables() -> dict[str, str]:
    """Return what a machine has besides: the caches of this one, so that nothing is built or fetched again."""
    home = Path.home()
    cache = os.environ.get("SUPASCHEMA_CACHE") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "supaschema"
    )
    path = [each for each in os.environ["PATH"].split(os.pathsep) if not Path(each).is_relative_to(ROOT)]
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(_OF_FETCHING)}
    return {
        "UV_CACHE_DIR": str(home / ".cache" / "uv"),
        **kept,
        "SUPASCHEMA_CACHE": cache,
        "PATH": os.pathsep.join(path),
    }
