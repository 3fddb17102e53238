"""`python -m supaschema`, and the script `supaschema` of the wheel: see `supaschema.command`."""

import sys

from supaschema.command.cli import main
from supaschema.core.collector import collect_seldom
from supaschema.core.core_dumps import disable_core_dumps
from supaschema.core.ending import end_in_order


def command() -> None:
    """Run a command, and exit with its code."""
    disable_core_dumps()
    collect_seldom()
    end_in_order()
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    command()
