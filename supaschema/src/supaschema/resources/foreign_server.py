"""ForeignServer: what is reached elsewhere, and who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import ForeignServer
from supaschema.kinds import foreign_options
from supaschema.kinds import foreign_server as foreign_server_kind
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.lint.access import SERVER_PRIVILEGES, grant_problems
from supaschema.lint.foreign import option_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource
from supaschema.supabase.roles import API_ROLES


class ForeignServerResource(Resource[ForeignServer]):
    """Foreign servers."""

    declaration = ForeignServer

    def identify(self, declared: ForeignServer) -> str:
        """Return the server's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> ForeignServer | None:
        """Return the live server's declaration; of its keys it has hashes."""
        return _declared_from(live, ForeignServer(name=id, wrapper=""))

    def problems(self, declared: ForeignServer) -> Iterable[DeclarationError]:
        """Return names that are too long, what hides a value, and privileges that a server does not have."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.wrapper, field="wrapper")
        yield from option_problems(declared.options)
        yield from grant_problems(declared.grants, SERVER_PRIVILEGES)

    def facts(self, declared: ForeignServer) -> tuple[Fact, ...]:
        """Return the server and its grants."""
        name = (declared.name,)
        definition = foreign_server_kind.ForeignServer(
            wrapper=declared.wrapper,
            type=declared.type,
            version=declared.version,
            options=declared.options,
            comment=declared.comment,
        )
        return (
            Fact(ObjectId("foreign_server", name), definition),
            Fact(ObjectId("foreign_server_grants", name), declared_grants(declared.grants)),
        )

    def renames(self, declared: ForeignServer) -> tuple[Rename, ...]:
        """Return those of the server: no text that is known names it."""
        new = ObjectId("foreign_server", (declared.name,))
        former = declared.renamed_from
        return tuple(Rename(ObjectId("foreign_server", (old,)), new, is_spoken=False) for old in former)

    def former(self, declared: ForeignServer) -> tuple[str, ...]:
        """Return its former names."""
        return declared.renamed_from

    def lift(self, facts: Facts, declared: ForeignServer) -> Mapping[str, Any]:
        """Return the server as the facts have it."""
        found = _declared_from(facts, declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, known: ForeignServer) -> ForeignServer | None:
    name = (known.name,)
    found = facts.get(ObjectId("foreign_server", name))
    if not isinstance(found, foreign_server_kind.ForeignServer):
        return None
    managed = {*API_ROLES, *(grant.to for grant in known.grants)}
    return ForeignServer(
        name=known.name,
        wrapper=found.wrapper,
        type=found.type,
        version=found.version,
        options=foreign_options.listed(found.options, known.options),
        grants=grants_from(facts.get(ObjectId("foreign_server_grants", name)), managed, known.grants),
        comment=found.comment if known.comment is not None else found.comment or None,
    )
