#!/bin/bash
# deb.sh BUILD VERSION: Debian packages of what "make install" puts down: BUILD/refrain_VERSION-1_ARCHITECTURE.deb, and the library of
# one header as librefrain-dev. The libraries that the program depends on, and their least versions, are read from it by dpkg-shlibdeps.
set -eu
build=$1 version=$2
architecture=$(dpkg --print-architecture) triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
root=$package/debian/refrain dev=$package/debian/librefrain-dev
name="refrain maintainers <maintainers@refrain.invalid>"

make MODE=package ARCH="$ARCH" install DESTDIR="$root" PREFIX=/usr >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/refrain"
gzip -9n "$root/usr/share/man/man1/refrain.1"
# Where Debian's zsh looks, and its linkers.
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
mkdir -p "$dev/usr/lib"
mv "$root/usr/include" "$dev/usr/include"
mv "$root/usr/lib" "$dev/usr/lib/$triplet"
strip --strip-debug "$dev/usr/lib/$triplet/librefrain.a"
sed -i -e 's|^prefix=.*|prefix=/usr|' -e "s|^libdir=.*|libdir=\${prefix}/lib/$triplet|" "$dev/usr/lib/$triplet/pkgconfig/refrain.pc"

# write_words PACKAGE ROOT: licence and changes.
write_words() {
    local doc=$2/usr/share/doc/$1
    mkdir -p "$doc" "$2/usr/share/lintian/overrides"
    {
        printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: refrain\n\n'
        printf 'Files: *\nCopyright: 2026 the authors of refrain\nLicense: Expat\n'
        sed -e '1,/^Permission/{/^Permission/!d}' -e 's/^$/./' -e 's/^/ /' LICENSE
    } >"$doc/copyright"
    gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
    printf 'refrain (%s-1) unstable; urgency=medium\n\n  * Version %s: see changelog.gz.\n\n -- %s  %s\n' \
        "$version" "$version" "$name" "$(git log -1 --format=%aD 2>/dev/null || date -R)" | gzip -9n >"$doc/changelog.Debian.gz"
    # Built from the source itself, not for an upload that would close a bug.
    echo "$1: initial-upload-closes-no-bugs *" >"$2/usr/share/lintian/overrides/$1"
}

# pack PACKAGE ROOT SECTION FIELDS: the package of a root. FIELDS: what it depends on and its description.
pack() {
    write_words "$1" "$2"
    mkdir -p "$2/DEBIAN"
    cat >"$2/DEBIAN/control" <<CONTROL
Package: $1
Source: refrain
Version: $version-1
Architecture: $architecture
Maintainer: $name
Installed-Size: $(du -k --apparent-size -s "$2/usr" | cut -f 1)
Section: $3
Priority: optional
$4
CONTROL
    [ "$1" != refrain ] || sed -i '/^Source:/d' "$2/DEBIAN/control"
    (cd "$2" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$2/DEBIAN/md5sums"
    find "$2" -type d -exec chmod 755 {} +
    dpkg-deb --root-owner-group -Zxz --build "$2" "$build/$1_$version-1_$architecture.deb" >/dev/null
    echo "$build/$1_$version-1_$architecture.deb"
}

printf 'Source: refrain\nMaintainer: %s\n\nPackage: refrain\nArchitecture: any\n' "$name" >"$package/debian/control"
depends=$(cd "$package" && dpkg-shlibdeps -O debian/refrain/usr/bin/refrain 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
pack refrain "$root" sound "Depends: $depends
Recommends: timgm6mb-soundfont
Description: terminal composer that shows what a melody is made of
 A piano roll in the terminal with a model of melodies behind it. For every bar
 it shows what the bar costs and which earlier bars it merely refers to; the
 bars of one melody can be poured into the structure of another one, and every
 version is heard through MIDI or the built-in synth."
pack librefrain-dev "$dev" libdevel "Depends: libopenblas-dev, libjansson-dev
Suggests: refrain
Description: model of melodies that reads them bar by bar - library
 What the composer refrain knows of melodies, for editors and plug-ins: one
 header, refrain.h, and a static library. Melodies are encoded into numbers for
 each bar, decoded again, poured into each other's structure, and asked which
 bars refer to which. The package refrain has a trained model."
