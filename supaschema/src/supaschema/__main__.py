"""`python -m supaschema`: see `supaschema.command`."""

import sys

from supaschema.command.cli import main
from supaschema.core.core_dumps import forbid_dumps

if __name__ == "__main__":
    forbid_dumps()
    sys.exit(main(sys.argv[1:]))
