"""The sides of a comparison, opened: what is in a file is put into a database of its own where that is needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from msgspec import structs

from supaschema.comparison import reading
from supaschema.comparison.named import Form, Named
from supaschema.comparison.reading import Reading
from supaschema.comparison.scratch import copy_of, run_files
from supaschema.core.beside import Beside
from supaschema.core.errors import DeclarationError
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Database
from supaschema.database.settings import Consent, Settings
from supaschema.engine.pipeline import Pipeline
from supaschema.portable.model import load
from supaschema.portable.rebuild import rebuilt
from supaschema.registry import KINDS


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Where sides are opened.

    Attributes:
        scratch: An empty database, of which copies are made for files; None: none is named.
        consents: The hazards that the plan may bring.
        secrets: What is shown to nobody; what is found to be secret is added.

    """

    scratch: Settings | None
    consents: tuple[Consent, ...]
    secrets: Secrets


@contextmanager
def opened(
    one: Named, other: Named, places: Places, *, writes: bool = False
) -> Iterator[tuple[Pipeline, Reading, Reading]]:
    """Open both sides: the one that a plan is made for, with what it holds, and what the other one holds.

    A database is read while the other side is. A file is read beforehand: no copy is made of a database that another
    one is just being made of. Raises as `source` and `target`; of two refusals, that of `target` is told.
    """
    if other.form is not Form.DATABASE:
        read = target(other, places)
        with source(one, places, writes=writes) as (pipeline, found):
            yield pipeline, found, read
        return
    beside = Beside(lambda: target(other, places))
    with ExitStack() as stack:
        try:
            pipeline, found = stack.enter_context(source(one, places, writes=writes))
        except Exception:
            beside.result()
            raise
        yield pipeline, found, beside.result()


@contextmanager
def source(side: Named, places: Places, *, writes: bool = False) -> Iterator[tuple[Pipeline, Reading]]:
    """Open the side that a plan is made for: a database in any case, for a plan asks the server what a text means.

    Args:
        side: The side.
        places: Where it is opened.
        writes: Whether it is read as the one writer of its database, which keeps others out until the block ends.

    Raises:
        DeclarationError: It takes a scratch database, and none is named.
        PreconditionError: The scratch database is not empty.
        SupaschemaError: The side cannot be read.

    """
    with _settings(side, places) as settings:
        filed = _rebuilt(side, settings)
        with _pipeline(dataclasses.replace(settings, consents=places.consents), places.secrets) as pipeline:
            if writes:
                pipeline.begin()
            found = reading.of_database(pipeline)
            yield pipeline, found if filed is None else dataclasses.replace(filed, facts=found.facts)


def target(side: Named, places: Places) -> Reading:
    """Return what the other side holds; raises likewise. A snapshot is read as it is, without a server."""
    if side.form is Form.SNAPSHOT:
        return reading.of_snapshot(load(side.path))
    with _settings(side, places) as settings, _pipeline(settings, places.secrets) as pipeline:
        return reading.of_database(pipeline)


@contextmanager
def _settings(side: Named, places: Places) -> Iterator[Settings]:
    if side.form is Form.DATABASE:
        yield Settings(side.url)
        return
    if places.scratch is None:
        what = f"{side.label} is put into a database for this, and no scratch database is named."
        raise DeclarationError(what, remedy="Give an empty one with --scratch: copies of it are made, and dropped.")
    with copy_of(places.scratch) as settings:
        if side.form is Form.SQL:
            run_files(settings, side.files)
        yield settings


def _rebuilt(side: Named, settings: Settings) -> Reading | None:
    """Rebuild a snapshot in its database; return what the file holds, with what could not be. None: it is none."""
    if side.form is not Form.SNAPSHOT:
        return None
    # Whose each object is, is not compared.
    snapshot = structs.replace(load(side.path), ledger=None)
    with _database(settings) as database:
        failures = rebuilt(database, snapshot, KINDS).failures
    found = reading.of_snapshot(snapshot)
    ids = {str(id): id for id in found.facts}
    lost = {ids[item.name]: f"it could not be rebuilt: {item.why}" for item in failures if item.name in ids}
    return dataclasses.replace(found, untold={**lost, **found.untold})


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _pipeline(settings: Settings, secrets: Secrets) -> Iterator[Pipeline]:
    with _database(settings) as database:
        pipeline = Pipeline(database, KINDS, secrets)
        try:
            yield pipeline
        finally:
            pipeline.close()
