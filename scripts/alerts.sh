#!/usr/bin/env bash
# Try the alert rules on series of which it is known what they mean, with Prometheus' own promtool; the exporter on a
# database of a temporary server; and both on one in which connectors fail, a batch is stuck and webhook events pile up.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

have promtool || fail "there is no promtool on PATH (on Debian: apt-get install prometheus)." 3
have prometheus-sql-exporter || have sql_exporter ||
    fail "there is no sql_exporter on PATH (on Debian: apt-get install prometheus-sql-exporter)." 3
promtool check rules monitoring/alerts/connectors.yml
promtool test rules monitoring/alerts/connectors.test.yml
EXPORTER=required "$PROJECT/scripts/test.sh" --tests \
    tests/integration/test_exporter.py tests/integration/test_alerts.py "$@"
