"""The database that a command is about, where it is given none."""

from __future__ import annotations

from supaschema.core.errors import DeclarationError
from supaschema.database.settings import URL_VARIABLE, Settings, settings_from


def of_environment() -> Settings:
    """Return the settings for the database that the environment names.

    Raises:
        DeclarationError: It names none.

    """
    try:
        return settings_from({})
    except DeclarationError as error:
        raise DeclarationError(error.what, remedy=f"Set {URL_VARIABLE}.") from None
