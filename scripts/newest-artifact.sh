#!/usr/bin/env bash
# On GitHub: fetch the newest artifact of a name that a workflow left on the main branch, into the current folder:
# scripts/newest-artifact.sh deploy.yml snapshot-staging. Exit code 3: there is none yet, or none any more.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

workflow="$1" name="$2"
repository="${GITHUB_REPOSITORY:?}"
branch="$(gh api "repos/$repository" --jq .default_branch)"
# What a pull request ran on a branch of that name is not ours. A run that failed later on has deployed what it has.
own=".workflow_runs[] | select(.event == \"push\" or .event == \"workflow_dispatch\")"
own+=" | select(.head_repository.full_name == \"$repository\") | .id"
runs="$(gh api --method GET "repos/$repository/actions/workflows/$workflow/runs" --raw-field "branch=$branch" --jq "$own")"
for run in $runs; do
    there="[.artifacts[] | select(.name == \"$name\" and (.expired | not))] | length"
    [ "$(gh api "repos/$repository/actions/runs/$run/artifacts" --jq "$there")" = 0 ] && continue
    gh run download "$run" --repo "$repository" --name "$name"
    exit 0
done
fail "no artifact $name on branch $branch: run $workflow, by hand if nothing is to be merged." 3
