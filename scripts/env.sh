#!/usr/bin/env bash
# Print the shell's exports for one stack, so that a plain `pulumi` means that stack's world:
#   eval "$(make -s env)"
# With --tools: only what every stack and the tests share. Secrets are printed; nothing else is said.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

export_line() { printf 'export %s=%q\n' "$1" "$2"; }

tools() {
    local pulumi
    pulumi="$("$PROJECT/scripts/install-pulumi.sh")"
    # shellcheck disable=SC2016  # the reading shell's own PATH
    printf 'export PATH=%q:"$PATH"\n' "$VENV/bin:$pulumi"
    # pulumi asks who runs it; a container's user may have no name.
    [ -n "${USER:-}" ] || export_line USER "$(id -un 2>/dev/null || echo "user-$(id -u)")"
    export_line PULUMI_PYTHON_CMD "$VENV/bin/python"
    export_line PULUMI_SKIP_UPDATE_CHECK true
    export_line PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION true
}

# The passphrase of the local stack's state: made once, readable by its owner only.
passphrase() {
    local file="$LOCAL/passphrase"
    if [ ! -s "$file" ]; then
        mkdir -p "$LOCAL"
        (umask 077 && "$VENV/bin/python" -c 'import secrets; print(secrets.token_urlsafe(24))' >"$file")
        # What another passphrase encrypted cannot be read any more; the file holds nothing but our stack's salt.
        rm -f "$PROJECT/Pulumi.local.yaml"
    fi
    cat "$file"
}

# The CLI logs every run to this folder, as at -v=9, and nothing turns that off: it is nearly half of what the engine
# takes. Where a file stands, it logs nothing.
without_logs() {
    [ -f "$LOCAL/pulumi/logs" ] || { rm -rf "$LOCAL/pulumi/logs"; mkdir -p "$LOCAL/pulumi"; : >"$LOCAL/pulumi/logs"; }
}

local_stack() {
    local url
    mkdir -p "$LOCAL/state"
    without_logs
    export_line SUPASCHEMA_ENVIRONMENT local
    export_line PULUMI_HOME "$LOCAL/pulumi"
    # The engine reads it as a URL: %41 would be an A to it, and behind a # or ? it would see no folder.
    export_line PULUMI_BACKEND_URL "$("$VENV/bin/python" -c 'import pathlib, sys; print(pathlib.Path(sys.argv[1]).as_uri())' "$LOCAL/state")"
    export_line PULUMI_CONFIG_PASSPHRASE "$(passphrase)"
    # State is written once at the end: quick, and safe because the provider knows again what it made.
    export_line PULUMI_SKIP_CHECKPOINTS true
    if url="$("$VENV/bin/python" -m localdb url 2>/dev/null)"; then
        export_line SUPASCHEMA_DATABASE_URL "$url"
    else
        printf 'unset SUPASCHEMA_DATABASE_URL # there is no local server before the first "make up"\n'
    fi
}

# Another stack brings its own state, passphrase and database. What a shell still has of the local one would
# send this stack's changes to the wrong place.
other_stack() {
    [ "${SUPASCHEMA_ENVIRONMENT:-}" = local ] || return 0
    printf 'unset SUPASCHEMA_ENVIRONMENT PULUMI_HOME PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE'
    printf ' PULUMI_SKIP_CHECKPOINTS SUPASCHEMA_DATABASE_URL\n'
}

[ -x "$VENV/bin/python" ] || fail "the Python environment is missing: run \`make setup\` first." 3
tools
[ "${1:-}" != --tools ] || exit 0
if [ "$STACK" = local ]; then local_stack; else other_stack; fi
