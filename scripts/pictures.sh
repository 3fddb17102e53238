#!/usr/bin/env bash
# Draw the pictures of the Grafana dashboards anew (docs/dashboard-operators.png, docs/dashboard-organizations.png): with
# Grafana's own components, of the answers of a temporary server. With --build: make what draws them, and no more.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

if wants_help "$@"; then
    sed -n '2,3s/^# //p' "$0"
    exit 0
fi
build_by_npm monitoring/pictures "what draws the dashboards"
[ "${1:-}" != --build ] || exit 0
for tool in prometheus promtool; do
    have "$tool" || fail "there is no $tool on PATH (on Debian: apt-get install prometheus)." 3
done
have prometheus-sql-exporter || have sql_exporter ||
    fail "there is no sql_exporter on PATH (on Debian: apt-get install prometheus-sql-exporter)." 3
PICTURE="write" "$PROJECT/scripts/test.sh" --tests tests/dashboard/test_grafana.py "$@"
