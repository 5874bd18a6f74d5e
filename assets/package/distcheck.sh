#!/bin/bash
# distcheck.sh ARCHIVE: what a packager does with a source archive: unpacks it, builds it, runs its tests, installs it (under a
# name with a blank), runs what was installed and removes it again; where there is dpkg, its Debian packages too, in a root of
# their own.
set -eu
archive=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar xzf "$archive" -C "$folder"
cd "$folder"/*
make all
make test
root="$folder/a root"
make install DESTDIR="$root" PREFIX=/usr
(cd / && "$root/usr/bin/refrain" reconstruct "$root/usr/share/refrain/demo/ode-to-joy.mid" -o "$folder/out.mid")
make uninstall DESTDIR="$root" PREFIX=/usr
left=$(find "$root" -type f)
[ -z "$left" ] || { printf 'uninstall left:\n%s\n' "$left" >&2; exit 1; }
if command -v dpkg-shlibdeps >/dev/null; then
    make deb
    packages=(build/*.deb)
    ! command -v lintian >/dev/null || lintian --fail-on error,warning "${packages[@]}"
    root=$folder/dpkg
    mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
    touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
    in_root() { dpkg --root="$root" --log=/dev/null --force-depends --force-not-root --force-script-chrootless "$@" >/dev/null 2>&1; }
    in_root -i "${packages[@]}"
    (cd / && "$root/usr/bin/refrain" reconstruct "$root/usr/share/refrain/demo/ode-to-joy.mid" -o "$folder/out.mid")
    in_root -P refrain librefrain-dev
    [ -z "$(find "$root" -path "$root/var" -prune -o -type f -print)" ] || { echo "removing the packages left files" >&2; exit 1; }
fi
echo "the archive builds, passes its tests, installs and goes again"
