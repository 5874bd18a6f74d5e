#!/bin/bash
# coverage.sh BUILD: what share of each room's lines the tests have reached, by gcov, after a run of the program and tests in
# BUILD. Prints a line per folder and per room, and fails when a room is under its floor. FILES=1 prints every file as well.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C

# Percent. app holds what only a crash, a device or a signal at the wrong moment reaches.
floor_of() { case $1 in app) echo 85 ;; *) echo 92 ;; esac; }

# "app/main.c 48 52" a line: reached and all lines of every source. A file that never ran has no .gcda and counts as 0.
lines() {
    find "$1/app" "$1/engine" "$1/ui" "$1/midi_io" -name '*.gcno' -print0 | xargs -0 gcov -n 2>/dev/null |
        awk -F "'" '/^File /{file = $2; next}
            /^(Lines executed:|No executable lines)/ && file ~ /^(app|engine|ui|midi_io)\/.*\.c$/ && !told[file]++ {
                split($0, part, /[:%]| of /); all = part[4] + 0; print file, int(part[2] * all / 100 + 0.5), all}
            /^(Lines executed:|No executable lines)/ {file = ""}'
}

table=$(lines "$1" | sort)
[ -n "$table" ] || { echo "coverage: nothing has run in $1: make coverage"; exit 1; }

# What talks to the system's MIDI sequencer runs only where the kernel has one: elsewhere make test-alsa brings its own.
if ! (: <>/dev/snd/seq) 2>/dev/null; then
    devices='^midi_io/(input|ports|output_portmidi)\.c '
    grep -E "$devices" <<<"$table" | awk '{printf "not counted, as there is no ALSA sequencer: %s, %.1f %% of %d\n", $1, 100 * $2 / $3, $3}'
    table=$(grep -vE "$devices" <<<"$table")
fi
if [ -n "${FILES:-}" ]; then
    awk '{printf "  %-40s %6.1f %% of %d\n", $1, $3 ? 100 * $2 / $3 : 100, $3}' <<<"$table"
fi
awk '{sub(/\/[^\/]*$/, "", $1); reached[$1] += $2; all[$1] += $3}
    END {for (f in all) printf "  %-40s %6.1f %% of %d\n", f, 100 * reached[f] / all[f], all[f]}' <<<"$table" | sort
failed=0
for room in app engine ui midi_io; do
    read -r reached all < <(awk -v room="$room" 'index($1, room "/") == 1 {r += $2; a += $3} END {print r + 0, a + 0}' <<<"$table")
    floor=$(floor_of "$room")
    if [ $((reached * 100)) -ge $((all * floor)) ]; then verdict=; else verdict=" - too little"; failed=1; fi
    awk -v r="$reached" -v a="$all" -v room="$room" -v f="$floor" -v v="$verdict" \
        'BEGIN {printf "%-10s %6.1f %% of %d lines, floor %d %%%s\n", room, a ? 100 * r / a : 0, a, f, v}'
done
exit $failed
