"""`python -m supaschema`: see `supaschema.command`."""

import sys

from supaschema.command.cli import main
from supaschema.core.core_dumps import disable_core_dumps

if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main(sys.argv[1:]))
