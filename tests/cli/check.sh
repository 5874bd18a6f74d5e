# shellcheck shell=bash disable=SC2034
# check.sh: what the scripts in this folder share. Source it; call check_end last.
#
#   run NAME STATUS ARGUMENTS...   runs refrain, keeps stdout and stderr in $out and $err, and expects the exit status
#   expect NAME TEXT FILE          the file holds the text
#   ok NAME COMMAND...             the command succeeds
#   sentence NAME                  stderr's last line is one sentence of refrain's, and nothing else went wrong there
#   alone NAME                     the same, and stderr holds nothing besides
#
# Every call is one test. The folder $work is the script's own and goes away at the end.
set -u
REFRAIN=${REFRAIN:-$PWD/build/release/refrain}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/stdout err=$work/stderr
demo=assets/demo
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
unset REFRAIN_MODEL NO_COLOR
passed=0 failed=0

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); printf 'FAILED %s\n' "$*"; }
ok() { local name=$1; shift; if "$@" >"$work/log" 2>&1; then pass; else fail "$name"; sed 's/^/    /' "$work/log"; fi; }
expect() { if grep -qF -- "$2" "$3"; then pass; else fail "$1: no \"$2\" in"; sed 's/^/    /' "$3" | head -20; fi; }

run() {
    local name=$1 status=$2 got
    shift 2
    "$REFRAIN" "$@" >"$out" 2>"$err" </dev/null
    got=$?
    if [ $got -eq "$status" ]; then pass; else fail "$name: status $got, not $status"; sed 's/^/    /' "$err" | tail -5; fi
}

alone() { sentence "$1"; ok "$1: one line" [ "$(wc -l <"$err")" -eq 1 ]; }

sentence() {
    local last
    last=$(tail -n 1 "$err")
    if [[ $last == "refrain: "[A-Z\"-]*[.] || $last == "refrain: "*" "*[.] ]] && [ "$(grep -c '^refrain: ' "$err")" -eq 1 ]; then
        pass
    else
        fail "$1: not one sentence:"; sed 's/^/    /' "$err"
    fi
}

# midi FILE BEATS UNIT-EXPONENT PITCH:SIXTEENTHS...   writes a MIDI file; pitch 0 is a rest, lengths are at most 127.
midi() {
    local file=$1 track wait=0 note pitch steps body=
    printf -v track '\\x00\\xff\\x58\\x04\\x%02x\\x%02x\\x18\\x08' "$2" "$3"
    shift 3
    for note; do
        pitch=${note%:*} steps=${note#*:}
        if [ "$pitch" -eq 0 ]; then wait=$((wait + steps)); continue; fi
        printf -v body '\\x%02x\\x90\\x%02x\\x50\\x%02x\\x80\\x%02x\\x00' $wait "$pitch" "$steps" "$pitch"
        track+=$body wait=0
    done
    track+='\x00\xff\x2f\x00'
    printf -v body '\\x%02x\\x%02x' $((${#track} / 4 / 256)) $((${#track} / 4 % 256))
    # One tick is a sixteenth, so that every wait fits into one byte.
    # shellcheck disable=SC2059
    printf "MThd\0\0\0\6\0\0\0\1\0\4MTrk\0\0$body$track" >"$file"
}

# The shipped model, or one trained for a moment where there is none yet.
need_model() {
    model=$work/model.safetensors
    if [ -f assets/refrain.safetensors ]; then
        ln -s "$PWD/assets/refrain.safetensors" "$model"
        trained=yes
    else
        "$REFRAIN" train "$demo" -o "$model" --steps 8 --threads 1 >/dev/null 2>&1 || fail "no model"
        trained=
    fi
}

# every_song COMMAND: COMMAND with the demos, with SCORES random scores where they can be made, and with SONGS, a folder of one's own.
every_song() {
    "$1" "$demo"/*.mid
    if [ -x "${REFRAIN%/*}/tests/tool_scores" ]; then
        mkdir "$work/scores"
        "${REFRAIN%/*}/tests/tool_scores" "$work/scores" "${SCORES:-200}" >/dev/null 2>&1 || fail "no random scores"
        "$1" "$work/scores"/*.mid
    fi
    [ ! "${SONGS:-}" ] || "$1" "$SONGS"/*.mid
}

check_end() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
    exit
}
