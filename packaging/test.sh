#!/bin/sh
# Installs what is missing and runs the whole test suite, with no screen: sh packaging/test.sh [PYTEST OPTIONS...]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=packaging/environment.sh
. "$root/packaging/environment.sh"

prepare dev
cd "$root"
QT_QPA_PLATFORM=offscreen
export QT_QPA_PLATFORM
# The whole suite takes half the time when two run it; a file's tests stay together.
if [ $# -eq 0 ]; then
    set -- -n 2 --dist loadfile
fi
exec "$venv/bin/python" -m pytest "$@"
