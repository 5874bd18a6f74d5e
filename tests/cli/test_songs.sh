#!/bin/bash
# Songs of many tracks (write_songs.py): read as scores and written again unedited they hold the same events, seen by a reader
# that is not refrain's; and of 60 of them the melody is found as often as it should be.
set -u
command -v python3 >/dev/null || { echo "needs python3, which is not here"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
resave=${REFRAIN%/*}/tests/tool_resave
passed=0 failed=0

# check NAME COMMAND...
check() {
    local name=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        passed=$((passed + 1))
    else
        echo "failed: $name"
        cat "$folder/log"
        failed=$((failed + 1))
    fi
}

pairs=()
python3 tests/cli/write_songs.py "$folder" 60 7 || exit 1
for song in "$folder"/song-*.mid; do pairs+=("$song" "${song%.mid}.saved"); done
check "60 songs are read and written" "$resave" "${pairs[@]}"
check "they are the same, event by event" python3 tests/cli/read_smf.py --same "${pairs[@]}"
check "the comparer sees a difference" python3 -c "
import sys
sys.path.insert(0, 'tests/cli')
import read_smf
a, b = sys.argv[1:]
data = bytearray(open(b, 'rb').read())
data[-8] ^= 1
open(b, 'wb').write(data)
sys.exit(not read_smf.compare_pairs([a, b]))" "${pairs[0]}" "${pairs[1]}"
check "the melody is found" python3 tests/melody_rules.py "$REFRAIN" "$folder" "$folder/truth.tsv" \
    lyrics=0.95,name=0.95,plain=0.8
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
