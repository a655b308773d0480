#!/bin/sh
# Builds the wheel, installs it away from the checkout, and uses it: sh packaging/try_wheel.sh FOLDER (an empty one)
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=$1
QT_QPA_PLATFORM=offscreen
NEGATOSCOPE_HOME=$folder/home
export QT_QPA_PLATFORM NEGATOSCOPE_HOME
python=${NEGATOSCOPE_PYTHON:-python3}

"$python" -m venv "$folder/venv"
bin=$folder/venv/bin
"$bin/python" -m pip wheel -qq --no-input --no-deps --wheel-dir "$folder" "$root"
"$bin/python" -m pip install -qq --no-input --constraint "$root/packaging/constraints.txt" "$folder"/negatoscope-*.whl
cd "$folder"
"$bin/negatoscope" --version
"$bin/negatoscope" --check
"$bin/python" - <<'END'
from viewer.ui.resources import resources

folder = resources()
assert "site-packages" in folder.parts, folder
for needed in ("icons/app.svg", "fonts/Inter-Regular.otf", "translations/negatoscope_ru.qm", "sample", "guide"):
    assert (folder / needed).exists(), f"{needed} did not reach the wheel"
print("resources:", folder)
END
sample=$("$bin/python" -c 'from viewer.ui.resources import resources; print(resources() / "sample")')
"$bin/negatoscope" scan "$sample" >"$folder/scan.txt"
"$bin/negatoscope" screenshot "$sample" --size 1440 900 -o "$folder/window.png"
echo "the wheel works: $(wc -c <"$folder/window.png") bytes of picture"
