"""What is wrong with declared policies and grants, as far as it can be told without a database.

The rules on policies are those of Supabase's database linter and performance advice, applied to the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.quoted import in_quotes
from supaschema.declarations import Grant, InlinePolicy, PolicyCommand, Privilege
from supaschema.lint.identifiers import name_problems
from supaschema.supabase.roles import END_USERS, PUBLIC

TABLE_PRIVILEGES = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
    "ALL",
)
COLUMN_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "REFERENCES", "ALL")
SCHEMA_PRIVILEGES = ("USAGE", "CREATE", "ALL")
SEQUENCE_PRIVILEGES = ("USAGE", "SELECT", "UPDATE", "ALL")
TYPE_PRIVILEGES = ("USAGE", "ALL")
SERVER_PRIVILEGES = ("USAGE", "ALL")

_PAST_POLICIES = {
    TABLE_PRIVILEGES: ("TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN", "ALL"),
    SCHEMA_PRIVILEGES: ("CREATE", "ALL"),
}
"""By what an object has: the privileges that no policy holds back."""

Problem = tuple[str, str, str, Lint | None]
"""The field, what is wrong with it, the remedy, the rule if it is one's."""

_WRITES = (PolicyCommand.ALL, PolicyCommand.INSERT, PolicyCommand.UPDATE, PolicyCommand.DELETE)
_COMMANDS = (PolicyCommand.SELECT, PolicyCommand.INSERT, PolicyCommand.UPDATE, PolicyCommand.DELETE)
_TRUE = re.compile(r"[\s(]*(true|1\s*=\s*1)[\s)]*", re.IGNORECASE)
_OPAQUE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_HELPER = r"(?:auth\s*\.\s*(?:uid|jwt|role|email)|private\s*\.\s*\w+|(?:pg_catalog\s*\.\s*)?current_setting)"
_CALL = re.compile(rf"(?<![\w.])(?P<name>{_HELPER})\s*\(", re.IGNORECASE)
_IN_HELPER = re.compile(rf"\bin\s*\(\s*select\s+(?P<name>{_HELPER})\s*\(", re.IGNORECASE)
_IN_COLUMN = re.compile(r"\bin\s*\(\s*select\s+(?:distinct\s+)?\w+\s+from\b", re.IGNORECASE)
_NOBODY = re.compile(
    rf"[\s(]*(?:(?P<negated>not)\b[\s(]*)?(?:select\s+)?{_HELPER}\s*\([^()]*\)(?:\s*->>?)*(?:[\s)]|\bas\s+\w+)*"
    r"is\s+(?(negated)not\s+)null[\s)]*",
    re.IGNORECASE,
)
_SELECT = re.compile(r"\(\s*select\b", re.IGNORECASE)
_FROM = re.compile(r"\b(from|where)\b", re.IGNORECASE)


def policy_problems(policy: InlinePolicy, *, field: str | None = None) -> Iterator[DeclarationError]:
    """Return what is wrong with one policy.

    Args:
        policy: The policy.
        field: The field that carries it; None: the policy's own fields are named.

    """
    yield from name_problems(policy.name, field=field or "name")
    where = f"policy {in_quotes(policy.name)}"
    for own, what, remedy, lint in (*_role_problems(policy.to), *_clause_problems(policy), *_text_problems(policy)):
        yield DeclarationError(f"{where} {what}", field=field or own, remedy=remedy, lint=lint)


def overlap_problems(policies: Sequence[InlinePolicy], *, field: str) -> Iterator[DeclarationError]:
    """Return policies of one name, and permissive ones that are all evaluated for one role and command."""
    names = [policy.name for policy in policies]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield DeclarationError(f"policy {in_quotes(name)} is declared twice.", field=field, remedy="Remove one.")
    for role in sorted({role for policy in policies for role in policy.to} - {"service_role"}):
        for command in _COMMANDS:
            found = [policy.name for policy in policies if _speaks_of(policy, role, command)]
            if len(found) > 1:
                shown = " and ".join(map(in_quotes, found))
                what = f"policies {shown} are both evaluated for every {command.value} of {role}."
                remedy = "Make them one, their conditions joined by OR."
                yield DeclarationError(what, field=field, remedy=remedy, lint=Lint.OVERLAPPING_POLICIES)


