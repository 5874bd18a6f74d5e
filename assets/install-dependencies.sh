#!/bin/sh
# Installs the Debian packages that are missing for the purposes named: build, test, lint, fuzz, mpi. Says nothing and takes
# a few hundredths of a second when all are there. Asks for sudo only when it has something to install and is not root.
set -eu

packages_for() {
    case $1 in
    build) echo gcc make pkg-config libncurses-dev libportmidi-dev libopenblas-dev libsmf-dev libfluidsynth-dev \
        timgm6mb-soundfont libsndfile1-dev libjansson-dev libinih-dev zlib1g-dev libasound2-dev libuchardet-dev \
        libxml2-dev libzip-dev ;;
    test) echo libcmocka-dev tmux procps python3 jq abcmidi ;;
    lint) echo gcc clang clang-format shellcheck ;;
    mpi) echo libopenmpi-dev openmpi-bin ;;
    fuzz) echo clang libclang-rt-dev ;;
    *) echo "install-dependencies.sh: unknown purpose '$1'" >&2; exit 2 ;;
    esac
}

installed() { dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^.i *//p'; }

wanted=
for purpose in "$@"; do wanted="$wanted $(packages_for "$purpose")"; done

# Elsewhere the libraries have other package names: only look whether they are there.
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    if pkg-config --exists ncursesw jansson sndfile fluidsynth smf zlib alsa uchardet libxml-2.0 libzip 2>/dev/null &&
        printf '#include <portmidi.h>\n#include <cblas.h>\n#include <ini.h>\n' | ${CC:-cc} -E - >/dev/null 2>&1; then
        exit 0
    fi
    echo "This machine has no apt. Install with its own package manager what Debian calls:$wanted" >&2
    exit 1
fi

# shellcheck disable=SC2086 # the lists are split on purpose
have=" $(installed $wanted | tr '\n' ' ')"
missing=
for package in $wanted; do
    case $have in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

# libfluidsynth-dev brings JACK 1's headers, and these would remove an installed JACK 2, unless its own are named.
case "$missing $(installed libjack-jackd2-0)" in
*libfluidsynth-dev*libjack-jackd2-0*) missing="$missing libjack-jackd2-dev" ;;
esac

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null; then
        echo "Packages are missing and there is no sudo. As root, run: apt-get install$missing" >&2
        exit 1
    fi
fi
echo "Installing:$missing"
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@"
}
# shellcheck disable=SC2086
install_missing() { apt install -y --no-install-recommends $missing; }
# shellcheck disable=SC2086 # a fresh machine has no package lists, an old one has stale ones: only then update
apt-get -s install $missing >/dev/null 2>&1 || apt update || true
install_missing || { apt update && install_missing; } || {
    echo "apt-get could not install:$missing. Its message is above; once it is solved, run the command again." >&2
    exit 1
}
