#!/bin/bash
# test_lint.sh BUILD: lint complains when a wall is broken. Every rule is broken in a copy of the sources, one at a time, and the
# one step of lint that guards it must fail and name the file.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$(realpath "$1")
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
copy=$room/copy kept=$room/kept objects=$room/copy/objects
passed=0 failed=0

mkdir "$copy"
find . \( -name .git -o -path ./build -o -path ./shared -o -path ./tests/data \) -prune -o -type f \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.md' -o -name Makefile -o -name .clang-format -o -path "./.ci/*" \) \
    -print0 | xargs -0 cp -p --parents -t "$copy"
(cd "$build" && mkdir -p "$objects" && find . -name '*.o' -not -path './tests/*' -print0 | xargs -0 cp -p --parents -t "$objects")
mkdir -p "$copy/build"
cp build/packages.cflags "$copy/build/"
cp -rp "$copy" "$kept"
touch "$room/stamp"

lint() { (cd "$copy" && BUILD=objects JOBS=1 CFLAGS='-std=c11 -I.' tests/lint.sh "$@" 2>&1); }

# Whatever was changed in the copy is as it was.
restore() {
    local file
    (cd "$copy" && find . -newer "$room/stamp" -type f) | while read -r file; do
        if [ -e "$kept/$file" ]; then cp -p "$kept/$file" "$copy/$file"; else rm -f "$copy/$file"; fi
    done
}

# broken STEP FILE WORDS: after the change that stands on the standard input as a shell script, STEP names FILE and says WORDS.
broken() {
    local said status
    (cd "$copy" && bash -eu)
    said=$(lint "$1")
    status=$?
    if [ $status -ne 0 ] && grep -q "^$2.*$3" <<<"$said"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: lint does not say "%s" of %s; it says:\n%s\n' "$1" "$3" "$2" "$said"
    fi
    restore
}

# The whole source has to be clean first, or every break would be "found".
for step in walls arrows names callers lengths words scripts; do
    if said=$(lint "$step"); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s\n' "$said"
    fi
done

broken walls engine/bar.c 'may not include "ui/' <<<"sed -i '1a #include \"ui/canvas.h\"' engine/bar.c"
broken walls engine/base/ring.c 'may not include "engine/music/' <<<"sed -i '1a #include \"engine/music/key.h\"' engine/base/ring.c"
broken walls engine/music/key.c 'may not include "engine/bar.h' <<<"sed -i '1a #include \"engine/bar.h\"' engine/music/key.c"
broken walls engine/nn/adam.c 'may not include "engine/music/' <<<"sed -i '1a #include \"engine/music/key.h\"' engine/nn/adam.c"
broken walls engine/bar.c 'may not include "engine/learn/' <<<"sed -i '1a #include \"engine/learn/corpus.h\"' engine/bar.c"
broken walls ui/roll.c 'may not include "midi_io/' <<<"sed -i '1a #include \"midi_io/player.h\"' ui/roll.c"
broken walls midi_io/schedule.c 'may not include "ui/' <<<"sed -i '1a #include \"ui/canvas.h\"' midi_io/schedule.c"
broken walls app/verbs/headless.c 'may not include "app/studio/session' <<<"sed -i '1a #include \"app/studio/session.h\"' app/verbs/headless.c"
broken walls app/studio/saving.c 'may not include "app/verbs/' <<<"sed -i '1a #include \"app/verbs/headless.h\"' app/studio/saving.c"
broken walls app/studio/saving.c 'may not include "app/cli/console' <<<"sed -i '1a #include \"app/cli/console.h\"' app/studio/saving.c"
broken walls app/cli/paths.c 'may not include "app/studio/' <<<"sed -i '1a #include \"app/studio/session.h\"' app/cli/paths.c"
broken walls engine/nn/adam.c 'may only be included by engine/nn/gemm.c' <<<"sed -i '1a #include <cblas.h>' engine/nn/adam.c"
broken walls ui/roll.c 'may only be included by ui/screen.c' <<<"sed -i '1a #include <ncursesw/curses.h>' ui/roll.c"
broken walls midi_io/sheet.c 'may only be included by midi_io/xml.c' <<<"sed -i '1a #include <libxml/parser.h>' midi_io/sheet.c"
broken walls engine/bar.c 'only app may exit' <<<"echo 'void bar_end(void) { exit(1); }' >>engine/bar.c"
broken walls midi_io/schedule.c 'only app may exit' <<<"echo 'void schedule_say(void) { fprintf(stderr, \"\"); }' >>midi_io/schedule.c"
broken walls engine/engine.c 'only engine/base/thread.c may start a thread' \
    <<<"echo 'void engine_go(void) { pthread_create(0, 0, 0, 0); }' >>engine/engine.c"
broken arrows 'engine/base/r[in]*g.h' 'circle' <<<"sed -i '1a #include \"engine/base/rng.h\"' engine/base/ring.h
    sed -i '1a #include \"engine/base/ring.h\"' engine/base/rng.h"
broken lengths engine/bar.c 'longer than 500 lines' <<<"seq 600 | sed 's|.*|/* & */|' >>engine/bar.c"
broken lengths engine/bar.c 'lines long, over 60' \
    <<<"{ echo 'void bar_long(void) {'; seq 70 | sed 's|.*|    (void)&;|'; echo '}'; } >>engine/bar.c"
broken words README.md 'names a path of one machine' <<<"echo 'see /ho''me/me' >>README.md"
broken words engine/bar.c 'an unfinished thought' <<<"echo '/* TO''DO */' >>engine/bar.c"
broken words engine/bar.c 'blanks at the end' <<<"printf '/* */  \\n' >>engine/bar.c"
broken scripts tests/run.sh 'warning' <<<"echo 'unused=1' >>tests/run.sh"
broken layout engine/base/rng.c 'clang-format' <<<"echo 'void  rng_wide( void );' >>engine/base/rng.c"

broken names engine/base/rng.c 'does not begin with "rng"' \
    <<<"echo 'int other_noun(void) { return 0; }' | gcc -x c -c -o objects/engine/base/rng.o -"
broken names engine/nn/tensors.c 'no longer exports acts' \
    <<<"echo 'int tensors_none;' | gcc -x c -c -o objects/engine/nn/tensors.o -"
broken callers engine/base/rng.c 'only tests call rng_spare' <<<"echo 'void rng_spare(void) {}' >>engine/base/rng.c
    echo 'void rng_spare(void);' >>tests/test_rng.c
    echo 'int rng_spare(void) { return 0; }' | gcc -x c -c -o objects/engine/base/rng.o -"
broken callers engine/base/rng.c 'only this file uses rng_spare' <<<"echo 'void rng_spare(void) {}' >>engine/base/rng.c
    echo 'int rng_spare(void) { return 0; }' | gcc -x c -c -o objects/engine/base/rng.o -"
broken names engine/base/fresh.c 'is not compiled' <<<"echo 'int fresh(void);' >engine/base/fresh.c"
broken headers engine/base/fresh.h 'no include guard' <<<"echo 'int fresh(void);' >engine/base/fresh.h"

printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
