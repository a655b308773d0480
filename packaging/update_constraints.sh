#!/bin/sh
# Writes constraints.txt anew: the newest versions that pyproject.toml allows today, in an environment of their own.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --no-input --editable "${root}[dev]"
{
    version=$("$folder/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "# Versions that were tested together (Python $version). Made with packaging/update_constraints.sh; pyproject.toml has the bounds."
    "$folder/bin/python" -m pip freeze --exclude-editable
} >"$folder/constraints.txt"
mv "$folder/constraints.txt" "$root/packaging/constraints.txt"
