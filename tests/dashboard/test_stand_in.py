"""The stand-in refuses what Supabase refuses, so that the page is tried against no more than it will have."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.dashboard.conftest import PASSWORD, ROOT
from tools.dashboard import __main__ as command
from tools.dashboard import tokens
from tools.dashboard.exchange import Answer, Refusal, Request
from tools.dashboard.server import StandIn

CLAIMS = {"sub": "somebody", "role": "authenticated", "email": "somebody@example.com"}
SECRET = b"of this test"
HEALTH = "/rest/v1/connector_health?select=connector_id"


def ask(site: StandIn, address: str, body: Any = None, **headers: str) -> Answer:
    """Ask as a browser does, with the publishable key unless told otherwise."""
    split = urlsplit(address)
    given = {"host": urlsplit(site.address).netloc, "apikey": site.key, **headers}
    method = "GET" if body is None else "POST"
    return site.answer(
        Request(
            method, split.path, tuple(parse_qsl(split.query)), given, b"" if body is None else json.dumps(body).encode()
        )
    )


def signed_in(site: StandIn, email: str = "admin@org1.example.com", password: str = PASSWORD) -> Answer:
    return ask(site, "/auth/v1/token?grant_type=password", {"email": email, "password": password})


def future(**more: Any) -> dict[str, Any]:
    return {**CLAIMS, "exp": time.time() + 60, **more}


def unsigned(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (tokens.signed(future(), b"another"), "PGRST301"),
        (unsigned(future()), "PGRST301"),
        ("", "PGRST301"),
        ("a.b.c", "PGRST301"),
        (tokens.signed({**CLAIMS, "exp": time.time() - 1}, SECRET), "PGRST303"),
        (tokens.signed(CLAIMS, SECRET), "PGRST303"),
    ],
)
def test_a_token_that_is_not_ours_or_over_is_refused(token: str, code: str) -> None:
    assert tokens.verified(tokens.signed(future(), SECRET), SECRET)["sub"] == CLAIMS["sub"]
    with pytest.raises(Refusal) as refused:
        tokens.verified(token, SECRET)
    assert (refused.value.status, refused.value.code) == (401, code)


@pytest.mark.parametrize("email", ["admin@org1.example.com", "nobody@example.com", "' or true --", "a\0b"])
def test_a_wrong_password_and_an_unknown_person_are_told_alike(site: StandIn, email: str) -> None:
    answer = signed_in(site, email, "guessed")
    assert answer.status == 400
    assert json.loads(answer.body)["error_code"] == "invalid_credentials"


def test_a_token_prolongs_a_session_once_and_for_a_moment_again(site: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    again = "/auth/v1/token?grant_type=refresh_token"
    kept = {"refresh_token": json.loads(signed_in(site).body)["refresh_token"]}
    assert [ask(site, again, kept).status for _ in range(2)] == [200, 200]
    monkeypatch.setattr(site.people, "again", 0)
    kept = {"refresh_token": json.loads(signed_in(site).body)["refresh_token"]}
    assert ask(site, again, kept).status == 200
    answer = ask(site, again, kept)
    assert (answer.status, json.loads(answer.body)["error_code"]) == (400, "refresh_token_not_found")


@pytest.mark.parametrize("role", ["service_role", "postgres", "anon", None])
def test_no_token_has_another_role_than_people_have(site: StandIn, role: str | None) -> None:
    token = tokens.signed(future(role=role), site.people.secret)
    assert ask(site, HEALTH, authorization=f"Bearer {token}").status == 403


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        (HEALTH, 200, None),
        (
            "/rest/v1/connector_health?select=connector_id&order=name.desc.nullslast&limit=1&health=in.(paused,failing)",
            200,
            None,
        ),
        ("/rest/v1/nowhere?select=id", 404, "42P01"),
        ("/rest/v1/connector_health?select=nothing", 400, "42703"),
        ("/rest/v1/connector_health?select=name;drop", 400, "PGRST100"),
        ("/rest/v1/pg_catalog.pg_roles?select=rolname", 400, "PGRST100"),
        ("/rest/v1/connector_health?order=name.up", 400, "PGRST100"),
        ("/rest/v1/connector_health?limit=all", 400, "PGRST100"),
        ("/rest/v1/connector_health?name=like.a", 400, "PGRST100"),
        ("/rest/v1/connector_health?connector_id=eq.1' or true --", 400, "22P02"),
        ("/rest/v1/connector_configs?select=credentials", 403, "42501"),
    ],
)
def test_a_member_is_answered_as_postgrest_would(site: StandIn, address: str, status: int, code: str | None) -> None:
    token = json.loads(signed_in(site).body)["access_token"]
    answer = ask(site, address, authorization=f"Bearer {token}")
    told = json.loads(answer.body)
    assert (answer.status, told["code"] if isinstance(told, dict) else None) == (status, code)


@pytest.mark.parametrize(
    ("function", "body", "status", "code"),
    [
        ("nothing", {}, 404, "PGRST202"),
        ("pause_connector", {"connector": 1}, 404, "PGRST202"),
        ("pause_connector", {"connector_id": "no uuid"}, 400, "22P02"),
        ("pause_connector", [], 400, "PGRST102"),
        ("retry_webhook_events", {}, 200, None),
    ],
)
def test_a_function_is_called_by_its_name_and_its_arguments(
    site: StandIn, function: str, body: Any, status: int, code: str | None
) -> None:
    token = json.loads(signed_in(site).body)["access_token"]
    answer = ask(site, f"/rest/v1/rpc/{function}", body, authorization=f"Bearer {token}")
    told = json.loads(answer.body)
    assert (answer.status, told["code"] if isinstance(told, dict) else None) == (status, code)


def test_nobody_without_the_key_or_by_another_name_is_answered(site: StandIn) -> None:
    assert ask(site, HEALTH).status == 401
    assert ask(site, HEALTH, apikey="another").status == 401
    assert ask(site, "/", host="attacker.example.com").status == 421
    for path in ("/../../../etc/passwd", "/%2e%2e/built", "/built", "/index.html/"):
        assert ask(site, path).status == 404, path
    with urllib.request.urlopen(f"{site.address}/") as page:  # noqa: S310 - it is http
        assert page.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert site.address in page.read().decode()


def test_the_command_serves_the_local_stack_until_it_is_interrupted(
    site: StandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []

    class Local:
        def owner_url(self, database: str) -> str:
            return site.url

    def interrupted() -> None:
        told.append(capsys.readouterr().out)
        address = next(word for word in told[0].split() if word.startswith("http"))
        with urllib.request.urlopen(f"{address}/config.json") as answer:  # noqa: S310 - it begins with http
            told.append(json.load(answer)["supabaseUrl"])
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "local_cluster", Local)
    assert command.main(["serve", "--port", "0"], interrupted) == 0
    assert f"the page is at {told[1]} until Ctrl-C" in told[0]
    assert "admin@org1.example.com" in told[0]
    taken = site.address.rpartition(":")[2]
    assert command.main(["serve", "--port", taken], interrupted) == 1
    assert f"cannot serve on port {taken}" in capsys.readouterr().err


@pytest.mark.usefixtures("built")
def test_a_package_that_is_another_than_the_pinned_one_is_not_installed(tmp_path: Path) -> None:
    """The page is bundled of packages, so one that is forged would run in every admin's browser."""
    for name in ("package.json", ".npmrc"):
        shutil.copyfile(ROOT / "dashboard" / name, tmp_path / name)
    lock = json.loads((ROOT / "dashboard" / "package-lock.json").read_text(encoding="utf-8"))
    lock["packages"]["node_modules/@supabase/auth-js"]["integrity"] = f"sha512-{'A' * 86}=="
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")

    done = subprocess.run(["npm", "ci"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "EINTEGRITY" in done.stderr
    assert not (tmp_path / "node_modules" / "@supabase" / "auth-js").exists()
