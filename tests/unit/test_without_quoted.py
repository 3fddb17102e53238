"""What SQL quotes is left out of it, however it is quoted; names and words stay."""

from __future__ import annotations

import pytest

from supaschema.core.secret_texts import without_quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select f('key')", "select f('[secret]')"),
        ("select f('it''s', \"a 'name'\")", "select f('[secret]', \"a 'name'\")"),
        (r"select E'it\'s key', e'x'", "select '[secret]', '[secret]'"),
        ("select f'key'", "select f'[secret]'"),
        ("select u&'key', B'01', x'ff', n'key'", "select '[secret]', '[secret]', '[secret]', '[secret]'"),
        ("do $$ begin 'x' end $$", "do '[secret]'"),
        ("do $a$ one $$ two $a$; select 1", "do '[secret]'; select 1"),
        ("select a$b$c, $1", "select a$b$c, $1"),
        ("select 1$$key$$, $1$$key$$", "select 1'[secret]', $1'[secret]'"),
        (r"select some'\', 'key', one", "select some'[secret]'"),
        ("select 1 -- key\n, 2", "select 1  \n, 2"),
        ("select 1 /* key /* 'more' */ key */ + 2", "select 1   + 2"),
        ("select 'key", "select '[secret]'"),
        ("select $$key", "select '[secret]'"),
        ("select 1 /* key", "select 1  "),
        ('select "a\'\'b" from "c--d"', 'select "a\'\'b" from "c--d"'),
        ("select public.purge(7)", "select public.purge(7)"),
        ("select e'a'\n'\\'key', 1", "select '[secret]', 1"),
        ("select e'a' -- why\n '\\'key', 1", "select '[secret]', 1"),
        ("select $\u2603$ ' key $\u2603$, 1", "select '[secret]', 1"),
        ("select 1 as \u2603$$, '$$ key', 2", "select 1 as \u2603$$, '[secret]', 2"),
        (r"select f('it\'s key'), g('key')", "select f('[secret]'"),
        (r"select f('it\'', 'key', 'key')", "select f('[secret]'"),
    ],
)
def test_quoted_texts_and_comments_are_left_out(text: str, expected: str) -> None:
    assert without_quoted(text) == expected
    assert without_quoted(expected) == expected
