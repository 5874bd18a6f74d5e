#!/bin/bash
# shellcheck disable=SC2016,SC2086 # jq and sh have variables of their own
# Help, version, and what happens to wrong command lines and bad files.
. tests/cli/check.sh

run version 0 --version
ok "version is one line" grep -qxE 'refrain [0-9.]+' "$out"
run help 0 --help
cp "$out" "$work/overview"
ok "the overview fits 80 columns" awk 'length > 80 {exit 1}' "$out"
for verb in transfer reconstruct inspect sample blend play render devices train train-prior eval; do
    expect "help names $verb" "refrain $verb" "$work/overview"
    run "help $verb" 0 help $verb
    expect "usage of $verb" "Usage: refrain $verb" "$out"
    cp "$out" "$work/help"
    run "$verb --help" 0 $verb --help
    ok "both helps of $verb agree" cmp "$work/help" "$out"
    ok "$verb fits 79 columns" awk 'length > 79 {exit 1}' "$out"
done
run "help is help" 0 help
run "help of nothing" 2 help fly
sentence "help of nothing"
run keys 0 help --keys
expect "keys" ":swap" "$out"
run man 0 help --man
expect "man page" '.TH REFRAIN 1' "$out"
expect "man page has verbs" 'refrain transfer' "$out"
expect "man page has keys" ':swap' "$out"
if command -v man >/dev/null; then
    ok "man page has no errors" sh -c '! man --warnings -l -Tutf8 "$1" 2>&1 >/dev/null | grep .' sh "$out"
fi

# usage: exit 2 and a sentence
while read -r words; do
    # shellcheck disable=SC2086
    run "usage: $words" 2 $words
    sentence "usage: $words"
done <<'USAGE'
--fly
transfer
transfer a.mid -o b.mid
transfer a.mid b.mid
transfer a.mid b.mid c.mid -o d.mid
transfer a.mid b.mid -o
transfer a.mid b.mid -o c.mid --bars 0
transfer a.mid b.mid -o c.mid --align sideways
reconstruct a.mid
inspect
inspect a.mid --seed 1
sample
sample --bars 0 -o a.mid
sample --style polka -o a.mid
sample --key H -o a.mid
sample --meter 4 -o a.mid
sample --density lots -o a.mid
sample --register 3 -o a.mid
sample --count 3
sample --prime a.mid --style song -o b.mid
blend a.mid b.mid -o x
play
render a.mid
train -o x
train x
train-prior x
eval
one.mid two.mid three.mid
USAGE

# bad files: exit 1 and a sentence, whatever the verb
need_model
printf 'not music\n' >"$work/text.mid"
: >"$work/empty.mid"
mkdir "$work/folder.mid"
set -- "$demo"/*.mid
head -c $(($(wc -c <"$1") / 2)) "$1" >"$work/half.mid"
for file in text empty folder missing; do
    bad=$work/$file.mid
    run "transfer $file" 1 transfer "$bad" "$1" -o "$work/o.mid" --model "$model"
    alone "transfer $file"
    run "context $file" 1 transfer "$1" "$bad" -o "$work/o.mid" --model "$model"
    alone "context $file"
    for verb in "reconstruct -o $work/o.mid --model $model" "inspect --model $model" "play --output silent" \
        "render -o $work/o.wav"; do
        # shellcheck disable=SC2086
        run "${verb%% *} $file" 1 $verb "$bad"
        alone "${verb%% *} $file"
    done
    run "composer $file" 1 "$bad"
    alone "composer $file"
done
ok "nothing was written" [ ! -e "$work/o.mid" ]

# a file that is cut short opens wherever it is opened, and says so
for verb in "reconstruct -o $work/o.mid --model $model" "inspect --model $model" "play --output silent" \
    "render -o $work/o.wav"; do
    # shellcheck disable=SC2086
    run "${verb%% *} half" 0 $verb "$work/half.mid"
    ok "${verb%% *} half says so" grep -q "half.mid: .*the file is cut short: what is whole was kept" "$err"
done

# bad models
for file in text empty folder missing; do
    run "model $file" 1 inspect "$1" --model "$work/$file.mid"
    alone "model $file"
done
head -c 10000 "$model" >"$work/cut.safetensors"
run "model cut" 1 inspect "$1" --model "$work/cut.safetensors"
alone "model cut"
run "model cut, two melodies" 1 transfer "$1" "$1" -o "$work/o.mid" --model "$work/cut.safetensors"
alone "model cut, two melodies"
run "model cut, a corpus" 1 eval "$1" --model "$work/cut.safetensors"
alone "model cut, a corpus"

# no terminal
run "composer without a terminal" 2 "$1"
sentence "composer without a terminal"
# places that cannot be written to
run "no such folder" 1 reconstruct "$1" -o "$work/none/o.mid" --model "$model"
sentence "no such folder"
run "output is a folder" 1 reconstruct "$1" -o "$work" --model "$model"
sentence "output is a folder"
run "sound of an unknown kind" 1 render "$1" -o "$work/o.mp3"
sentence "sound of an unknown kind"
ok "full disk" sh -c '! "$1" --help >/dev/full 2>/dev/null' sh "$REFRAIN"

check_end
