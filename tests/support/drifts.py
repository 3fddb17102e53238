"""Changes by hand to a database with the connector system, of every kind, by what is done."""

from __future__ import annotations

from tests.support.drift_change import Change
from tests.support.drifts_of_access import ACCESS
from tests.support.drifts_of_structure import STRUCTURE

CHANGES: dict[str, Change] = {change.do: change for change in (*STRUCTURE, *ACCESS)}
