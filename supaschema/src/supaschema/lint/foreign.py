"""What is wrong with the options of foreign data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supaschema.core.errors import DeclarationError
from supaschema.core.quoted import in_quotes
from supaschema.core.secret_texts import MASK
from supaschema.lint.identifiers import name_problems


def option_problems(options: Mapping[str, str]) -> Iterator[DeclarationError]:
    """Return options without a name that the server takes, and those that say a mask in the place of a value."""
    for name, value in options.items():
        yield from name_problems(name, field="options")
        if value == MASK:
            what = f"option {in_quotes(name)} is {MASK}, which is what a value is hidden behind."
            remedy = "Give the value, as a secret: `pulumi config set --secret`."
            yield DeclarationError(what, field="options", remedy=remedy)
