"""What the page for admins is told: a project's address, its publishable key, and nothing that is secret."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.api_keys import is_public
from connectors.settings import Identity
from tools.dashboard.__main__ import main
from tools.dashboard.configuration import Configuration, ConfigurationError, of_stack, write

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "dashboard" / "src"
ADDRESS = "https://abcdefghijklmnopqrst.supabase.co"
PUBLISHABLE = "sb_publishable_0123456789"


def token(role: str) -> str:
    """Return a key of the older kind."""
    parts = (json.dumps({"alg": "HS256"}), json.dumps({"iss": "supabase", "role": role}), "signature")
    return ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)


SECRET = ("sb_secret_hunter2", token("service_role"), token("authenticated"), "hunter2", "a.hunter2.c", "a.W10.c")


def settings(**values: Any) -> dict[str, Any]:
    """Return a stack's settings as the CLI tells them."""
    given = {"supabaseUrl": ADDRESS, "publishableKey": PUBLISHABLE, **values}
    return {f"supaschema:{name}": {"value": value, "secret": False} for name, value in given.items()}


@pytest.mark.parametrize(
    ("key", "public"), [(PUBLISHABLE, True), (token("anon"), True), *((key, False) for key in (*SECRET, ""))]
)
def test_a_key_is_public_or_it_is_not(key: str, public: bool) -> None:  # noqa: FBT001 - a case's value
    assert is_public(key) == public


def test_a_stack_tells_address_key_and_where_a_member_is() -> None:
    identity = {"table": "public.people", "column": "subject", "claim": "sub"}
    assert of_stack(settings()) == Configuration(ADDRESS, PUBLISHABLE, Identity())
    assert of_stack(settings(supabaseUrl=f"{ADDRESS}/", identity=json.dumps(identity))) == Configuration(
        ADDRESS, PUBLISHABLE, Identity(**identity)
    )
    whole = {**settings(), "supaschema:identity": {"value": "...", "objectValue": identity, "secret": False}}
    assert of_stack(whole).identity == Identity(**identity)


@pytest.mark.parametrize("key", SECRET)
def test_a_key_that_not_everybody_may_have_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError, match="publishableKey is no publishable key") as refused:
        of_stack(settings(publishableKey=key))
    assert key not in str(refused.value)


def test_what_is_missing_or_encrypted_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="pulumi config set publishableKey KEY"):
        of_stack(settings(publishableKey=""))
    with pytest.raises(ConfigurationError, match="publishableKey is encrypted"):
        of_stack({**settings(), "supaschema:publishableKey": {"secret": True}})


@pytest.mark.parametrize(
    "address",
    [None, "", "abc", "ftp://a.b", "https://", "https://a.b/c", "https://u@a.b", "https://a.b;x", "https://a.b *"],
)
def test_what_is_no_address_is_refused(address: str | None) -> None:
    with pytest.raises(ConfigurationError, match="pulumi config set supabaseUrl"):
        of_stack(settings(supabaseUrl=address))


def test_the_page_may_ask_the_project_and_no_other(tmp_path: Path) -> None:
    built, folder = tmp_path / "built", tmp_path / "site"
    built.mkdir()
    for name in ("index.html", "style.css"):
        (built / name).write_text((SOURCES / name).read_text(encoding="utf-8"), encoding="utf-8")
    (built / "dashboard.js").write_text("")
    write(built, folder, Configuration(ADDRESS, PUBLISHABLE, Identity("private.people", "id", "sub")))

    policy = re.search(r'content="(default-src [^"]+)"', (folder / "index.html").read_text(encoding="utf-8"))
    assert policy is not None
    assert dict(part.split(maxsplit=1) for part in policy[1].split("; ")) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "data:",
        "connect-src": f"'self' {ADDRESS}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    # The API does not offer the schema of this table.
    assert told == {"supabaseUrl": ADDRESS, "publishableKey": PUBLISHABLE, "identity": None}


def test_a_page_that_is_not_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot write the page"):
        write(tmp_path, tmp_path / "site", of_stack(settings()))


def test_texts_become_text_and_nothing_else() -> None:
    """Markup and events in attributes are made nowhere: the page's policy would stop them, and no one tries."""
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|\bon(click|load|error)\b"
    for path in SOURCES.glob("*.ts"):
        text = path.read_text(encoding="utf-8")
        assert re.search(ways, text) is None, path.name
        assert len(text.splitlines()) <= 400, path.name


@pytest.mark.parametrize(
    "folder", ["dashboard", "monitoring/pictures", "tests/languages/typescript", "tests/bench/others"]
)
def test_packages_are_pinned_by_hash_and_come_from_any_registry(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
    wanted = json.loads((ROOT / folder / "package.json").read_text(encoding="utf-8"))
    for name, version in {**wanted["dependencies"], **wanted.get("devDependencies", {})}.items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_the_command_says_what_a_stack_lacks(monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(settings(publishableKey=token("service_role")))))
    assert main(["write", str(tmp_path / "site")]) == 3
    assert "publishableKey is no publishable key" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
