#!/bin/sh
# setup.sh VENV LOCK: make the virtual environment VENV hold exactly what LOCK names.
#
# Takes the newest Python of 3.13, 3.12 and 3.11 that runs (PYTHON=... overrides), and stays with the
# one that .venv was made by. Does nothing when the environment was made from this lock by this
# Python already; a half-made one is completed.
set -eu

venv=$1
lock=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"

say() { printf '%s\n' "$*" >&2; }

# A version manager's shim may stand on the path and still not run: ask it for its version.
version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || true
}

find_python() {
    chosen=${PYTHON:-}
    if [ -z "$chosen" ] && [ -n "$(version_of .venv/bin/python)" ]; then
        chosen=$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
    fi
    for candidate in ${chosen:-python3.13 python3.12 python3.11 python3}; do
        case "$(version_of "$candidate")" in
            3.11.* | 3.12.* | 3.13.*) command -v "$candidate"; return 0 ;;
        esac
    done
    return 1
}

if ! python=$(find_python); then
    say "Saldo needs Python 3.11, 3.12 or 3.13 and found none that runs."
    say "Install one (on Debian or Ubuntu: apt-get install python3 python3-venv), or name it:"
    say "make setup PYTHON=/path/to/python3.13"
    exit 2
fi

version=$(version_of "$python")
minor=${version%.*}
inputs=$lock
if [ "$venv" = .venv ]; then inputs="$lock pyproject.toml"; fi
# shellcheck disable=SC2086
wanted="$version $(cat $inputs | cksum)"
stamp=$venv/.made-from
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -n "$(version_of "$venv/bin/python")" ]; then
    exit 0
fi

say "Setting up $venv with Python $version from $lock ..."
rm -f "$stamp"
found=$(version_of "$venv/bin/python")
if [ "${found%.*}" != "$minor" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        say "Python $version is here, but cannot make a virtual environment."
        say "On Debian or Ubuntu: apt-get install python$minor-venv"
        exit 2
    fi
fi

# pip's warnings are kept for the case that it fails.
pip_install() {
    if ! output=$("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps "$@" 2>&1); then
        say "$output"
        say "The packages for $venv could not be installed; pip's reason stands above."
        say "Without a network or a package mirror nothing can be set up; with one, run it again."
        exit 2
    fi
}

# The lock names everything with its hash, so nothing is resolved.
pip_install --no-compile --require-hashes -r "$lock"
if [ "$venv" = .venv ]; then
    pip_install --no-build-isolation -e .
fi
printf '%s\n' "$wanted" >"$stamp"
