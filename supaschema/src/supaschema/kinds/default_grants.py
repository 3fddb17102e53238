"""Default privileges: grants on what a role makes later, in a schema or wherever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace
from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, ObjectId, Phase, Precondition, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.kinds.base import Context, Family
from supaschema.kinds.grants import ALL, Entry, Grants, GrantsKind, entries_of
from supaschema.kinds.table_grants import MAINTAIN_SINCE
from supaschema.supabase.platform import PLATFORM_SCHEMAS
from supaschema.supabase.roles import PLATFORM_ROLES, PUBLIC

KNOWN = {
    "tables": ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"),
    "sequences": ("SELECT", "UPDATE", "USAGE"),
    "functions": ("EXECUTE",),
    "types": ("USAGE",),
    "schemas": ("USAGE", "CREATE"),
    "large_objects": ("SELECT", "UPDATE"),
}
"""By what is made: the privileges that it has."""
OF_PUBLIC = {"functions": "EXECUTE", "types": "USAGE"}
"""By what is made: what the server gives PUBLIC of it by itself (PostgreSQL documentation, "Privileges")."""
_ACL_DEFAULT = (
    """pg_catalog.acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole)"""
)


class DefaultGrantsKind(GrantsKind):
    """What roles are given of what one makes: `(role, schema, objects)`, wherever that is `(role, objects)`.

    The catalog has none that are as the server's own; the owner's part is held where it is not as that.
    """

    name = "default_grants"
    family = Family.DATABASE
    parts = 2
    addressed = True
    acts_everywhere = True
    privileges = ()
    # Before what is made in the same plan, which is then given what they give.
    phase = Phase.STRUCTURE
    query = (
        """
        select (array[r.rolname] || n.nspname || array[
                 case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                   when 'T' then 'types' when 'n' then 'schemas' else 'large_objects' end]::name[])::text[], """
        + entries_of("d.defaclacl", "d.defaclrole")
        + """ || case when own.privileges = usual.privileges then '{{"owner": null}}' else '{{}}' end::jsonb,
               'pg_catalog.pg_default_acl'::regclass::oid, d.oid, 0
          from pg_catalog.pg_default_acl d
          join pg_catalog.pg_roles r on r.oid = d.defaclrole
         cross join lateral (
           select array(select s.nspname from pg_catalog.pg_namespace s where s.oid = d.defaclnamespace)
         ) n(nspname)
         cross join lateral (
           select array(select x.privilege_type from pg_catalog.aclexplode(d.defaclacl) x
                         where x.grantee = d.defaclrole order by x.privilege_type)
         ) own(privileges)
         cross join lateral (
           select array(select x.privilege_type from pg_catalog.aclexplode("""
        + _ACL_DEFAULT
        + """) x
                         where x.grantee = d.defaclrole and d.defaclnamespace = 0 order by x.privilege_type)
         ) usual(privileges)
         where {scope} and not n.nspname && array['"""
        + "', '".join(PLATFORM_SCHEMAS)
        + """']::name[]
           and (r.rolname = current_user or not r.rolsuper and r.rolname !~ '"""
        + PLATFORM_ROLES
        + """'
                or r.oid in (select s.nspowner from pg_catalog.pg_namespace s where s.nspname = 'supaschema')
                or r.oid = (select b.datdba from pg_catalog.pg_database b
                             where b.datname = pg_catalog.current_database()))
    """
    )

    def create(self, id: ObjectId, new: Grants, context: Context) -> Steps:
        """Grant what is more than the server's own, and take what is less."""
        return self.alter(id, usual(id), new, context)

    def alter(self, id: ObjectId, old: Grants, new: Grants, context: Context) -> Steps:
        """Revoke what is too much, and grant what is missing: whatever the order, the same is given."""
        before, after = (replace(it, owner=it.owner or _own(id, context.major), ordered=False) for it in (old, new))
        return Steps(super().alter(id, before, after, context).statements, (_forbidding(id),))

    def drop(self, id: ObjectId, old: Grants, context: Context) -> Steps:
        """Have it as the server has it by itself."""
        return self.alter(id, old, usual(id), context)

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """They go with the schema."""
        return tuple(ObjectId("schema", (name,)) for name in id.name[1:-1])

    def stands_on(self, id: ObjectId, definition: Grants) -> tuple[tuple[str, ...], ...]:
        """Return the schema."""
        return tuple(("schema", name) for name in id.name[1:-1])

    def implied(self, id: ObjectId) -> Grants:
        """Return the server's own."""
        return usual(id)

    def target(self, id: ObjectId) -> sql.Composable:
        """Return what is made."""
        return raw_sql(id.name[-1].replace("_", " "))

    def label(self, id: ObjectId) -> str:
        """Return what is made, and by whom."""
        place = "".join(f" in {name}" for name in id.name[1:-1])
        return f"{id.name[-1].replace('_', ' ')} that {id.name[0]} makes{place}"

    def resolve(self, id: ObjectId, declared: Grants, live: Grants | None, context: Context) -> Grants:
        """Spell `ALL` out, and leave out what the server does not know; what its maker may do stays."""
        if declared.ordered:
            return declared
        entries = tuple(_expanded(entry, _known(id, context.major)) for entry in declared.entries)
        owner = live.owner if live else None
        return replace(declared, entries=tuple(it for it in entries if it.privileges), owner=owner)

    def same_structure(self, wanted: Grants, live: Grants) -> bool:
        """Compare all that is given, to whomever; what its maker may do where that was recorded."""
        one, other = self.structure(wanted), self.structure(live)
        return one == other or (not wanted.ordered and one == replace(other, owner=wanted.owner))

    def beyond(self, recorded: Grants, live: Grants) -> tuple[Grants, Mapping[str, Grants]]:
        """Return all of them: they are declared as a whole."""
        return live, {}

    def restoring(self, recorded: Grants, live: Grants | None) -> Grants:
        """Return them as they were recorded."""
        return recorded

    def cleared(self, live: Grants) -> Grants | None:
        """Nothing is left of them where they are dropped."""
        return None

    def _statement(self, id: ObjectId, query: sql.Composable, notes: Iterable[HazardNote] = ()) -> Statement:
        place = sql.SQL("").join(compose(" in schema {}", ident(name)) for name in id.name[1:-1])
        whole = compose("alter default privileges for role {}{} {}", ident(id.name[0]), place, query)
        return Statement(whole, hazards=tuple(notes))

    def _note(
        self, id: ObjectId, grantee: str, verb: str, privileges: Iterable[str], context: Context
    ) -> tuple[HazardNote, ...]:
        # In a new schema too: it is about what is made there later.
        if grantee == id.name[0]:
            return ()
        who = "Everybody" if grantee == PUBLIC else grantee
        what = f"{who} {verb} {', '.join(privileges)} on {self.label(id)} from then on."
        return (HazardNote(Hazard.AUTHZ_UPDATE, what),)


