#!/bin/sh
# Installs what is missing and starts Negatoscope: sh packaging/run.sh [PATH...]
# Without a PATH it opens the sample study. Everything the command `negatoscope` understands may stand here.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=packaging/environment.sh
. "$root/packaging/environment.sh"

prepare run
if [ $# -eq 0 ]; then
    set -- "$root/resources/sample"
fi
exec "$venv/bin/negatoscope" "$@"
