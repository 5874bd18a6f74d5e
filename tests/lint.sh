#!/bin/bash
# lint.sh [STEP...]: the sentences of CONTRIBUTING.md that a machine can check; without a name, every step. Prints every
# violation as file:line: sentence and fails when there is one. CFLAGS, JOBS and BUILD (the folder of compiled files whose
# exports are looked at) come from the Makefile.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
jobs=${JOBS:-1}
build=${BUILD:-build/release}
wanted=" $* "
problems=$(mktemp)
trap 'rm -f "$problems"' EXIT

rooms=()
for room in app engine ui midi_io tests; do [ ! -d $room ] || rooms+=("$room"); done
mapfile -t sources < <(find "${rooms[@]}" -name '*.c' | sort)
mapfile -t headers < <(find "${rooms[@]}" -name '*.h' | sort)
mapfile -t scripts < <(find . -path ./build -prune -o -path ./.git -prune -o -name '*.sh' -print | sed 's|^\./||' | sort)
scripts+=(.ci/run .ci/hooks/pre-commit)
mapfile -t texts < <(find . \( -path ./build -o -path ./.git -o -path ./shared \) -prune -o -type f \
    \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.py' -o -name '*.md' -o -name '*.ini' -o -name '*.1' \
    -o -name '*.txt' -o -name Makefile -o -path "./.ci/*" \) -print | sed 's|^\./||' | sort)

# step NAME COMMAND...: runs the command, where it is wanted; what it prints are violations.
step() {
    local name=$1 found
    shift
    [ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || return 0
    found=$("$@" 2>&1)
    [ -z "$found" ] || { printf '%s\n' "$found" | tee -a "$problems"; }
    printf '%-12s %s\n' "$name" "$([ -z "$found" ] && echo clean || echo "$(printf '%s\n' "$found" | wc -l) lines")"
}

# in_files FILES-REGEX TEXT-REGEX: file:line:text of the lines of sources and headers that match.
in_files() { printf '%s\n' "${sources[@]}" "${headers[@]}" | grep -E "$1" | xargs -r grep -nHE "$2"; }
# except FILES-REGEX SENTENCE: drops lines of the files allowed to do this, and says of the others why they may not.
except() { grep -vE "^($1):" | awk -F: -v why="$2" '{print $1 ":" $2 ": " why}'; }

warnings() {
    # shellcheck disable=SC2016,SC2086
    printf '%s\n' "${sources[@]}" | CFLAGS=$CFLAGS xargs -P "$jobs" -n 4 sh -c '
        for f; do '"$1"' $CFLAGS @build/packages.cflags -idirafter engine -DREFRAIN_VERSION=\"0\" \
            -fsyntax-only "$f" || true; done' sh
}

# The program for arm64 and 32-bit x86, where compilers for them are at hand (gcc-aarch64-linux-gnu, gcc-i686-linux-gnu). The libraries'
# headers are this machine's.
elsewhere() {
    local compiler
    for compiler in aarch64-linux-gnu-gcc i686-linux-gnu-gcc; do
        command -v $compiler >/dev/null || continue
        # shellcheck disable=SC2016
        printf '%s\n' "${sources[@]}" | grep -v '^tests/' | CFLAGS=$CFLAGS xargs -P "$jobs" -n 4 sh -c '
            for f; do '$compiler' $CFLAGS -ffast-math -Wno-psabi $(sed "s/-isystem /-idirafter /g" build/packages.cflags) -idirafter /usr/include \
                -idirafter /usr/include/$(gcc -dumpmachine) -DREFRAIN_VERSION=\"0\" -fsyntax-only "$f" || true; done' sh
    done
}

headers_alone() {
    local h guard
    for h in "${headers[@]}"; do
        guard=REFRAIN_$(echo "${h%.h}" | tr 'a-z/' 'A-Z_')_H
        grep -q "^#ifndef $guard\$" "$h" || echo "$h:1: has no include guard $guard"
    done
    # shellcheck disable=SC2016
    printf '%s\n' "${headers[@]}" | CFLAGS=$CFLAGS xargs -P "$jobs" -n 4 sh -c '
        for f; do printf "#include \"%s\"\ntypedef int not_empty;\n" "$f" |
            gcc $CFLAGS @build/packages.cflags -fsyntax-only -x c - || echo "$f:1: does not compile on its own"; done' sh
}

layout() {
    clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}" 2>&1 |
        awk -F: '/^[^ ]+:[0-9]+:[0-9]+: / && !told[$1]++ {print $1 ":" $2 ": is not laid out as .clang-format says; make fmt"}'
}

# library HEADERS FILES: only these files may include these headers.
library() { in_files '.' "#include [<\"](.*/)?($1)[>\"]" | except "$2" "${1//\\/} may only be included by ${2//\\/}"; }

# room FILES PATHS: files of a room may include, of this project, only what matches PATHS.
room() {
    in_files "^$1" '#include "' | grep -vE "#include \"($2)" | sed -E "s/^([^:]+:[0-9]+):#include (.*)/\1: may not include \2/"
}

walls() {
    library 'cblas\.h|openblas.*\.h' 'engine/nn/gemm\.c'
    library '(portmidi|porttime)\.h' 'midi_io/output_portmidi\.c'
    library 'fluidsynth\.h' 'midi_io/output_synth\.c'
    library '(smf|glib)\.h' 'midi_io/smf_library\.c'
    library 'sndfile\.h' 'midi_io/audio_file\.c|tests/.*'
    library '(n?curses|ncursesw/.*|term)\.h' 'ui/screen\.c'
    library '(uchardet|iconv)\.h' 'midi_io/smf_text\.c'
    library 'mpi\.h' 'app/verbs/open_mpi\.c'
    library 'zlib\.h' 'engine/learn/corpus\.c|midi_io/smf_state\.c'
    library 'ini\.h' 'app/cli/config\.c'
    library 'libxml/.*' 'midi_io/xml\.c'
    library 'zip\.h' 'midi_io/musicxml_pack\.c'
    library 'asoundlib\.h' 'midi_io/ports\.c|midi_io/input\.c|tests/.*'
    library 'jansson\.h' 'engine/.*\.c|app/.*\.c|tests/.*\.c'
    library 'analysis_private\.h' 'engine/.*|tests/.*'
    local nouns='engine/(base/[a-z0-9_]+|music/[a-z_]+|bar|latent|analysis|reference|structure|engine)\.h"'
    room 'engine/base/' 'engine/base/'
    room 'engine/nn/' 'engine/(base|nn)/'
    room 'engine/music/' 'engine/(base|music)/'
    room 'engine/[a-z_]+\.[ch]' 'engine/((base|music|nn|draw)/)?[a-z0-9_]+\.(h|def)"'
    room 'engine/learn/' 'engine/((base|music|nn|draw|learn)/)?[a-z0-9_]+\.(h|def)"'
    room 'engine/' 'engine/'
    room 'ui/' "ui/|$nouns"
    room 'midi_io/' "midi_io/|$nouns"
    room '(app|engine|ui|midi_io)/' 'app/|engine/|ui/|midi_io/'
    # The rooms of the hall.
    local below='engine/|ui/|midi_io/'
    room 'app/cli/' "app/cli/|app/verbs/verbs\.|$below"
    room 'app/studio/' "app/studio/|app/cli/(paths|log|setting|json_text|reading)\.h|$below"
    room 'app/verbs/' "app/verbs/|app/cli/|app/(studio/song|terminal|signals)\.h|$below"
    in_files '^(app|engine|ui|midi_io)/' 'pthread_create' | except 'engine/base/thread\.c' 'only engine/base/thread.c may start a thread'
    in_files '^(engine|ui|midi_io)/' '(^|[^a-z_>.])(exit|_exit|abort|printf|puts|putchar|perror)[ ]*\(|(^|[^a-z_])(stdout|stderr)([^a-z_]|$)' |
        grep -vE ':[0-9]+: *(/?\*|//)|:[0-9]+:.*/\*.*(stdout|stderr|exit|abort)' |
        except none 'only app may exit or write to a standard stream'
    in_files '^app/' '(^|[^a-z_])(printf|vprintf|puts|putchar|perror)\(|(^|[^a-z_])stderr([^a-z_]|$)' |
        grep -vE ':[0-9]+: *(/?\*|//)|:[0-9]+:.*/\*.*stderr' |
        except 'app/cli/console\.c' 'words for people go through app/cli/console.h, which makes them fit to be shown'
}

# ---- arrows: a file includes only what lies below it ----

# A noun is a .c with its .h (and its _private.h).
arrows() {
    in_files '^(app|engine|ui|midi_io)/' '^#include ".*\.h"' |
        sed -E 's/^([^:]+)\.[ch]:[0-9]+:#include "(.*)\.h"/\1 \2/; s/_private( |$)/\1/g' | awk '$1 != $2' | sort -u |
        tsort 2>&1 >/dev/null |
        awk '/loop/ {begins = 1; next} {sub(/^tsort: /, "")}
            begins {print $0 ".h:1: includes itself in a circle, by way of:"; begins = 0; next} {print "    " $0}'
}

# ---- names: what a file exports begins with the file's noun ----

# Files that hold a few small nouns more than their own; a row that is not needed any more must go.
NOUNS='engine/music/recipe source
engine/engine_request engine_reply
engine/nn/layers linear|norm|relu|embed|pointer|blend|cross_entropy|softmax|sigmoid|vector
engine/nn/network model
engine/nn/tensors acts
app/verbs/verb_midi verb_play|verb_render|verb_devices'

# The noun of a .c: its own header's name, else that of the header which it carries on (compose_continue.c: compose.h).
noun_of() {
    local base=${1%.c}
    until [ -f "$base.h" ] || [[ ${base##*/} != *_* ]]; do base=${base%_*}; done
    if [ -f "$base.h" ]; then basename "$base"; else basename "${1%.c}"; fi
}

exports() { nm -g --defined-only "$build/$1.o" 2>/dev/null | awk '{print $3}'; }

names() {
    local file noun more
    while read -r file more; do
        [ "$(exports "$file" | grep -cE "^($more)(_|\$)")" -gt 0 ] ||
            echo "$file.c:1: no longer exports $more: take it from the list in tests/lint.sh"
    done <<<"$NOUNS"
    for file in "${sources[@]}"; do
        case $file in tests/*) continue ;; esac
        [ -f "$build/${file%.c}.o" ] || { echo "$file:1: is not compiled: make all"; continue; }
        noun=$(noun_of "$file")
        more=$(awk -v f="${file%.c}" '$1 == f {print "|" $2}' <<<"$NOUNS")
        exports "${file%.c}" | grep -viE "^(main$|(${noun}|${noun%s}$more)(_|\$))" |
            sed "s|.*|$file:1: exports &, which does not begin with \"$noun\"|"
    done
}

# Doors for tests: what they ask of a noun that keeps it to itself, and what only they need made.
DOORS='canvas_to_text output_synth_open_pulled timeline_plain'

# What a file exports is called from another one: performers by the table that the preprocessor makes of them, what engine/refrain.h
# offers by other programs.
callers() {
    local objects=() file symbol at own
    for file in "${sources[@]}"; do
        case $file in tests/*) ;; *) [ ! -f "$build/${file%.c}.o" ] || objects+=("$build/${file%.c}.o") ;; esac
    done
    comm -23 <(nm -g --defined-only "${objects[@]}" | awk 'NF == 3 {print $3}' | sort -u) <(nm -u "${objects[@]}" | awk '{print $2}' | sort -u) |
        grep -vxE "main|(action|desk|refrain)_.*|${DOORS// /|}" | while read -r symbol; do
        at=$(in_files '^(app|engine|ui|midi_io)/.*\.c' "^[a-zA-Z][a-zA-Z0-9_ ]*[ *]${symbol}[(\\[ =;]" | head -n 1 | cut -d: -f1,2)
        own=$(grep -cw "$symbol" "${at%%:*}")
        if ! grep -rqw "$symbol" tests --include='*.[ch]'; then
            echo "${at:-?:1}: only this file uses $symbol: make it static, or take it away"
        elif [ "$own" -lt 2 ]; then
            echo "$at: only tests call $symbol: take it away, or find it a user"
        fi
    done
}

lengths() {
    awk 'FNR > 500 && !told[FILENAME]++ {print FILENAME ":500: is longer than 500 lines: which two nouns does it hold?"}' \
        "${sources[@]}" "${headers[@]}"
    awk '/^[A-Za-z_]/ {start = FNR; head = $0}
        /^}/ {limit = FILENAME ~ /^engine\/nn\// ? 80 : 60; sub(/\(.*/, "", head)
            if (start && head !~ /=|^(struct|enum|union|typedef)/ && FNR - start + 1 > limit)
                print FILENAME ":" start ": the function is " FNR - start + 1 " lines long, over " limit
            start = 0}' "${sources[@]}" "${headers[@]}"
}

# The brackets keep this file from matching itself.
words() {
    grep -nHE '(^|[^A-Za-z0-9_.$}])/(ho[m]e|ro[o]t|wo[r]k|U[s]ers)/' "${texts[@]}" | sed -E 's/^([^:]+:[0-9]+):.*/\1: names a path of one machine/'
    printf '%s\n' "${texts[@]}" | grep -v '^tests/' | xargs grep -nHE '(^|[^A-Za-z0-9_.$}])/t[m]p/' |
        sed -E 's/^([^:]+:[0-9]+):.*/\1: uses \/t''mp directly/'
    grep -nHE '(^|[^A-Za-z])(TO[D]O|FIX[M]E|XX[X]|HA[C]K)([^A-Za-z]|$)' "${texts[@]}" | sed -E 's/^([^:]+:[0-9]+):.*/\1: an unfinished thought/'
    grep -nHE '[[:space:]]+$' "${texts[@]}" | sed -E 's/^([^:]+:[0-9]+):.*/\1: blanks at the end of the line/'
    printf '%s\n' "${texts[@]}" | grep -v 'Makefile$' | xargs grep -nHP '^\t' | sed -E 's/^([^:]+:[0-9]+):.*/\1: a tab at the start/'
}

scripts_checked() { shellcheck -S warning -f gcc "${scripts[@]}"; }

have() { command -v "$1" >/dev/null || { echo "lint needs $1: 'make setup' installs it where there is apt." >&2; exit 1; }; }
have gcc; have clang; have clang-format; have shellcheck

step gcc warnings gcc
step clang warnings clang
step elsewhere elsewhere
step headers headers_alone
step layout layout
step walls walls
step arrows arrows
step names names
step callers callers
step lengths lengths
step words words
step scripts scripts_checked
step picture tests/architecture.py --check assets/doc/architecture.svg
[ ! -s "$problems" ]
