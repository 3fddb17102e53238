"""What a process that holds secrets of a database owes: no dump of its memory, and no text that steers a terminal.

Of these `disable_core_dumps` comes first, before a secret is read; `line` and `lines` are for whatever is printed.
"""

from __future__ import annotations

from supaschema.core.core_dumps import disable_core_dumps
from supaschema.core.printable import line, lines

__all__ = ["disable_core_dumps", "line", "lines"]
