#!/bin/bash
# distcheck.sh ARCHIVE: what a packager does with a source archive: unpacks it (under a name with a blank), builds it with other flags,
# runs its tests, installs it, runs what was installed and removes it again.
set -eu
archive=$(realpath "$1")
folder="$(mktemp -d)/a folder"
trap 'rm -rf "${folder%/*}"' EXIT
mkdir "$folder"
tar xzf "$archive" -C "$folder"
cd "$folder"/*
make all
make test
make install DESTDIR="$folder/root" PREFIX=/usr
(cd / && "$folder/root/usr/bin/refrain" reconstruct "$folder/root/usr/share/refrain/demo/ode-to-joy.mid" -o "$folder/out.mid")
make uninstall DESTDIR="$folder/root" PREFIX=/usr
left=$(find "$folder/root" -type f)
[ -z "$left" ] || { printf 'uninstall left:\n%s\n' "$left" >&2; exit 1; }
echo "the archive builds, passes its tests, installs and goes again"
