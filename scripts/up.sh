#!/usr/bin/env bash
# Bring a stack to what the program declares: the tools, for the stack `local` its server and sample data,
# then `pulumi up` and the validation. Arguments go to `pulumi up`. Running it again repeats nothing.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"
cd "$PROJECT"

scripts/setup.sh
scripts/install-pulumi.sh >/dev/null
if [ "$STACK" = local ]; then
    say "local server: start, platform, baseline, sample rows"
    "$VENV/bin/python" -m localdb load
fi
enter_stack

say "deploying stack $STACK"
if [ "$STACK" = local ]; then
    pulumi stack select --create --non-interactive "$STACK"
    pulumi up --stack "$STACK" --yes --skip-preview --suppress-outputs "$@"
    "$VENV/bin/python" -m localdb sample
else
    # Somebody else's data: the plan is shown and asked about, unless the caller says --yes.
    pulumi up --stack "$STACK" "$@"
fi
scripts/validate.sh
if [ "$STACK" = local ]; then
    say "$("$VENV/bin/python" -m localdb status)"
    say "use it: eval \"\$(make -s env)\", then pulumi, or psql \"\$SUPASCHEMA_DATABASE_URL\""
fi