def grant_problems(
    grants: Sequence[Grant], admitted: Sequence[str], *, field: str = "grants"
) -> Iterator[DeclarationError]:
    """Return grants to nobody, of nothing, and of what the object does not have.

    Args:
        grants: What is granted.
        admitted: The privileges that the object has; columns are admitted where these are a table's.
        field: The declaration's field.

    """
    for grant in grants:
        if not grant.to:
            yield DeclarationError("a grant names no role.", field=field, remedy='Name one; "public" means every role.')
        if not grant.privileges:
            remedy = "Name a privilege, or remove the grant: what is not granted is taken away."
            yield DeclarationError(f"the grant to {grant.to} names no privilege.", field=field, remedy=remedy)
        if grant.columns and admitted is not TABLE_PRIVILEGES:
            remedy = "Only tables and views have columns: remove them."
            yield DeclarationError(f"the grant to {grant.to} names columns.", field=field, remedy=remedy)
            continue
        allowed = COLUMN_PRIVILEGES if grant.columns else admitted
        for privilege in _unknown(grant.privileges, allowed):
            remedy = f"Possible are: {', '.join(allowed)}."
            what = f"the grant to {grant.to} names {privilege}, which its object does not have."
            yield DeclarationError(what, field=field, remedy=remedy)
        past = [held.value for held in grant.privileges if held.value in _PAST_POLICIES.get(tuple(admitted), ())]
        if past and grant.to in END_USERS and not grant.columns:
            what = f"{grant.to} would hold {', '.join(past)}, which no policy holds back."
            remedy = "Name the privileges that they need, without it."
            yield DeclarationError(what, field=field, remedy=remedy, lint=Lint.GRANT_PAST_POLICIES)


def held_back(grants: Iterable[Grant], admitted: Sequence[str]) -> tuple[Grant, ...]:
    """Return grants without what end users would hold that no policy holds back."""
    past = _PAST_POLICIES.get(tuple(admitted), ())
    kept = [
        msgspec.structs.replace(it, privileges=tuple(held for held in it.privileges if held.value not in past))
        if it.to in END_USERS and not it.columns
        else it
        for it in grants
    ]
    return tuple(it for it in kept if it.privileges)


def bare_calls(expression: str) -> list[str]:
    """Return the helpers that an expression calls for every row, not in a `(select helper())` of their own."""
    text = plain(expression)
    return [re.sub(r"\s", "", call["name"]) for call in _CALL.finditer(text) if not _wrapped(text, call.start())]


def called_once(expression: str) -> str:
    """Return an expression that calls each helper once a statement which it calls for every row; see `bare_calls`."""
    text = plain(expression)
    call = next((it for it in reversed([*_CALL.finditer(text)]) if not _wrapped(text, it.start())), None)
    if call is None:
        return expression
    depths = itertools.accumulate({"(": 1, ")": -1}.get(it, 0) for it in text[call.end() - 1 :])
    end = call.end() + next((place for place, depth in enumerate(depths) if depth == 0), len(text))
    return called_once(f"{expression[: call.start()]}(select {expression[call.start() : end]}){expression[end:]}")


def plain(expression: str) -> str:
    """Return an expression with blanks for its texts, quoted names and comments."""
    return _OPAQUE.sub(lambda match: " " * len(match[0]), expression)


def _role_problems(to: Sequence[str]) -> Iterator[Problem]:
    if not to:
        yield "to", "names no role.", 'Name the roles in "to"; "public" means every role.', None
    if PUBLIC in to and len(to) > 1:
        yield "to", "names public and other roles; public is all of them.", "Leave out public, or the others.", None


def _clause_problems(policy: InlinePolicy) -> Iterator[Problem]:
    command = policy.command
    if command is PolicyCommand.INSERT and policy.using is not None:
        what = "has USING, which INSERT does not take: there is no row to look at yet."
        yield "using", what, "Write it as check.", None
    if command in (PolicyCommand.SELECT, PolicyCommand.DELETE) and policy.check is not None:
        what = f"has a check, which {command.value} does not take: it writes no row."
        yield "check", what, "Write it as using.", None
    needed = "check" if command is PolicyCommand.INSERT else "using"
    if getattr(policy, needed) is None:
        remedy = f'Say which rows: {needed}="org_id = (select private.current_org_id())".'
        yield needed, f"has no {needed}.", remedy, None


