"""Reading a report's JSON, which anybody may have written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.printable import line
from supaschema.review.model import VERSION, Report

ANOTHER = "Make one: supaschema report --format json --output FILE."


def read(path: Path) -> Report:
    """Return a report.

    Raises:
        SupaschemaError: The file is no report, or one of another version.

    """
    try:
        text = path.read_bytes()
        version = msgspec.json.decode(text, type=_Versioned).version
        if version == VERSION:
            return msgspec.json.decode(text, type=Report)
    except OSError as error:
        raise SupaschemaError(f"{path} cannot be read: {error.strerror}.", remedy=ANOTHER) from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise SupaschemaError(f"{path} is no report: {line(str(error))}.", remedy=ANOTHER) from None
    raise SupaschemaError(f"{path} is a report of version {version}; this is {VERSION}.", remedy=ANOTHER)


class _Versioned(msgspec.Struct):
    version: int
