#!/bin/sh
# Puts Negatoscope into the menu of this user's desktop and makes it open DICOM files and folders on a double or right click.
#
#     sh packaging/install_desktop.sh             after packaging/run.sh, or after pipx install .
#     sh packaging/install_desktop.sh --remove
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/negatoscope.desktop
sizes="16 32 48 128 256 512"

refresh() {
    ! command -v update-desktop-database >/dev/null 2>&1 || update-desktop-database -q "$data/applications" || true
    ! command -v gtk-update-icon-cache >/dev/null 2>&1 || gtk-update-icon-cache -q -t -f "$data/icons/hicolor" || true
}

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$data/icons/hicolor/scalable/apps/negatoscope.svg" "$data/metainfo/io.github.negatoscope.metainfo.xml"
    for size in $sizes; do
        rm -f "$data/icons/hicolor/${size}x$size/apps/negatoscope.png"
    done
    refresh
    echo "removed from the menu"
    exit 0
fi

# shellcheck source=packaging/environment.sh
. "$root/packaging/environment.sh"
choose_folder
if [ -x "$venv/bin/negatoscope" ]; then
    program=$venv/bin/negatoscope
elif command -v negatoscope >/dev/null 2>&1; then
    program=$(command -v negatoscope)
else
    die "install the program first: sh packaging/run.sh"
fi

# Quoted as the Desktop Entry Specification wants it, then for sed.
quoted=$(printf '"%s"' "$(printf '%s' "$program" | sed 's/[\\"`$]/\\\\&/g')" | sed 's/[\\&|]/\\&/g')
mkdir -p "$data/applications" "$data/metainfo" "$data/icons/hicolor/scalable/apps"
sed "s|^Exec=negatoscope|Exec=$quoted|" "$root/packaging/linux/negatoscope.desktop" >"$entry"
cp "$root/packaging/linux/io.github.negatoscope.metainfo.xml" "$data/metainfo/"
cp "$root/resources/icons/app.svg" "$data/icons/hicolor/scalable/apps/negatoscope.svg"
for size in $sizes; do
    mkdir -p "$data/icons/hicolor/${size}x$size/apps"
    cp "$root/packaging/linux/icons/negatoscope-$size.png" "$data/icons/hicolor/${size}x$size/apps/negatoscope.png"
done
refresh
# DICOM files open with it by default; folders and archives keep their program and offer this one too.
! command -v xdg-mime >/dev/null 2>&1 || xdg-mime default negatoscope.desktop application/dicom || true
echo "Negatoscope is in the menu and opens DICOM files"
