#!/usr/bin/env bash
# On GitHub: fetch the newest artifact of a name that a workflow left on the main branch, into the current folder:
# scripts/newest-artifact.sh deploy.yml snapshot-staging. Exit code 3: there is none yet.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

workflow="$1" name="$2"
repository="${GITHUB_REPOSITORY:?}"
branch="$(gh api "repos/$repository" --jq .default_branch)"
# Of a run that failed later on, too: what it deployed is deployed.
newest="repos/$repository/actions/artifacts?name=$name&per_page=100"
run="$(gh api "$newest" --jq "[.artifacts[] | select(.expired | not) | select(.workflow_run.head_branch == \"$branch\")
    | select(.workflow_run.head_repository_id == .workflow_run.repository_id)][0].workflow_run.id // empty")"
[ -n "$run" ] || fail "no artifact $name on branch $branch yet: run $workflow once." 3
gh run download "$run" --repo "$repository" --name "$name"
