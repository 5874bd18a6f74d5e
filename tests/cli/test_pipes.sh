#!/bin/bash
# "-" is standard input and output: verbs in a row, no file called "-", no temporary files left.
. tests/cli/check.sh
need_model
export REFRAIN_MODEL=$model TMPDIR=$work/temporary
root=$PWD
mkdir "$TMPDIR" "$work/here"

# piped NAME COMMAND: the pipeline of shell words succeeds in every part, and runs in a folder of its own.
piped() {
    ok "$1" bash -c 'set -o pipefail; cd "$1/here"; refrain=$2 demo=$3 work=$1; '"$2" bash "$work" "$REFRAIN" "$root/$demo"
}
# shellcheck disable=SC2016 # these are the words of the other shell
{
    piped "a song into another, to sound" '$refrain transfer $demo/ode-to-joy.mid $demo/twinkle.mid -o - | $refrain render - -o $work/out.wav'
    piped "three verbs" '$refrain transfer - $demo/twinkle.mid -o - <$demo/ode-to-joy.mid | $refrain reconstruct - -o - | $refrain tracks - --json | grep -q reconstruction'
    piped "JSON of what comes in" 'cat $demo/twinkle.mid | $refrain inspect - --json | python3 -c "import json, sys; json.load(sys.stdin)"'
    piped "a picture goes out" '$refrain inspect - --svg - <$demo/twinkle.mid >$work/a.svg && grep -q "<svg" $work/a.svg'
    piped "FLAC goes out" '$refrain render - -o - --format flac <$demo/twinkle.mid >$work/b.flac && head -c 4 $work/b.flac | grep -q fLaC'
    piped "sound to a pipe is sound to a file" '$refrain render $demo/twinkle.mid -o $work/a.wav && $refrain render - -o - <$demo/twinkle.mid | cmp - $work/a.wav'
    piped "notes to a pipe are notes to a file" '$refrain sample -o $work/a.mid --bars 4 && $refrain sample -o - --bars 4 | cmp - $work/a.mid'
    piped "a corpus comes in" '$refrain train - -o $work/m --steps 1 --threads 1 <$demo/twinkle.mid'
    piped "a name that says nothing" '$refrain reconstruct $demo/twinkle.mid -o $work/a.wav.x && head -c 4 $work/a.wav.x | grep -q MThd'
    piped "a format beside the name" '$refrain render $demo/twinkle.mid -o $work/a.x --format flac && head -c 4 $work/a.x | grep -q fLaC'
}
ok "the sound is there" [ "$(stat -c %s "$work/out.wav")" -gt 100000 ]
ok "no file is called -" [ ! -e "$work/here/-" ] && [ ! -e ./- ]
ok "nothing is left" [ -z "$(find "$work/here" "$TMPDIR" -mindepth 1)" ]

run "standard input twice" 1 transfer - - -o "$work/o.mid"; sentence "standard input twice"
run "an empty pipe" 1 tracks -; alone "an empty pipe"
run "notes as sound" 1 transfer "$demo/twinkle.mid" "$demo/twinkle.mid" -o "$work/o.wav"; sentence "notes as sound"
run "sound as notes" 1 render "$demo/twinkle.mid" -o - --format midi; sentence "sound as notes"
run "an unknown format" 2 render "$demo/twinkle.mid" -o - --format mp3; alone "an unknown format"
run "two results at once" 2 inspect "$demo/twinkle.mid" --json --svg -; alone "two results at once"
run "a sound file comes in" 1 inspect "$work/out.wav"; alone "a sound file comes in"
run "the composer" 2 -; alone "the composer"
run "a folder" 2 blend "$demo/twinkle.mid" "$demo/twinkle.mid" -o - --steps 2; alone "a folder"
run "pieces" 2 sample -o - --count 2; alone "pieces"
run "a model" 2 train "$demo/twinkle.mid" -o -; alone "a model"
run "a model with a prior" 2 train-prior "$demo/twinkle.mid" --model "$model" -o -; alone "a model with a prior"
run "a mistyped verb" 2 inspct "$demo/twinkle.mid" --json; alone "a mistyped verb"
expect "a mistyped verb" inspect "$err"
run "help for one" 2 help trasfer; expect "help for one" transfer "$err"
for how in '>/dev/full' '>&-'; do
    sh -c 'exec "$@" '"$how" sh "$REFRAIN" reconstruct "$demo/twinkle.mid" -o - 2>"$err" </dev/null
    ok "lost $how" [ $? -eq 1 ]; sentence "lost $how"
done
check_end