def usual(id: ObjectId) -> Grants:
    """Return what the server gives by itself, beside what the maker may do."""
    given = OF_PUBLIC.get(id.name[-1]) if not id.name[1:-1] else None
    return Grants(entries=() if given is None else (Entry(grantee=PUBLIC, privileges=(given,)),), ordered=True)


def _own(id: ObjectId, major: int) -> Entry:
    # Where a schema is named, it comes on top of what is given wherever.
    return Entry(grantee=id.name[0], privileges=() if id.name[1:-1] else tuple(sorted(_known(id, major))))


def _known(id: ObjectId, major: int) -> tuple[str, ...]:
    known = KNOWN[id.name[-1]]
    return (*known, "MAINTAIN") if id.name[-1] == "tables" and major >= MAINTAIN_SINCE else known


def _expanded(entry: Entry, known: tuple[str, ...]) -> Entry:
    wanted = known if ALL in entry.privileges else entry.privileges
    return replace(entry, privileges=tuple(sorted(set(wanted).intersection(known))))


def _forbidding(id: ObjectId) -> Precondition:
    what = f"things stand against changing {id}"
    query = """
    select 'this role has not the rights of ' || r.rolname
      from pg_catalog.pg_roles r
     where r.rolname = {role}
       and not pg_catalog.pg_has_role(r.oid, case
             when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'USAGE' else 'MEMBER' end)
    union all
    select 'large objects have default privileges from PostgreSQL 18 on'
     where {objects} = 'large_objects' and pg_catalog.current_setting('server_version_num')::integer < 180000
    """
    find = compose(query, role=literal(id.name[0]), objects=literal(id.name[-1]))
    return Precondition(what, find, shows_rows=True)
