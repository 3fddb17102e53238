"""What SQL text is made of, as the server's scanner has it (src/backend/parser/scan.l): parts of regular expressions.

Beyond ASCII every character may be in a name, and none is white space.
"""

from __future__ import annotations

IN_NAME = r"A-Za-z0-9_$\x80-\U0010ffff"
"""The characters of a name, within a class."""
NAME = r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*"
"""A name without quotes."""
TAG = r"(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*)?"
"""What stands between the dollars of a quote."""
SPACE = r"[ \t\n\r\f\v]*"
LINE_COMMENT = r"--[^\n\r]*"
AGAIN = rf"'[ \t\f\v]*(?:{LINE_COMMENT})?[\n\r](?:[ \t\n\r\f\v]|{LINE_COMMENT}[\n\r])*'"
"""Where a string ends and goes on in another line. A comment takes its line whole: read in one way alone, many dashes
cost no time."""
ESCAPING = rf"(?:[^'\\]|\\.|''|{AGAIN})*"
"""What a string holds in which backslashes escape."""
