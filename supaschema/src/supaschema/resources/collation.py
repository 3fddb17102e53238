"""Collation: how texts are ordered and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Collation, CollationProvider
from supaschema.kinds import collation as collation_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource

_OF_ICU = "Leave it out, or take an ICU collation."


class CollationResource(Resource[Collation]):
    """Collations."""

    declaration = Collation
    principal = "collation"

    def identify(self, declared: Collation) -> str:
        """Return `schema.collation`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Collation | None:
        """Return the live collation's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: Collation) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        yield from _without_locale(declared)
        if declared.provider is not CollationProvider.ICU:
            if not declared.deterministic:
                what = f"a {declared.provider.value} collation is always deterministic."
                yield DeclarationError(what, field="deterministic", remedy=_OF_ICU)
            if declared.rules is not None:
                what = f"a {declared.provider.value} collation has no rules on top of its locale's."
                yield DeclarationError(what, field="rules", remedy=_OF_ICU)

    def facts(self, declared: Collation) -> tuple[Fact, ...]:
        """Return the collation."""
        is_libc = declared.provider is CollationProvider.LIBC
        definition = collation_kind.Collation(
            provider=declared.provider.value,
            locale=None if is_libc else declared.locale,
            lc_collate=declared.locale if is_libc and declared.locale is not None else declared.lc_collate,
            lc_ctype=declared.locale if is_libc and declared.locale is not None else declared.lc_ctype,
            deterministic=declared.deterministic,
            rules=declared.rules,
            comment=declared.comment,
        )
        return (Fact(ObjectId("collation", (declared.schema, declared.name)), definition),)

    def renames(self, declared: Collation) -> tuple[Rename, ...]:
        """Return those of the collation."""
        return tuple(renamed.of_schema("collation", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: Collation) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: Collation) -> Mapping[str, Any]:
        """Return the collation as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _without_locale(declared: Collation) -> Iterator[DeclarationError]:
    parts = {"lcCollate": declared.lc_collate, "lcCtype": declared.lc_ctype}
    said = [name for name, value in parts.items() if value is not None]
    if declared.locale is not None:
        for name in said:
            yield DeclarationError("a locale is both parts in one.", field=name, remedy="Leave it out, or the locale.")
    elif declared.provider is not CollationProvider.LIBC:
        for name in said:
            what = f"a {declared.provider.value} collation has one locale."
            yield DeclarationError(what, field=name, remedy="Write `locale`.")
        yield DeclarationError("it has no locale.", field="locale", remedy="Give it one.")
    elif len(said) < len(parts):
        yield DeclarationError("it has no locale.", field="locale", remedy="Give it one, or lcCollate and lcCtype.")


def _declared_from(facts: Facts, name: tuple[str, str], known: Collation | None = None) -> Collation | None:
    found = facts.get(ObjectId("collation", name))
    if not isinstance(found, collation_kind.Collation):
        return None
    is_in_parts = found.lc_collate != found.lc_ctype or (known is not None and known.lc_collate is not None)
    return Collation(
        schema=name[0],
        name=name[1],
        provider=CollationProvider(found.provider),
        locale=found.locale if found.lc_collate is None else None if is_in_parts else found.lc_collate,
        lc_collate=found.lc_collate if is_in_parts else None,
        lc_ctype=found.lc_ctype if is_in_parts else None,
        deterministic=found.deterministic,
        rules=found.rules,
        comment=found.comment,
    )
