#!/usr/bin/env bash
# Run the audit's validation against a stack's database: read-only. Exit codes as in infra/connectors/validation.py.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

need_server
enter_stack
need_database_url
say "validating stack $STACK"
PYTHONPATH=infra python -m connectors.validation "$@"
