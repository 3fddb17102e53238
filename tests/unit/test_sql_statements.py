"""A text of several statements is cut at the semicolons that end one, and at no other."""

import pytest

from supaschema.core.sql_statements import UnfinishedError, statements


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("", []),
        ("  -- nothing\n/* at /* all */ */ ;;", []),
        ("select 1", ["select 1"]),
        ("select 1; select 2;", ["select 1", "select 2"]),
        ("select ';', E'\\';', \"a;b\", $$;$$, $x$ ; $$ ; $x$; select 2", None),
        ("select 1 -- one; two\n; select /* ; */ 2", ["select 1 -- one; two", "select /* ; */ 2"]),
        ("create rule r as on insert to t do also (select 1; select 2); select 3", None),
        (
            "create function f() returns int begin atomic select case when a then 1 end; select 2; end; select 3",
            None,
        ),
        ("create or replace procedure p() begin atomic select 1; end; select 3", None),
        ("select a$b$; select 1", ["select a$b$", "select 1"]),
        ("select 'it''s'; select 1", ["select 'it''s'", "select 1"]),
        ("7", ["7"]),
    ],
)
def test_it_is_cut_where_a_statement_ends(text: str, texts: list[str] | None):
    found = [item.text for item in statements(text)]

    assert found == (texts if texts is not None else [part.strip() for part in text.rsplit(";", 1)])


def test_the_words_of_a_statement_are_those_in_no_quotes():
    (found,) = statements("SELECT \"Vacuum\", 'commit' /* begin */ FROM \\d t")

    assert (found.begins, found.marks) == ("select from d t", "\\")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("select 1;\nselect 'a", "a quote that begins in line 2 does not end"),
        ('select "a', "a quote that begins in line 1 does not end"),
        ("do $x$ begin end $$", "a quote that begins in line 1 does not end"),
        ("select E'\\'", "a quote that begins in line 1 does not end"),
        ("/* /* */ select 1", "a comment that begins in line 1 does not end"),
    ],
)
def test_what_does_not_end_is_told(text: str, says: str):
    with pytest.raises(UnfinishedError, match=says):
        statements(text)
