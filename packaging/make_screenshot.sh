#!/bin/sh
# Takes the picture in README.md: sh packaging/make_screenshot.sh [FOLDER]
# The sample study is copied to FOLDER (a new one) first, as its path can be read in the picture.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=packaging/environment.sh
. "$root/packaging/environment.sh"
prepare run
folder=${1:-$(mktemp -d)/sample}
[ ! -e "$folder" ] || die "$folder is there already"
cp -R "$root/resources/sample" "$folder"
trap 'rm -rf "$folder"' EXIT

# Twenty-four images on: the slice with the bleeding.
set --
for command in far_forward far_forward next_frame next_frame next_frame next_frame; do
    set -- "$@" --run "navigate.$command"
done
"$venv/bin/negatoscope" screenshot "$folder" --size 1440 900 "$@" -o "$root/resources/guide/screenshot.png"
