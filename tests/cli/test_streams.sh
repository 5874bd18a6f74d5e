#!/bin/bash
# shellcheck disable=SC2016 # sh has variables of its own
# What is written to the standard streams: hostile names come out harmless, and output that was lost is a failure.
. tests/cli/check.sh
need_model
export REFRAIN_MODEL=$model

# ---- names ----

# harmless NAME: nothing in stdout and stderr but printable UTF-8 and newlines, and no mark that turns or hides text.
harmless() {
    ok "$1: valid UTF-8" iconv -f UTF-8 -t UTF-8 "$out" -o /dev/null
    ok "$1: valid UTF-8 on stderr" iconv -f UTF-8 -t UTF-8 "$err" -o /dev/null
    ok "$1: no controls" sh -c '! LC_ALL=C grep -aqP "[\x00-\x08\x0b-\x1f\x7f]" "$1" "$2"' sh "$out" "$err"
    ok "$1: no marks" sh -c '! LC_ALL=C.UTF-8 grep -aqP "[\x{80}-\x{9f}\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e0fff}]" "$1" "$2"' \
        sh "$out" "$err"
    ok "$1: said something" [ -s "$out" -o -s "$err" ]
}

any() { # any NAME ARGUMENTS...: whatever the status
    local name=$1
    shift
    "$REFRAIN" "$@" >"$out" 2>"$err" </dev/null
    [ $? -lt 128 ] && pass || fail "$name: crashed"
    harmless "$name"
}

evil=$work/$'a\e]0;OWNED\a\xff\xc2\x9b\u202e\u00ad\n\U000e0041'
cp "$demo/twinkle.mid" "$evil.mid"
printf MThd >"$evil.bad.mid"
for verb in "inspect" "inspect --json" "reconstruct -o $work/o.mid" "render -o $work/o.wav" "eval --quick" \
    "eval --quick --json" "sample -o $work/o.mid --bars 1 --prime"; do
    # shellcheck disable=SC2086
    any "$verb, a good file" $verb "$evil.mid"
    # shellcheck disable=SC2086
    any "$verb, a bad file" $verb "$evil.bad.mid"
done
any "transfer" transfer "$evil.mid" "$demo/ode-to-joy.mid" -o "$work/o.mid" --bars 1,99
any "blend" blend "$evil.mid" "$evil.mid" -o "$evil.folder" --mixes 2
any "train" train "$evil.bad.mid" -o "$work/m" --steps 1
any "train-prior" train-prior "$evil.bad.mid" -o "$work/m"
any "play" play "$evil.bad.mid"
any "devices" devices --output "$evil"
any "composer" "$evil.bad.mid"
any "composer without a terminal" "$evil.mid"
any "help" help "$evil"
any "a word" "--$evil"
any "a model" inspect "$demo/twinkle.mid" --model "$evil.mid"
any "an output" reconstruct "$demo/twinkle.mid" -o "$evil/none.mid"
mkdir -p "$work/config/refrain"
printf 'tem\033po = 3\nseed = \033]0;x\a\n' >"$work/config/refrain/config"
any "settings" inspect "$demo/twinkle.mid"
rm -r "$work/config"
run "a picture of it" 0 inspect "$evil.mid" --svg "$work/o.svg"
if command -v xmllint >/dev/null; then
    ok "the picture is XML" xmllint --noout "$work/o.svg"
elif command -v python3 >/dev/null; then
    ok "the picture is XML" python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$work/o.svg"
fi

# ---- what is lost ----

# lost NAME REDIRECTION ARGUMENTS...: the program runs with the redirection, and must fail with a sentence.
lost() {
    local name=$1 how=$2
    shift 2
    sh -c 'exec "$@" '"$how" sh "$REFRAIN" "$@" 2>"$err" </dev/null
    [ $? -eq 1 ] && pass || fail "$name: not status 1"
    sentence "$name"
}

for how in '>/dev/full' '>&-'; do
    lost "version $how" "$how" --version
    lost "help $how" "$how" --help
    lost "man $how" "$how" help --man
    lost "devices $how" "$how" devices
    lost "inspect $how" "$how" inspect "$demo/twinkle.mid"
    lost "JSON $how" "$how" inspect "$demo/twinkle.mid" --json
    lost "reconstruct $how" "$how" reconstruct "$demo/twinkle.mid" -o "$work/o.mid"
    lost "eval $how" "$how" eval --quick --json "$demo/twinkle.mid"
done
run "nothing lost" 0 render "$demo/twinkle.mid" -o "$work/o.wav"
ok "closed descriptors stay out of files" sh -c '"$1" sample -o "$2" --bars 1 >&- 2>&-; test "$(head -c 4 "$2")" = MThd' \
    sh "$REFRAIN" "$work/o2.mid"
set -o pipefail
"$REFRAIN" inspect "$demo/twinkle.mid" --json 2>"$err" | head -c 5 >/dev/null
status=$?
ok "a reader that goes is no noise" sh -c '! grep "^refrain" "$1"' sh "$err"
ok "and ends it" [ $status -eq 141 -o $status -eq 0 ]
trap '' PIPE
"$REFRAIN" inspect "$demo/twinkle.mid" --json 2>"$err" | true
[ "${PIPESTATUS[0]}" -eq 1 ] && pass || fail "where nobody dies of a closed pipe it is a failure"
trap - PIPE

# ---- files that may not grow, and work that is stopped ----

# cramped NAME FILE ARGUMENTS...: no file may become larger than a KiB; the old one stays, nothing lies beside it.
cramped() {
    local name="cramped $1" file=$work/cramped/$2
    shift 2
    mkdir -p "$work/cramped"
    echo old >"$file"
    (ulimit -f 1; exec "$REFRAIN" "$@" "$file" 2>"$err" >/dev/null </dev/null)
    [ $? -eq 1 ] && pass || fail "$name: not status 1"
    sentence "$name"
    expect "$name: why" "ulimit -f" "$err"
    ok "$name: the old file" [ "$(cat "$file")" = old ]
    ok "$name: nothing else" [ "$(ls -A "$work/cramped")" = "${file##*/}" ]
    rm -r "$work/cramped"
}

cramped "wav" o.wav render "$demo/twinkle.mid" -o
cramped "flac" o.flac render "$demo/twinkle.mid" -o
cramped "reconstruct" o.mid reconstruct "$demo/minuet-in-g.mid" -o
cramped "picture" o.svg inspect "$demo/twinkle.mid" --svg
(ulimit -f 1; exec "$REFRAIN" train "$demo/twinkle.mid" -o "$work/cramped.safetensors" --steps 1 --threads 1 2>"$err" >/dev/null)
[ $? -eq 1 ] && pass || fail "cramped train: not status 1"
expect "cramped train: why" "ulimit -f" "$err"

long=()
for ((i = 0; i < 150; i++)); do long+=(60:127); done
midi "$work/long.mid" 4 2 "${long[@]}"
for signal in INT:130 TERM:143; do
    mkdir "$work/stopped"
    "$REFRAIN" render "$work/long.mid" -o "$work/stopped/o.wav" >/dev/null 2>"$err" </dev/null &
    renderer=$!
    for ((i = 0; i < 500; i++)); do [ -z "$(ls -A "$work/stopped")" ] || break; sleep 0.02; done
    kill -"${signal%:*}" $renderer
    wait $renderer
    ok "rendering stopped by ${signal%:*}" [ $? -eq "${signal#*:}" ]
    ok "leaves nothing behind" [ -z "$(ls -A "$work/stopped")" ]
    rm -r "$work/stopped"
done
check_end
