#!/usr/bin/env bash
# On GitHub: show a text on the page of the run: scripts/step-summary.sh FILE.
set -euo pipefail

cat "$1" >>"${GITHUB_STEP_SUMMARY:?}"
