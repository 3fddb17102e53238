"""Options of foreign data: those that are keys are read as seals, so that no value of one leaves the server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import LiteralString

from psycopg import sql

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.option_secrets import KEY_NAMES, is_key
from supaschema.core.secret_texts import MASK
from supaschema.core.sqltext import compose, concealed, ident, literal
from supaschema.ledger import seals

Options = Mapping[str, str]
_SALT_LENGTH = 32


def read(array: LiteralString, *, all_keys: bool = False) -> LiteralString:
    """Return the SQL of options as an object: by name the value, of a key its seal.

    Args:
        array: The options as the catalog has them.
        all_keys: Whether every option is a key, whatever its name.

    """
    salt: LiteralString = (
        "pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(o.option_name, 'UTF8')), 'hex'), 32)"
    )
    sealed: LiteralString = (
        f"pg_catalog.concat('{seals.SEALED}', {salt}, ':', pg_catalog.encode(pg_catalog.sha256("
        f"pg_catalog.convert_to(pg_catalog.concat({salt}, o.option_value), 'UTF8')), 'hex'))"
    )
    is_told: LiteralString = "false" if all_keys else f"o.option_name !~* '{KEY_NAMES}'"
    value: LiteralString = f"case when {is_told} then coalesce(o.option_value, '') else {sealed} end"
    return f"""(
        select coalesce(pg_catalog.jsonb_object_agg(o.option_name, {value}), pg_catalog.jsonb_build_object())
          from pg_catalog.pg_options_to_table({array}) as o)"""


def seal(name: str, value: str) -> str:
    """Return the seal of an option as the catalog is read."""
    salt = hashlib.sha256(name.encode()).hexdigest()[:_SALT_LENGTH]
    return seals.seal(value, salt)


def sealed(options: Options, *, all_keys: bool = False) -> dict[str, str]:
    """Return options as they are read."""
    return {
        name: seal(name, value) if (all_keys or is_key(name)) and not seals.is_seal(value) else value
        for name, value in options.items()
    }


def told(options: Options) -> dict[str, str]:
    """Return options as they may leave the server."""
    return {name: MASK if seals.is_seal(value) else value for name, value in options.items()}


def listed(found: Options, known: Options, *, all_keys: bool = False) -> dict[str, str]:
    """Return options for a declaration: as they were declared where they are that, in that order."""
    alike = sealed(known, all_keys=all_keys)
    names = [*(name for name in known if name in found), *sorted(found.keys() - known.keys())]
    return {name: known[name] if name in known and alike[name] == found[name] else found[name] for name in names}


def clause(options: Options, *, all_keys: bool = False) -> sql.Composable:
    """Return what gives something new its options."""
    given = (compose("{} {}", ident(name), _value(name, options[name], all_keys=all_keys)) for name in options)
    return compose(" options ({})", sql.SQL(", ").join(given)) if options else sql.SQL("")


def changes(old: Options, new: Options, *, all_keys: bool = False) -> sql.Composable | None:
    """Return what turns options into others; None: they are alike. The old ones are as they are read."""
    parts = [*_changes(old, new, all_keys=all_keys)]
    return compose("options ({})", sql.SQL(", ").join(parts)) if parts else None


def unknown(id: ObjectId, old: Options, new: Options) -> Iterator[Precondition]:
    """Yield what forbids to write options of which a hash alone is known.

    Args:
        id: What they are of.
        old: What it has.
        new: What it shall have.

    """
    names = [name for name, value in new.items() if _is_unknown(value) and old.get(name) != value]
    if names:
        what = f"options of {id} have values that are not known here: a hash of each is, or what masks it"
        find = compose("select name from pg_catalog.unnest({}::text[]) as name", literal(names))
        yield Precondition(what, find, shows_rows=True)


def _is_unknown(value: str) -> bool:
    return seals.is_seal(value) or value == MASK


def _changes(old: Options, new: Options, *, all_keys: bool) -> Iterable[sql.Composable]:
    wanted = sealed(new, all_keys=all_keys)
    for name in old:
        if name not in new:
            yield compose("drop {}", ident(name))
    for name, value in new.items():
        if name not in old:
            yield compose("add {} {}", ident(name), _value(name, value, all_keys=all_keys))
        elif wanted[name] != old[name]:
            yield compose("set {} {}", ident(name), _value(name, value, all_keys=all_keys))


def _value(name: str, value: str, *, all_keys: bool) -> sql.Composable:
    if _is_unknown(value):
        return literal(MASK)
    return concealed(value) if all_keys or is_key(name) else literal(value)
