"""For each check of a deployed stack, what somebody does to the database, and what the check must say of it."""

from tests.support.sabotages.access import ACCESS
from tests.support.sabotages.sabotage import Sabotage
from tests.support.sabotages.server import PLATFORM, SERVER
from tests.support.sabotages.shape import FUNCTIONS, SHAPE

SABOTAGES = {**SERVER, **SHAPE, **FUNCTIONS, **ACCESS, **PLATFORM}
"""By the check's name. That a server is out of reach or a connection plain is no sabotage of a database."""

__all__ = ["SABOTAGES", "Sabotage"]
