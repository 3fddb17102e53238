#!/usr/bin/env bash
# Measure `supaschema diff` next to what else compares two databases: the Supabase CLI (npm; for Linux on x86_64), migra and
# results (PyPI). They are installed into the project's cache, by lock files with hashes. Arguments are numbers of tables
# (10, 100, 500).
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

enter_tools
have npm || fail "the Supabase CLI is installed by npm (on Debian: apt-get install nodejs npm)." 3
npm="$CACHE/bench-others"
if ! cmp --silent tests/bench/others/package-lock.json "$npm/package-lock.json"; then
    say "installing the Supabase CLI"
    mkdir -p "$npm"
    cp tests/bench/others/.npmrc tests/bench/others/package*.json "$npm"
    (cd "$npm" && npm ci --loglevel=error --no-progress >&2)
fi
migra="$(tool_environment migra migra)/migra"
results="$(tool_environment results results)/results"
supabase="$npm/node_modules/@supabase/cli-linux-x64/bin/supabase"
exec python -m tests.bench.others --supabase "$supabase" --migra "$migra" --results "$results" "$@"
