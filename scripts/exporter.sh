#!/usr/bin/env bash
# Serve the connector system's metrics to Prometheus: sql_exporter with monitoring/metrics/sql_exporter.yml, as the login
# that SUPASCHEMA_MONITOR_URL names. Arguments go to the exporter: -web.listen-address 127.0.0.1:9237.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

exporter="$(command -v prometheus-sql-exporter || command -v sql_exporter)" ||
    fail "there is no sql_exporter on PATH (on Debian: apt-get install prometheus-sql-exporter)." 3
[ -n "${SUPASCHEMA_MONITOR_URL:-}" ] || fail "set SUPASCHEMA_MONITOR_URL to a login of connector_monitor." 3

# The exporter's driver is named by the scheme, and only postgres:// is one. JSON's escapes are YAML's.
file="$(mktemp)"
trap 'rm -f "$file"' EXIT
"$VENV/bin/python" - "$PROJECT/monitoring/metrics/sql_exporter.yml" >"$file" <<'PYTHON'
import json, os, pathlib, sys
url = "postgres://" + os.environ["SUPASCHEMA_MONITOR_URL"].split("://", 1)[-1]
sys.stdout.write(pathlib.Path(sys.argv[1]).read_text().replace('"@SUPASCHEMA_MONITOR_URL@"', json.dumps(url)))
PYTHON
"$exporter" -config.file "$file" "$@" &
child=$!
trap 'kill "$child" 2>/dev/null || true; rm -f "$file"' EXIT
trap 'exit 143' TERM INT
wait "$child"
