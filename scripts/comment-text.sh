#!/usr/bin/env bash
# Make the text of a comment from reports as JSON, which anybody may have written: scripts/comment-text.sh FOLDER FILE.
# FOLDER holds a folder for each stack, with report.json in it, or nothing where no report could be made.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

folder="$1" output="$2"
"$PROJECT/scripts/setup.sh"
reports=()
for report in "$folder"/*/report.json; do
    [ ! -f "$report" ] || reports+=(--from "$report")
done
if [ "${#reports[@]}" = 0 ]; then
    printf '### Schema\n\n❌ **No report could be made**: see the run.\n' >"$output"
elif ! "$VENV/bin/python" -m supaschema report "${reports[@]}" --output "$output"; then
    [ -s "$output" ] || printf '### Schema\n\n❌ **The report cannot be read**: see the run.\n' >"$output"
fi
