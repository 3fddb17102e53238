#!/usr/bin/env bash
# The page for an organization's admins (docs/dashboard.md): build it, and serve it on this machine against the local
# stack's database; --port N. With --write FOLDER: write its files for $STACK, to be hosted anywhere. With --build: no more.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

if wants_help "$@"; then
    sed -n '2,3s/^# //p' "$0"
    exit 0
fi

build_by_npm dashboard "the page"
case "${1:-}" in
    --build) ;;
    --write)
        [ -n "${2:-}" ] || fail "name the folder: scripts/dashboard.sh --write FOLDER" 3
        scripts/setup.sh
        scripts/install-pulumi.sh >/dev/null
        enter_stack
        settings="$(pulumi config --json --stack "$STACK")" || fail "cannot read the settings of stack $STACK." 3
        python -m tools.dashboard write "$2" <<<"$settings"
        ;;
    *)
        [ "$STACK" = local ] || fail "only the local stack is served here: write stack $STACK's page by --write FOLDER." 3
        scripts/setup.sh
        need_server
        exec "$VENV/bin/python" -m tools.dashboard serve "$@"
        ;;
esac