def _text_problems(policy: InlinePolicy) -> Iterator[Problem]:
    everywhere = [name for name in ("using", "check") if _TRUE.fullmatch(getattr(policy, name) or "")]
    exposed = sorted(set(policy.to).intersection(END_USERS))
    # A SELECT of everything may be meant; a write of anything by anybody never is.
    if policy.permissive and policy.command in _WRITES and everywhere and exposed:
        what = f"lets {', '.join(exposed)} write any row: its {everywhere[0]} is always true."
        yield everywhere[0], what, "Say which rows are theirs, or name service_role alone.", Lint.WRITES_ANY_ROW
    for name in ("using", "check"):
        if policy.permissive and exposed and _admits_nobody(getattr(policy, name) or ""):
            remedy = "Leave that out: where nobody is signed in, the comparison is not true, and no row is shown."
            what = f"is true for every row where nobody is signed in, in {name}."
            yield name, what, remedy, Lint.NOBODY_SIGNED_IN
        for what, remedy, lint in _expression_problems(getattr(policy, name)):
            yield name, f"{what} in {name}.", remedy, lint


def _expression_problems(expression: str | None) -> Iterator[tuple[str, str, Lint | None]]:
    if expression is None:
        return
    if not expression.strip():
        yield "has nothing", "Write a condition, or leave it out.", None
    for call in dict.fromkeys(bare_calls(expression)):
        remedy = f"Write (select {call}(...)): it is then called once a statement."
        yield f"calls {call}() once for every row", remedy, Lint.CALL_FOR_EVERY_ROW
    for match in _IN_HELPER.finditer(expression):
        call = re.sub(r"\s", "", match["name"])
        remedy = f"Write = (select {call}()), or = any (array(select {call}())) where it gives several."
        yield f"compares by IN (select {call}()), which no index serves,", remedy, Lint.CALL_IN_LIST
    if _names_no_table(expression):
        remedy = "Give the other table an alias, and qualify the column: where it has none of that name, any row fits."
        what = "compares by IN (select column from ...) without saying whose column that is,"
        yield what, remedy, Lint.COLUMN_OF_NO_TABLE
    if "user_metadata" in expression:
        what = "reads user_metadata, which every user may write,"
        yield what, "Read app_metadata, or a table.", Lint.USER_METADATA


def _names_no_table(expression: str) -> bool:
    return _IN_COLUMN.search(plain(expression)) is not None


def _admits_nobody(expression: str) -> bool:
    return any(_NOBODY.fullmatch(alternative) for alternative in _alternatives(plain(expression).strip()))


def _alternatives(text: str) -> list[str]:
    # The operands of the outermost OR.
    depth, parts = 0, [""]
    for token in re.findall(r"\w+|.", text, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth == 0 and token.lower() == "or":
            parts.append("")
        else:
            parts[-1] += token
    if len(parts) == 1 and _closed(text):
        return _alternatives(text[1:-1].strip())
    return parts


def _closed(text: str) -> bool:
    # Whether the first parenthesis is closed by the last.
    depths = list(itertools.accumulate({"(": 1, ")": -1}.get(character, 0) for character in text))
    return text.startswith("(") and len(text) > 1 and 0 not in depths[:-1] and depths[-1] == 0


def _wrapped(text: str, position: int) -> bool:
    # Outwards from the call: the nearest sub-select must call it in its list, not in its FROM or WHERE.
    depth = 0
    for place in range(position - 1, -1, -1):
        if text[place] == ")":
            depth += 1
        elif text[place] == "(" and depth:
            depth -= 1
        elif text[place] == "(" and _SELECT.match(text, place):
            return _FROM.search(text, place, position) is None
    return False


def _speaks_of(policy: InlinePolicy, role: str, command: PolicyCommand) -> bool:
    named = role in policy.to or (PUBLIC in policy.to and role in END_USERS)
    return policy.permissive and named and policy.command in (PolicyCommand.ALL, command)


def _unknown(privileges: Iterable[Privilege], allowed: Sequence[str]) -> list[str]:
    return [privilege.value for privilege in privileges if privilege.value not in allowed]
