# shellcheck shell=sh disable=SC2154
# What run.sh and test.sh share: system libraries that are missing, a virtual environment, the program in it.
#
# Sourced, with $root (the checkout) set. `prepare` (or `prepare dev` for the tests' tools too) leaves the environment's
# folder in $venv. The second time it only compares a stamp. Where things go can be moved: NEGATOSCOPE_VENV names the folder.

say() { printf '%s\n' "negatoscope: $*" >&2; }

die() {
    say "$@"
    exit 2
}

# Run a command with the rights to install system packages.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        say "this needs root, and there is no sudo: $*"
        return 1
    fi
}

# Install Debian packages. Another apt may be at work on a machine that has just started, and mirrors fail now and then.
apt_install() {
    say "installing system packages: $*"
    attempt=1
    while ! apt_once "$@"; do
        if [ "$attempt" -ge 5 ]; then
            return 1
        fi
        say "that did not work, trying again in $((attempt * 5)) seconds"
        sleep $((attempt * 5))
        attempt=$((attempt + 1))
    done
}

apt_once() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >/dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
            -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# Packages are wanted; where there is no apt, say what is missing and go on: the program itself names the line that mends it.
want_packages() {
    if command -v apt-get >/dev/null 2>&1; then
        apt_install "$@" || say "could not install: $*"
    else
        say "please install with this system's package tool what Debian calls: $*"
    fi
}

is_good_python() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Sets $python.
find_python() {
    for python in ${NEGATOSCOPE_PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if is_good_python "$python"; then
            return 0
        fi
    done
    return 1
}

need_python() {
    find_python || { want_packages python3 python3-venv && find_python; } || die "Python 3.11 or newer is needed"
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return 0
    want_packages "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || die "$python cannot make virtual environments"
}

# The program's own table of libraries says what is missing.
need_libraries() {
    missing=$(cd "$root" && PYTHONDONTWRITEBYTECODE=1 "$python" -m viewer.app.start_check)
    # shellcheck disable=SC2086
    [ -z "$missing" ] || want_packages $missing
}

# Without a font for them, Chinese, Japanese and Korean names are boxes.
need_fonts() {
    if command -v fc-list >/dev/null 2>&1; then
        [ -z "$(fc-list :lang=ja family 2>/dev/null)" ] || return 0
    elif [ -d /usr/share/fonts/opentype/noto ]; then
        return 0
    fi
    command -v apt-get >/dev/null 2>&1 && want_packages fonts-noto-cjk
}

# Sets $venv: in the checkout, or in the user's cache when that cannot be written.
choose_folder() {
    venv=${NEGATOSCOPE_VENV:-$root/.venv}
    if [ -z "${NEGATOSCOPE_VENV:-}" ] && [ ! -w "$root" ] && [ ! -w "$venv" ]; then
        venv=${XDG_CACHE_HOME:-$HOME/.cache}/negatoscope/venv-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
    fi
}

# One line that changes when the environment must be made anew.
fingerprint() {
    { cat "$root/pyproject.toml" "$root/packaging/constraints.txt"; printf '%s\n' "$root" "$venv"; } | sha256sum | cut -d ' ' -f 1
}

is_ready() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/$1.stamp" 2>/dev/null)" = "$(fingerprint)" ]
}

pip_install() {
    "$venv/bin/python" -m pip install -qq --no-input --disable-pip-version-check --retries 8 "$@" </dev/null >&2
}

# An environment whose Python is gone (a system upgrade) is made anew.
make_environment() {
    if [ -f "$venv/pyvenv.cfg" ] && ! [ -x "$venv/bin/python" ]; then
        "$python" -m venv --clear "$venv" >&2
    else
        "$python" -m venv "$venv" >&2
    fi
}

install_program() {
    if [ "$1" = dev ]; then
        wanted="${root}[dev]"
    else
        wanted=$root
    fi
    say "installing the program into $venv (a minute, once)"
    make_environment || die "cannot make $venv"
    rm -f "$venv"/*.stamp
    pip_install --constraint "$root/packaging/constraints.txt" --editable "$wanted" || {
        # A system that the pinned versions were not built for; the bounds in pyproject.toml still hold.
        say "the tested versions cannot be installed here, taking the newest that fit"
        pip_install --editable "$wanted" || die "could not install the program"
    }
    fingerprint >"$venv/run.stamp"
    [ "$1" != dev ] || fingerprint >"$venv/dev.stamp"
}

# The program itself is not copied into the environment, so nobody compiles it there; each start would, for a second, where Python
# was told to write no byte code.
compile_program() {
    [ ! -w "$root/viewer" ] || "$venv/bin/python" -m compileall -q "$root/viewer" >&2 || true
}

# prepare run|dev
prepare() {
    choose_folder
    if is_ready "$1"; then
        [ -z "${PYTHONDONTWRITEBYTECODE:-}" ] || compile_program
        return 0
    fi
    need_python
    need_libraries
    [ "$1" = dev ] || need_fonts || true
    install_program "$1"
    compile_program
}
