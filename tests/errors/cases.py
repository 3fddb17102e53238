"""What can be wrong, and what must be said of it: the rows of docs/errors.md, in their order."""

from __future__ import annotations

from supaschema.declarations import (
    Bucket,
    Column,
    ForeignKey,
    Function,
    Index,
    Policy,
    PolicyCommand,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.errors.case import Case
from tests.errors.poolers import POOLED, POOLER
from tests.errors.strange import STRANGE
from tests.support.declared import TITLE, notes
from tests.support.pulumi import Declared

MAKE_FIRST = "Correct the name, or make it first: where another resource makes it, name that in depends_on."
MEND = "Mend the SQL."

DECLARED = (
    Case(
        "a table's name of more than 63 bytes",
        "has 64 bytes; PostgreSQL cuts names at 63",
        "resource 'table' has a problem: name: ",
        "Shorten it.",
        (Declared("table", notes("n" * 64)),),
    ),
    Case(
        "a column's name of more than 63 bytes, in fewer characters",
        f'the name "{"é" * 32}" has 64 bytes',
        "resource 'table' has a problem: columns: ",
        "Shorten it.",
        (Declared("table", notes("notes", Column(name="é" * 32, type="text"))),),
    ),
    Case(
        "a text with a NUL character, of which the server would be sent a part",
        "the text holds a NUL character, at which the server takes it to end.",
        "resource 'table' has a problem: columns[1].comment: ",
        "Remove it.",
        (Declared("table", notes("notes", Column(name="a", type="text", comment="a\0b"))),),
    ),
    Case(
        "a column declared twice",
        'column "title" is declared twice.',
        "resource 'table' has a problem: columns: ",
        "Remove one.",
        (Declared("table", notes("notes", TITLE, TITLE)),),
    ),
    Case(
        "a bucket whose files may have no byte",
        "no file can have at most 0 bytes.",
        "resource 'bucket' has a problem: fileSizeLimit: ",
        "Give bytes from 1 to 536870912000 (500 GiB), or leave it out for the project's limit.",
        (Declared("bucket", Bucket(name="uploads", file_size_limit=0)),),
    ),
    Case(
        "a bucket for `*/*`",
        '"*/*" matches nothing at upload: the bucket would refuse every file.',
        "resource 'bucket' has a problem: allowedMimeTypes: ",
        "Leave the list out to admit every type.",
        (Declared("bucket", Bucket(name="uploads", allowed_mime_types=("*/*",))),),
    ),
    Case(
        "two resources that declare one object",
        'table public.notes is declared by resource "first" too.',
        "resource 'second' has a problem: ",
        "Remove one of the two: an object has one owner.",
        (Declared("first", notes()), Declared("second", notes(), after=("first",))),
    ),
)
"""What `pulumi preview` refuses."""

_SHORT = Function(name="short", returns="integer", language="sql", body="select no_such from public.users")

REFUSED = (
    Case(
        "a type that there is not",
        'type "no_such_type" does not exist',
        "public.users: ",
        MAKE_FIRST,
        (Declared("type", TablePatch(table="users", columns=(Column(name="odd", type="no_such_type"),))),),
    ),
    Case(
        "a table of the baseline that is missing",
        "there is no relation public.no_such_table.",
        "column public.no_such_table.title: ",
        MAKE_FIRST,
        (Declared("patch", TablePatch(table="no_such_table", columns=(TITLE,))),),
    ),
    Case(
        "an index of a missing table",
        "there is no relation public.no_such_table.",
        "index public.no_such_table.idx_odd: ",
        MAKE_FIRST,
        (Declared("index", Index(name="idx_odd", table="no_such_table", keys=("id",))),),
    ),
    Case(
        "tables that reference each other in a circle",
        "there is no relation public.hens.",
        "constraint public.eggs.eggs_hen_id_fkey: ",
        f"{MAKE_FIRST} Of two tables that name each other, give one its foreign key by a TablePatch after both.",
        (
            Declared(
                "circle",
                Table(
                    name="eggs",
                    columns=(*notes().columns, Column(name="hen_id", type="uuid")),
                    primary_key=notes().primary_key,
                    foreign_keys=(ForeignKey(columns=("hen_id",), references="hens"),),
                ),
            ),
        ),
    ),
    Case(
        "a policy on a missing column",
        'column "no_such_column" does not exist',
        "public.jobs/by column: ",
        MAKE_FIRST,
        (
            Declared(
                "policy column",
                Policy(
                    name="by column",
                    table="jobs",
                    command=PolicyCommand.SELECT,
                    to=("authenticated",),
                    using="no_such_column is null",
                ),
            ),
        ),
    ),
    Case(
        "a policy for a missing role",
        'role "nobody_knows" does not exist',
        "public.events/by role: ",
        MAKE_FIRST,
        (
            Declared(
                "policy role",
                Policy(
                    name="by role",
                    table="events",
                    command=PolicyCommand.SELECT,
                    to=("nobody_knows",),
                    using="type is null",
                ),
            ),
        ),
    ),
    Case(
        "a syntax error in a function's file",
        'syntax error at or near "selekt"',
        "sql/functions/public/odd.sql:2: ",
        MEND,
        (
            Declared(
                "function file",
                Function(
                    name="odd",
                    returns="integer",
                    language="sql",
                    body="-- What it does.\nselekt 1\n",
                    file="sql/functions/public/odd.sql",
                ),
            ),
        ),
    ),
    Case(
        "a syntax error in a view's file",
        'syntax error at or near "public"',
        "sql/views/public/odd.sql:3: ",
        MEND,
        (
            Declared(
                "view file",
                View(
                    name="odd",
                    query="-- What it shows.\nselect id\n  form public.users\n",
                    file="sql/views/public/odd.sql",
                ),
            ),
        ),
    ),
    Case(
        "a function that does not compile",
        '"n" is not a known variable',
        "sql/functions/public/uncompiled.sql:3: ",
        MEND,
        (
            Declared(
                "function compile",
                Function(
                    name="uncompiled",
                    returns="integer",
                    body="begin\n  -- There is no n.\n  n := 1;\n  return 1;\nend\n",
                    file="sql/functions/public/uncompiled.sql",
                ),
            ),
        ),
    ),
    Case(
        "a function over a missing column, without a file",
        'column "no_such" does not exist',
        "public.short(), line 1: ",
        MAKE_FIRST,
        (Declared("function inline", _SHORT),),
    ),
    Case(
        "a view on a missing table",
        'relation "public.no_such_table" does not exist',
        "sql/views/public/missing.sql:2: ",
        MAKE_FIRST,
        (
            Declared(
                "view",
                View(
                    name="missing",
                    query="select id\n  from public.no_such_table\n",
                    file="sql/views/public/missing.sql",
                ),
            ),
        ),
    ),
    Case(
        "a trigger of a missing function",
        "function public.no_such_function() does not exist",
        "public.users.odd: ",
        MAKE_FIRST,
        (
            Declared(
                "trigger",
                Trigger(name="odd", table="users", events=(TriggerEvent.INSERT,), function="public.no_such_function"),
            ),
        ),
    ),
    Case(
        "a default that is no value of the column's type",
        'invalid input syntax for type integer: "many"',
        "public.organizations: ",
        "Correct the value.",
        (
            Declared(
                "default",
                TablePatch(table="organizations", columns=(Column(name="odd", type="integer", default="'many'"),)),
            ),
        ),
    ),
)
"""What only the server can tell."""

UNREACHABLE = Case(
    "a server that is not there",
    "the database cannot be reached: connection to server at",
    "127.0.0.1:1/app: ",
    "Check host, port and that the server runs.",
)
PASSWORD = Case(
    "a wrong password",
    "the password is wrong.",
    "127.0.0.1:",
    "Set it anew: pulumi config set --secret supaschema:databaseUrl",
)
OLD = Case(
    "a server older than PostgreSQL 15",
    "the server is PostgreSQL 14.",
    "127.0.0.1:",
    "Upgrade it to 15 or newer.",
)
STANDBY = Case(
    "a standby",
    "the server is a standby and takes no writes.",
    "127.0.0.1:",
    "Name the primary.",
)
PLAIN = Case(
    "a server on another machine that offers no TLS",
    "the server offers no TLS, and nothing is told to it without.",
    "0.0.0.0:",
    "Switch TLS on at the server (Supabase has it on), or go through a tunnel that ends at localhost.",
)
LAX = Case(
    "a URL of another machine that admits a plain connection",
    "sslmode admits a connection that is not encrypted.",
    "db.example.com:5432/app: ",
    "Leave sslmode out, which means sslmode=require, or write sslmode=verify-full with the platform's certificate "
    "(sslrootcert).",
)
TRUSTING = Case(
    "a URL of another machine that lets it ask for the password itself",
    "require_auth admits a server that is told the password, or that asks for none.",
    "db.example.com:5432/app: ",
    "Leave require_auth out, which means require_auth=scram-sha-256, or write sslmode=verify-full with the platform's "
    "certificate (sslrootcert).",
)
CURIOUS = Case(
    "a server on another machine that wants to be told the password",
    "the server wants to be told who we are in a way that is not allowed: authentication method requirement",
    "0.0.0.0:",
    "Let the server ask by scram-sha-256; for another way write require_auth and sslmode=verify-full into the URL.",
)
UNKNOWN_CERTIFICATE = Case(
    "a server whose certificate no known authority has signed",
    "the server's certificate is not trusted: SSL error: certificate verify failed.",
    "0.0.0.0:",
    "Name by sslrootcert the certificate that the platform has for download; if it is that, somebody else answers.",
)
POWERLESS = Case(
    "a role that may not make a schema",
    "the server refuses: permission denied for database",
    "public.jobs: ",
    "Deploy as the owner of the object (on Supabase: postgres), or give the role what it lacks.",
)
GUARDED = (PLAIN, LAX, TRUSTING, CURIOUS, UNKNOWN_CERTIFICATE)
CONNECTIONS = (UNREACHABLE, PASSWORD, POOLER, POOLED, *GUARDED, OLD, STANDBY, POWERLESS)

NO_URL = Case(
    "no database is configured",
    "no database is named.",
    "databaseUrl: ",
    "Run `pulumi config set --secret supaschema:databaseUrl`, or set SUPASCHEMA_DATABASE_URL.",
)
UNKNOWN_KEY = Case(
    "a configuration key that there is not",
    "there is no such key.",
    "supaschema:serchLanguage: ",
    "Did you mean searchLanguage? Remove it: pulumi config rm serchLanguage",
)
UNKNOWN_SETTING = Case(
    "a setting that the provider does not have",
    "the provider has no such setting.",
    "lockWaiting: ",
    "Write lockWait.",
)
UNENCRYPTED = Case(
    "a `supabaseUrl` on another machine without encryption",
    "http://db.example.com would be given serviceRoleKey without encryption.",
    "supabaseUrl: ",
    "Write https://db.example.com.",
)
PASSPHRASE = Case(
    "a wrong passphrase",
    "incorrect passphrase",
    "getting stack configuration",
    "Set PULUMI_CONFIG_PASSPHRASE to the passphrase that the stack was made with.",
)
SETTINGS = (NO_URL, UNKNOWN_KEY, UNKNOWN_SETTING, UNENCRYPTED, PASSPHRASE)

LOCKED = Case(
    "a lock that another session holds for longer than `lockWait`",
    "could not acquire a lock within 1 s",
    "public.users: ",
    "Wait for it to end, or end it, and run it again.",
)
DEPRIVED = Case(
    "a role that loses its rights half-way",
    "the server refuses: must be owner of table users",
    "public.users: ",
    "Deploy as the owner of the object (on Supabase: postgres), or give the role what it lacks.",
)
CUT = Case(
    "a connection that is cut in the middle of a statement",
    "the connection was lost: terminating connection due to administrator command",
    "public.paused: ",
    "Find out what ended it: a restart, a pooler, the network. Nothing half-made was kept: run it again.",
)
FULL = Case(
    "a full disk",
    "No space left on device",
    "public.filling: ",
    "Free some disk space or add some. Nothing half-made was kept: run it again.",
)
BROKEN_OFF = (LOCKED, DEPRIVED, CUT, FULL)

MOVED = Case(
    "a declaration that moved from one resource to another",
    "it is declared by another resource, urn:pulumi:test::objects::supaschema:index:TableAccess::access.",
    "row security public.jobs: ",
    "If only this declaration moved, run `python -m supaschema move --from urn:pulumi:test::objects::"
    "supaschema:index:TableAccess::access --to urn:pulumi:test::objects::supaschema:index:TablePatch::patch`. "
    "Otherwise remove one of the two.",
)
FILLED = Case(
    "a bucket that is to go and holds files, where the Storage API deletes buckets",
    "the bucket holds files.",
    "bucket kept: ",
    "Nothing of it was changed. Empty it, or say forceDestroy: true in its declaration and run `pulumi up`; then run "
    "the command again.",
)
KEPT = (MOVED, FILLED)

ALL = (*CONNECTIONS, *SETTINGS, *DECLARED, *REFUSED, *BROKEN_OFF, *KEPT, *STRANGE)
