"""What a side of a comparison is named by: a database, a snapshot's file, or SQL."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.database.dsn import no_url, parameters_of, place_of, url_named

_SQL = ".sql"


class Form(enum.Enum):
    """What a side is."""

    DATABASE = "database"
    SNAPSHOT = "snapshot"
    SQL = "sql"


@dataclass(frozen=True, slots=True)
class Named:
    """A side.

    Attributes:
        form: What it is.
        label: How it is called; no secret is in it.
        url: Of a database, its address.
        path: Of a file or folder, where it is.

    """

    form: Form
    label: str
    url: str = field(default="", repr=False)
    path: Path = Path()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of SQL in the order in which they are run: by their paths within the folder.

        Raises:
            DeclarationError: There is none, or one is a link to what is outside of the folder.

        """
        if not self.path.is_dir():
            return (self.path,)
        found = tuple(sorted(each for each in self.path.rglob(f"*{_SQL}") if each.is_file()))
        if not found:
            raise DeclarationError(f"there is no {_SQL} file in it.", where=self.label, remedy="Name another folder.")
        within = self.path.resolve()
        for each in found:
            # Whoever wrote the folder need not be allowed to read that, and a refusal quotes what is wrong in it.
            if not each.resolve().is_relative_to(within):
                what = "it is a link that leads out of the folder."
                raise DeclarationError(what, where=str(each), remedy="Nothing was run. Put the file itself there.")
        return found


def named(text: str, side: str) -> Named:
    """Return what a side is.

    Args:
        text: A URL, the name of an environment variable that holds one, or a path.
        side: How the argument is called.

    Raises:
        DeclarationError: It is none of these.
        ConnectionRefused: It is a URL that is not to be connected to.

    """
    url = url_named(text)
    if url is not None:
        return _database(url)
    path = Path(text)
    if not _exists(path):
        raise no_url(side, ", nor a file or folder")
    is_sql = path.is_dir() or path.suffix == _SQL
    return Named(Form.SQL if is_sql else Form.SNAPSHOT, str(path), path=path)


def _database(url: str) -> Named:
    try:
        return Named(Form.DATABASE, place_of(parameters_of(url)), url=url)
    except SupaschemaError as error:
        what = error.what.replace("databaseUrl", "the URL")
        raise type(error)(what, where=error.where, remedy=error.remedy) from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        # A name that is too long, or holds a NUL.
        return False
