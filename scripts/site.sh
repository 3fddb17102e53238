#!/usr/bin/env bash
# Build the documentation as a site, into .local/site or a folder that is named. What a page links to and there is not
# fails the build. MkDocs has an environment of its own; nothing is fetched while it builds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

folder="${1:-$LOCAL/site}"
bin="$(tool_environment mkdocs-material mkdocs-material)"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
# Its hooks are this project's. Quietly it would not count what is missing.
PYTHONPATH="$PROJECT" PYTHONDONTWRITEBYTECODE=1 NO_MKDOCS_2_WARNING=1 \
    "$bin/mkdocs" build --clean --config-file tools/site/mkdocs.yml --site-dir "$folder" >"$log" 2>&1 || {
    grep -v '^INFO' "$log" >&2
    fail "the site is not built."
}
say "the site is $folder/index.html"
