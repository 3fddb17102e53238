#!/usr/bin/env bash
# Make the Python environment .venv exactly what the lock file says. Nothing to do: a few milliseconds.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

export UV_PYTHON_DOWNLOADS=never

lock="$PROJECT/requirements.lock"

find_uv() {
    if have uv; then command -v uv; else printf '%s/uv\n' "$(tool_environment uv uv)"; fi
}

# The project's own packages are imported from the tree, by every program of the environment.
link_project() {
    local site
    site="$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
    printf '%s\n' "$PROJECT/supaschema/src" "$PROJECT/infra" "$PROJECT" >"$site/project.pth"
}

stamp="$VENV/installed"
wanted="$(cat "$lock" "$0" | cksum) $PROJECT"
if [ -x "$VENV/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
uv="$(find_uv)"
usable() {
    # After a move of the project its programs would still start the Python of the old place.
    [ ! -f "$stamp" ] || [ "$(cut -d ' ' -f 3- "$stamp")" = "$PROJECT" ] || return 1
    "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}
if ! usable; then
    say "making .venv with $(host_python)"
    "$uv" venv --quiet --clear --python "$(host_python)" "$VENV"
fi
say "installing $(grep -c '==' "$lock") Python packages"
VIRTUAL_ENV="$VENV" "$uv" pip sync --quiet --require-hashes --compile-bytecode "$lock"
link_project
printf '%s\n' "$wanted" >"$stamp"
