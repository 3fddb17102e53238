#!/usr/bin/env bash
# On GitHub: post a text as the one comment of this project on a pull request, or put it in the place of the earlier one:
# HEAD_SHA=... HEAD_OWNER=... HEAD_BRANCH=... RUN_URL=... scripts/comment.sh FILE. The pull request is the one of that
# branch whose head that commit is.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

MARKER='<!-- supaschema report -->'
repository="${GITHUB_REPOSITORY:?}"
# By branch: the pull requests of a commit are not told where that is in a fork.
found="$(gh api --method GET "repos/$repository/pulls" --raw-field state=open --raw-field "head=$HEAD_OWNER:$HEAD_BRANCH" \
    --jq "[.[] | select(.head.sha == \"$HEAD_SHA\")][0] | \"\(.number // \"\") \(.base.sha // \"\")\"")"
read -r number base <<<"$found" || true
[ -n "${number:-}" ] || { say "no open pull request has commit $HEAD_SHA as its head: it was pushed to since"; exit 0; }
body="$(mktemp)"
trap 'rm -f "$body"' EXIT
{
    printf '%s\n' "$MARKER"
    cat "$1"
    printf '\n<sub>Of %s onto %s, %s · [run](%s)</sub>\n' "${HEAD_SHA:0:12}" "${base:0:12}" "$(date -u +'%Y-%m-%d %H:%M UTC')" "$RUN_URL"
} >"$body"
own="[.[] | select(.user.type == \"Bot\" and (.body | startswith(\"$MARKER\")))][0].id // empty"
comment="$(gh api --paginate "repos/$repository/issues/$number/comments?per_page=100" --jq "$own" | head -n 1)"
if [ -n "$comment" ]; then
    gh api --silent --method PATCH "repos/$repository/issues/comments/$comment" --field "body=@$body"
else
    gh api --silent --method POST "repos/$repository/issues/$number/comments" --field "body=@$body"
fi
