"""What functions and procedures may not say: in their arguments, their bodies, and what holds during a call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.type_names import is_given
from supaschema.declarations.function import SAFE_PATH, Argument
from supaschema.kinds.function_path import NOT_FIXED, path_names
from supaschema.lint.identifiers import name_problems

_LANGUAGES = ("sql", "plpgsql")
_SERVERS, _TEMPORARY = "pg_catalog", "pg_temp"
_OF_A_SESSION = re.compile(r"pg_temp(_\d+)?$|pg_toast_temp")
_IDENTITY = ("role", "session_authorization", "session_replication_role")
"""Settings of a session that a function must not change for what it calls, triggers and policies included."""
_BODY_PATH = re.compile(
    r"\b(?:set|reset)\s+(?:(?:local|session)\s+)?search_path\b|\bset_config\s*\(\s*'search_path'|\bset\s+schema\s+'",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"--[^\n]*")
_CLAIMS = "request.jwt"
"""How settings begin by which policies know who is signed in."""


def source_problems(language: str, body: str, file: str | None) -> Iterable[DeclarationError]:
    """Yield what is wrong with the body and its language."""
    if not body.strip():
        remedy = f"See {file}." if file else "Give one."
        yield DeclarationError("the body is empty.", field="body", remedy=remedy)
    if language not in _LANGUAGES:
        what = f'functions in "{language}" are not supported.'
        yield DeclarationError(what, field="language", remedy="Write sql or plpgsql.")


def argument_problems(arguments: Sequence[Argument]) -> Iterable[DeclarationError]:
    """Yield what is wrong with the arguments."""
    names = [item.name for item in arguments if item.name]
    for name in names:
        yield from name_problems(name, field="arguments")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield DeclarationError(f'two arguments are called "{name}".', field="arguments", remedy="Rename one.")
    given = [item.default is not None for item in arguments if is_given(item.type)]
    if given != sorted(given):
        what = "an argument without a default follows one with a default."
        yield DeclarationError(what, field="arguments", remedy="Give it one, or move it to the front.")
    for item in arguments:
        if "%" in item.type:
            what = f'the type "{item.type}" of argument "{item.name}" refers to a column.'
            yield DeclarationError(
                what, field="arguments", remedy="Write the type itself: the server keeps no reference."
            )


def search_path_problems(search_path: str) -> Iterable[DeclarationError]:
    """Yield by what a path lets others put something in a name's place."""
    names = path_names(search_path)
    if NOT_FIXED in search_path or "$user" in names:
        what = "the search path depends on the caller, who could put another object in a name's place."
    elif not any(names):
        what = (
            "the search path is empty: the server then looks for types and relations among the caller's temporary ones "
            "first, and what these run has the rights of the function."
        )
    elif names[-1] != _TEMPORARY:
        what = (
            f"the search path does not end with {_TEMPORARY}: the caller's temporary types and relations are found "
            "before all that it names, and what these run has the rights of the function."
        )
    elif any(_OF_A_SESSION.match(name) for name in names[:-1]):
        what = "the search path names temporary objects, which are the caller's, before others."
    elif _SERVERS in names[1:]:
        what = f"the search path names {names[0]} before {_SERVERS}: what is made there stands in the server's place."
    else:
        return
    remedy = f"Write {SAFE_PATH}, which is the default, and qualify the other names in the body."
    yield DeclarationError(what, field="searchPath", remedy=remedy, lint=Lint.SEARCH_PATH)


def body_path_problems(body: str) -> Iterable[DeclarationError]:
    """Yield that the body of what acts for others sets a path of its own."""
    if _BODY_PATH.search(_COMMENT.sub("", body)):
        what = "the body sets a search path of its own, which the declared one does not hold for."
        remedy = "Leave that out, and qualify the names."
        yield DeclarationError(what, field="body", remedy=remedy, lint=Lint.SEARCH_PATH)


def settings_problems(settings: Mapping[str, str]) -> Iterable[DeclarationError]:
    """Yield the settings that no call may change."""
    for name in sorted(settings):
        if name.lower() == "search_path":
            what = "search_path stands among the settings."
            yield DeclarationError(what, field="settings", remedy="Give it as search_path.")
        elif name.lower() in _IDENTITY or name.lower().startswith(_CLAIMS):
            what = f"{name} stands among the settings: it changes who the session is, or what protects rows from it."
            remedy = "Leave it out; for its owner's rights make the function security definer."
            yield DeclarationError(what, field="settings", remedy=remedy)


def execute_problems(execute: Sequence[str]) -> Iterable[DeclarationError]:
    """Yield the roles that are named twice."""
    for role in sorted({role for role in execute if execute.count(role) > 1}):
        yield DeclarationError(f"{role} is named twice.", field="execute", remedy="Remove one.")
