"""Secrets are kept out of what is said, however they are written there."""

import pytest

from supaschema.core.errors import DeclarationError
from supaschema.database.dsn import masked, parameters_of, place_of, require_url, url_named
from supaschema.database.settings import Settings

URL = "postgresql://owner:p%40ss%2Fword@db.example.com:5432/app"
SETTINGS = Settings(URL, service_role_key="a key")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"could not use {URL}", "could not use [secret]"),
        ("as p%40ss%2Fword", "as [secret]"),
        ("as p@ss/word", "as [secret]"),
        ("by a key", "by [secret]"),
        (f"KeyError: {'p@ss/word'!r}", "KeyError: '[secret]'"),
        ("owner at db.example.com:5432/app", "owner at db.example.com:5432/app"),
    ],
)
def test_every_form_of_a_secret_is_masked(text, shown):
    assert masked(text, SETTINGS) == shown


@pytest.mark.parametrize("url", ["postgresql://owner:pass/word@host/app", "postgresql://owner:pass%word@host/app"])
def test_what_was_not_percent_encoded_is_masked_whole(url):
    password = url.removeprefix("postgresql://owner:").removesuffix("@host/app")

    assert masked(f"wrong: {password}", Settings(url)) == "wrong: [secret]"


@pytest.mark.parametrize(
    "url", ["postgresql://localhost/app", "postgresql://app:app@localhost/app", "postgresql://a:abc@localhost/app", "x"]
)
def test_what_is_no_secret_is_left_as_it_is(url):
    text = "app abc localhost owner, a sentence"

    assert masked(text, Settings(url)) == text


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (URL, "db.example.com:5432/app"),
        ("postgresql://owner:pass?word@127.0.0.1/app", "127.0.0.1:5432/app"),
        ("postgresql://localhost:5433/app?user=x", "localhost:5433/app"),
        ("postgresql://u:p@one:1,two:2/app", "one,two:1,2/app"),
        ("postgresql:///app?host=/run/postgresql", "/run/postgresql:5432/app"),
        ("host=localhost dbname=app password=p@ss", "localhost:5432/app"),
        ("postgresql://u%40x:p@[::1]:5432/app", "::1:5432/app"),
    ],
)
def test_a_place_is_named_without_its_secrets(url, place):
    assert place_of(parameters_of(url)) == place


@pytest.mark.parametrize(
    "text", ["postgresql://db.example.com/app", "postgres://db.example.com/app", "host=db.example.com dbname=app"]
)
def test_a_database_is_named_by_its_url_or_by_the_variable_that_holds_one(monkeypatch, text):
    monkeypatch.setenv("LIVE", text)

    assert url_named(text) == url_named("LIVE") == text


@pytest.mark.parametrize("text", ["NOT_SET", "EMPTY", "WORD", "mysql://db.example.com/app", "a=b.sql", "x y", ""])
def test_what_names_no_database_is_refused_and_not_repeated(monkeypatch, text):
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.setenv("WORD", "open-sesame")

    with pytest.raises(DeclarationError, match=r"^FROM: it is neither a URL nor the name of an environment") as refused:
        require_url(text, "FROM")

    assert "open-sesame" not in str(refused.value)
    assert not text or text not in str(refused.value)
