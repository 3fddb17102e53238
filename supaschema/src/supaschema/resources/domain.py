"""Domain: a domain with all its checks, and who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Domain, DomainCheck
from supaschema.kinds import domain as domain_kind
from supaschema.kinds import domain_check as check_kind
from supaschema.lint.access import TYPE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource, members
from supaschema.resources.column_properties import collation_names, collation_text
from supaschema.resources.type_access import type_grants_facts, type_grants_from

Name = tuple[str, str]


class DomainResource(Resource[Domain]):
    """Domains."""

    declaration = Domain
    principal = "domain"

    def identify(self, declared: Domain) -> str:
        """Return `schema.domain`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> Domain | None:
        """Return the live domain's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: Domain) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        names = [check.name for check in declared.checks]
        for name in dict.fromkeys(names):
            yield from name_problems(name, field="checks")
            if names.count(name) > 1:
                yield DeclarationError(f"two checks are called {name}.", field="checks", remedy="Rename one of them.")
        yield from grant_problems(declared.grants or (), TYPE_PRIVILEGES)

    def facts(self, declared: Domain) -> tuple[Fact, ...]:
        """Return the domain, its checks, and where it is declared who may use it."""
        name = (declared.schema, declared.name)
        definition = domain_kind.Domain(
            type=declared.type,
            collation=collation_names(declared.collation),
            default=declared.default,
            not_null=not declared.nullable,
            comment=declared.comment,
        )
        found = [Fact(ObjectId("domain", name), definition)]
        found += [Fact(ObjectId("domain_check", (*name, it.name)), _check(it, declared)) for it in declared.checks]
        return (*found, *type_grants_facts(name, declared.grants))

    def exclusive_objects(self, declared: Domain, live: Facts) -> Iterable[ObjectId]:
        """Return every check, for the domain is declared whole."""
        name = (declared.schema, declared.name)
        return [id for id in live if id.kind == "domain_check" and id.name[:2] == name]

    def renames(self, declared: Domain) -> tuple[Rename, ...]:
        """Return those of the domain, then those of its checks."""
        name = (declared.schema, declared.name)
        checks = (
            pair
            for it in declared.checks
            for pair in renamed.of_relation("domain_check", (*name, it.name), it.renamed_from)
        )
        return (*renamed.of_schema("domain", name, declared.renamed_from), *checks)

    def former(self, declared: Domain) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def lift(self, facts: Facts, declared: Domain) -> Mapping[str, Any]:
        """Return the domain as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _check(check: DomainCheck, declared: Domain) -> check_kind.DomainCheck:
    return check_kind.DomainCheck(
        expression=check.expression, type=declared.type, validated=check.validated, comment=check.comment
    )


def _declared_from(facts: Facts, name: Name, known: Domain | None = None) -> Domain | None:
    found = facts.get(ObjectId("domain", name))
    if not isinstance(found, domain_kind.Domain):
        return None
    is_collated = found.collation is not None or (known is not None and known.collation is not None)
    return Domain(
        schema=name[0],
        name=name[1],
        type=found.type,
        collation=collation_text(found.collation) if is_collated else None,
        nullable=not found.not_null,
        default=found.default,
        checks=tuple(_checks_from(facts, name, known.checks if known else ())),
        grants=type_grants_from(facts, name, known.grants if known else None, is_declared=known is not None),
        comment=found.comment,
    )


def _checks_from(facts: Facts, name: Name, order: tuple[DomainCheck, ...]) -> Iterator[DomainCheck]:
    found = {own: item for (*_, own), item in members(facts, "domain_check", name).items()}
    for own in dict.fromkeys((*(it.name for it in order if it.name in found), *found)):
        item = found[own]
        if isinstance(item, check_kind.DomainCheck):
            yield DomainCheck(name=own, expression=item.expression, validated=item.validated, comment=item.comment)
