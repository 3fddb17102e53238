#!/usr/bin/env bash
# Compare a stack's database with what was deployed. Exit codes: 0 the same; 1 could not tell; 2 it differs;
# 3 a precondition is missing. Nothing is changed but by --repair.
#   scripts/drift.sh             the ledger against the database: changed, missing, unmanaged; no program, no state
#   scripts/drift.sh --accept    accept what is unmanaged now, in infra/drift/STACK.json, to be reviewed
#   scripts/drift.sh --repair    deploy the resources of what is changed or missing, as `pulumi up` shows it and asks;
#                                what is unmanaged stays; then look again. What follows goes to pulumi: --yes
#   scripts/drift.sh --program   pulumi's preview with a refresh: what is declared and not deployed, too
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

DIFFERS=7  # pulumi's own code for --expect-no-changes
ACCEPTED="infra/drift/$STACK.json"

# What somebody wrote into the database is shown, and steers no terminal. Each of the two outputs stays itself.
preview() {
    "$PROJECT/scripts/pulumi.sh" preview --refresh --diff --expect-no-changes --non-interactive --color=never "$@"
}
printable() {
    if [ -x "$VENV/bin/python" ]; then "$VENV/bin/python" -m supaschema.core.printable; else cat; fi
}
of_program() {
    local code=0
    { preview "$@" 2>&1 >&3 3>&- | printable >&2; } 3>&1 | printable || code=$?
    case "$code" in
        0 | 3) exit "$code" ;;  # 3: a precondition is missing
        "$DIFFERS") exit 2 ;;
        *) exit 1 ;;
    esac
}

if [ "${1:-}" = --program ]; then
    shift
    of_program "$@"
fi
cd "$PROJECT"
need_server
enter_stack
need_database_url
policy=(--rules infra/drift/rules.toml)
if [ "${1:-}" = --accept ]; then
    shift
    exec python -m supaschema drift "${policy[@]}" --accept "$ACCEPTED" "$@"
fi
[ ! -e "$ACCEPTED" ] || policy+=(--accepted "$ACCEPTED")
if [ "${1:-}" = --repair ]; then
    shift
    found="$(mktemp)"
    trap 'rm -f "$found"' EXIT
    code=0
    python -m supaschema drift "${policy[@]}" --repair --output "$found" || code=$?
    [ "$code" = 2 ] || exit "$code"
    # Of another stack in the same database this program knows nothing.
    mapfile -t urns < <(python -c '
import json, sys
found = json.load(open(sys.argv[1], encoding="utf-8"))["repairs"]["targets"]
print(*(urn for urn in found if urn.startswith(sys.argv[2])), sep="\n")
' "$found" "urn:pulumi:$STACK::")
    targets=()
    for urn in "${urns[@]}"; do
        [ -z "$urn" ] || targets+=(--target "$urn")
    done
    [ "${#targets[@]}" -gt 0 ] || fail "no deployment of a resource repairs it without doing more." 2
    "$PROJECT/scripts/pulumi.sh" up --refresh "${targets[@]}" "$@" || exit 1
    set --
fi
code=0
python -m supaschema drift "${policy[@]}" "$@" || code=$?
wants_help "$@" || record_outcome drift "$code"
exit "$code"
