#!/bin/bash
# deb.sh BUILD VERSION: a Debian package of what "make install" puts down: BUILD/refrain_VERSION-1_ARCHITECTURE.deb. The libraries that
# it depends on, and their least versions, are read from the program by dpkg-shlibdeps.
set -eu
build=$1 version=$2
architecture=$(dpkg --print-architecture)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
root=$package/debian/refrain
name="refrain maintainers <maintainers@refrain.invalid>"

make MODE=package ARCH="$ARCH" install DESTDIR="$root" PREFIX=/usr >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/refrain"
gzip -9n "$root/usr/share/man/man1/refrain.1"
# Where Debian's zsh looks.
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"

doc=$root/usr/share/doc/refrain
mkdir -p "$doc" "$root/DEBIAN"
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: refrain\n\n'
    printf 'Files: *\nCopyright: 2026 the authors of refrain\nLicense: Expat\n'
    sed -e '1,/^Permission/{/^Permission/!d}' -e 's/^$/./' -e 's/^/ /' LICENSE
} >"$doc/copyright"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
printf 'refrain (%s-1) unstable; urgency=medium\n\n  * Version %s: see changelog.gz.\n\n -- %s  %s\n' \
    "$version" "$version" "$name" "$(git log -1 --format=%aD 2>/dev/null || date -R)" | gzip -9n >"$doc/changelog.Debian.gz"

# Built from the source itself, not for an upload that would close a bug.
mkdir -p "$root/usr/share/lintian/overrides"
echo 'refrain: initial-upload-closes-no-bugs *' >"$root/usr/share/lintian/overrides/refrain"

cat >"$package/debian/control" <<CONTROL
Source: refrain
Maintainer: $name

Package: refrain
Architecture: any
CONTROL
depends=$(cd "$package" && dpkg-shlibdeps -O debian/refrain/usr/bin/refrain 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
cat >"$root/DEBIAN/control" <<CONTROL
Package: refrain
Version: $version-1
Architecture: $architecture
Maintainer: $name
Installed-Size: $(du -k --apparent-size -s "$root/usr" | cut -f 1)
Depends: $depends
Recommends: timgm6mb-soundfont
Section: sound
Priority: optional
Description: terminal composer that shows what a melody is made of
 A piano roll in the terminal with a model of melodies behind it. For every bar
 it shows what the bar costs and which earlier bars it merely refers to; the
 bars of one melody can be poured into the structure of another one, and every
 version is heard through MIDI or the built-in synth.
CONTROL
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
dpkg-deb --root-owner-group -Zxz --build "$root" "$build/refrain_$version-1_$architecture.deb" >/dev/null
echo "$build/refrain_$version-1_$architecture.deb"
