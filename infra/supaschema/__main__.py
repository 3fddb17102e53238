"""`python -m supaschema`: see `supaschema.command`."""

import sys

from supaschema.command.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
