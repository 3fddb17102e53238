"""Where connectors and uploads put files: two private buckets, one rule for both."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.rules import IS_ADMIN, MEMBER
from supaschema.declarations import Bucket, Policy, PolicyCommand

BUCKETS = ("connector-imports", "imported-files")

LARGEST_FILE = 5 * 1024**3
"""Bytes: 5368709120. Above the project's own limit, the project's counts."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
MIME_TYPES = (
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/x-msvideo",
    "video/x-matroska",
    "audio/mpeg",
    "audio/wav",
    "audio/ogg",
    "audio/webm",
    "audio/mp4",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.presentationml.presentation",
    "text/plain",
    "text/markdown",
    "text/csv",
    "text/html",
    "application/json",
    "application/xml",
)

_OURS = ", ".join(f"'{name}'" for name in BUCKETS)
_ORG = "(select private.current_org_id())::text"
_DOT, _SLASH = r"\.|%(25)*2e", r"[/\\]|%(25)*(2f|5c)"
"""As regular expressions, which ignore case: themselves, or encoded once or more often."""
_OWN_FOLDER = (
    f"objects.bucket_id in ({_OURS}) "
    # That the first folder is the organization: names between `org/` and `org0`, the next character after the slash.
    # storage.foldername() says the same and reads every file of the bucket: a range is served by the platform's index.
    f"""and objects.name collate "C" >= {_ORG} || '/' and objects.name collate "C" < {_ORG} || '0' """
    # Whatever keeps the files may follow `own/../another/file` out of the own folder, and may decode it before. Only
    # names that could be such are looked at closely.
    "and (strpos(objects.name, '..') = 0 and strpos(objects.name, '%') = 0 or objects.name !~* "
    rf"'({_SLASH}|^)({_DOT}){{2}}({_SLASH}|$)')"
)
_PLAIN_NAME = (
    # Control characters and those that turn the direction of text, backslashes, and what stands for either encoded.
    r"objects.name !~* '[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\\]|%(25)*([01][0-9a-f]|7f|2f|5c)' "
    # No folder and no file without a name, or with one of nothing but dots.
    rf"and objects.name !~* '(^|/)({_DOT}|[\u2024\u2025\uff0e])*(/|$)'"
)


def area() -> Area:
    """Return the buckets, then the policies: a bucket without policies is closed."""
    buckets = tuple(Part(f"bucket {name}", bucket(name)) for name in BUCKETS)
    after = tuple(part.name for part in buckets)
    opened = (Part(f"storage.objects {policy.command.value.lower()}", policy, after) for policy in policies())
    return Area("storage", (*buckets, *opened))


def bucket(name: str) -> Bucket:
    """Return a private bucket for files of any kind that a connector brings."""
    return Bucket(name=name, file_size_limit=LARGEST_FILE, allowed_mime_types=MIME_TYPES)


def policies() -> tuple[Policy, ...]:
    """Return one policy per action for both buckets, by the first folder, which is the organization's id.

    The services need none: the platform's role passes row level security.
    """
    managed = f"{_OWN_FOLDER} and {IS_ADMIN}"
    # Of names that are there already, nothing more is asked.
    written = f"{managed} and {_PLAIN_NAME}"
    return (
        _policy("Members read their organization's connector files", PolicyCommand.SELECT, using=_OWN_FOLDER),
        _policy("Admins upload connector files", PolicyCommand.INSERT, check=written),
        # An upload over an existing file, and a resumed one, are updates.
        _policy("Admins replace connector files", PolicyCommand.UPDATE, using=managed, check=written),
        _policy("Admins delete connector files", PolicyCommand.DELETE, using=managed),
    )


def _policy(name: str, command: PolicyCommand, *, using: str | None = None, check: str | None = None) -> Policy:
    return Policy(name=name, command=command, schema="storage", table="objects", to=(MEMBER,), using=using, check=check)
