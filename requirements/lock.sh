#!/bin/sh
# Resolve every lock file anew, for Python 3.11 to 3.13 at once, with hashes. Needs uv.
# LOCK_FLAGS=--upgrade takes the newest versions; without it only what must change does.
set -eu
cd "$(dirname "$0")"

if ! command -v uv >/dev/null 2>&1; then
    echo "Resolving versions needs uv: pip install uv, or see its documentation." >&2
    exit 2
fi

resolve() { # resolve IN LOCK [more arguments]
    input=$1
    output=$2
    shift 2
    # shellcheck disable=SC2086
    uv pip compile --quiet --config-file uv.toml --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
        ${LOCK_FLAGS:-} -o "$output" "$@" "$input"
    echo "$output"
}

# What Lambda gets is resolved first; development and tests then use the same versions.
resolve runtime.in ../layers/deps/requirements.lock
resolve documents.in ../layers/documents/requirements.lock
resolve files.in ../layers/files/requirements.lock
resolve dev.in dev.lock --constraint ../layers/deps/requirements.lock \
    --constraint ../layers/documents/requirements.lock \
    --constraint ../layers/files/requirements.lock
resolve cloud.in cloud.lock
resolve sam.in sam.lock
