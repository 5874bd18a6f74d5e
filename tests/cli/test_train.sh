#!/bin/bash
# Training from the command line: stops, resumes exactly, refuses to overwrite.
. tests/cli/check.sh

m=$work/m.safetensors n=$work/n.safetensors
run "train on MIDI files" 0 train $demo -o "$m" --steps 24 --threads 1 --note licence=PD
expect "progress" "bars/s" "$err"
ok "a model" [ -s "$m" ]
ok "its state" [ -s "$m.state" ]
ok "its words are in the file" grep -qa '"licence":"PD"' "$m"
run "not over an old one" 1 train $demo -o "$m" --steps 24
sentence "not over an old one"
: >"$work/reserved"
run "over an empty file" 0 train $demo -o "$work/reserved" --steps 1 --threads 1
ok "the empty file is a model now" [ -s "$work/reserved" ]

# Stopped on the way and resumed, the same bytes come out.
"$REFRAIN" train $demo -o "$n" --steps 24 --threads 1 --note licence=PD >/dev/null 2>"$err" &
trainer=$!
sleep 2
kill -TERM $trainer
wait $trainer
ok "stopped by TERM" [ $? -eq 143 ]
run resume 0 train $demo -o "$n" --resume
ok "resumed exactly" cmp "$m" "$n"

# Killed before the first state is there, or between it and its model: --resume goes on to the same bytes.
"$REFRAIN" train $demo -o "$work/k.safetensors" --steps 24 --threads 1 --note licence=PD >/dev/null 2>"$err" &
trainer=$!
for ((i = 0; i < 200; i++)); do [ ! -s "$work/k.safetensors" ] || break; sleep 0.02; done
kill -KILL $trainer
wait $trainer 2>/dev/null
ok "the plan is there" [ -s "$work/k.safetensors" ]
ok "and no state yet" [ ! -e "$work/k.safetensors.state" ]
cp "$work/k.safetensors" "$work/l.safetensors"
run "resume from the plan" 0 train $demo -o "$work/k.safetensors" --resume
ok "as if nothing had been" cmp "$m" "$work/k.safetensors"
cp "$m.state" "$work/l.safetensors.state"
run "resume from a state that is ahead" 0 train $demo -o "$work/l.safetensors" --resume
ok "its weights count" cmp "$m" "$work/l.safetensors"
rm "$work/l.safetensors.state"
run "resume without the state" 1 train $demo -o "$work/l.safetensors" --resume
sentence "resume without the state"

# Another model's weights to begin with.
run "made-up bars" 0 train $demo -o "$work/v.safetensors" --steps 2 --threads 1 --variety 0.5
run "on with them" 0 train $demo -o "$work/v.safetensors" --resume --steps 3
run "too many of them" 2 train $demo -o "$work/x.safetensors" --variety 2
run "begin where another ended" 0 train $demo --from "$m" -o "$work/child.safetensors" --steps 2 --threads 1 --rate 1e-4
run "as it was, nearly" 0 train $demo --from "$m" -o "$work/twin.safetensors" --steps 1 --threads 1 --rate 1e-6
ok "the weights are the other's" python3 - "$m" "$work/twin.safetensors" <<'PYTHON'
import array, struct, sys
def weights(path):
    data = open(path, "rb").read()
    floats = array.array("f")
    floats.frombytes(data[8 + struct.unpack("<Q", data[:8])[0]:])
    return floats
a, b = map(weights, sys.argv[1:])
sys.exit(len(a) != len(b) or max(abs(x - y) for x, y in zip(a, b)) > 1e-5)
PYTHON
run "on with it" 0 train $demo -o "$work/twin.safetensors" --resume --steps 2
ok "at the rate of before" grep -qa '"rate":"9.99999997e-07"' "$work/twin.safetensors"
ok "it says whose they were" grep -qa '"begun_from":"m.safetensors, 24 steps"' "$work/child.safetensors"
ok "and what is owed to the other's sources" grep -qa '"begun_from_licence":"PD"' "$work/child.safetensors"
ok "but the words are not its own" sh -c '! grep -qa "\"licence\"" "$1"' sh "$work/child.safetensors"
run "from nothing" 1 train $demo --from "$work/none.safetensors" -o "$work/x.safetensors"
sentence "from nothing"
run "from one and on with another" 1 train $demo --from "$m" -o "$n" --resume
sentence "from one and on with another"

run "resume what is not there" 1 train $demo -o "$work/none.safetensors" --resume
sentence "resume what is not there"
mkdir "$work/nothing"
mkdir -p "$work/twice/inner"
cp assets/demo/twinkle.mid assets/demo/frere-jacques.mid "$work/twice/inner"
ln -s .. "$work/twice/inner/loop"
ln -s inner "$work/twice/again"
run "a folder that is reached three times" 0 train "$work/twice" "$work/twice/inner" -o "$work/once.safetensors" --steps 1 --threads 1
expect "its melodies once" "read 2 melodies" "$err"
run "an empty folder" 1 train "$work/nothing" -o "$work/x.safetensors" --steps 1
sentence "an empty folder"
run "a text file" 1 train tests/cli/check.sh -o "$work/x.safetensors" --steps 1
sentence "a text file"
run "for a moment" 0 train $demo -o "$work/q.safetensors" --minutes 0.05 --threads 1

# The form and content models are fitted beside the model's own weights, and training on keeps them.
run "fit a prior" 0 train-prior $demo --model "$m" -o "$work/p1.safetensors" --steps 20
expect "what it learned" "nats a bar" "$err"
run "fit it again" 0 train-prior $demo --model "$m" -o "$work/p2.safetensors" --steps 20
ok "the same prior" cmp "$work/p1.safetensors" "$work/p2.safetensors"
run "a folder without melodies" 1 train-prior "$work/nothing" --model "$m"
sentence "a folder without melodies"
run "no model to fit to" 1 train-prior $demo --model "$work/none.safetensors"
sentence "no model to fit to"
run "draw from it" 0 sample --bars 8 --model "$work/p1.safetensors" -o "$work/s.mid" --corpus $demo
expect "beside the corpus" "drawn " "$out"
run "draw without it" 0 sample --bars 8 --model "$m" -o "$work/s.mid" --corpus $demo
expect "says so" "no fitted prior" "$err"
run "its figures in its file" 0 eval $demo --quick --record --threads 1 --model "$work/p1.safetensors"
ok "they are there" grep -qa '"figures_on"' "$work/p1.safetensors"
cp "$m.state" "$work/p1.safetensors.state"
run "train on" 0 train $demo -o "$work/p1.safetensors" --resume --steps 25
ok "the form and content models are kept" grep -qa "content.table" "$work/p1.safetensors"
expect "and that is said" "form and content models" "$err"
ok "the figures of before are gone" sh -c '! grep -qa "\"figures" "$1"' sh "$work/p1.safetensors"
run "begin from it" 0 train $demo -o "$work/p3.safetensors" --from "$work/p1.safetensors" --steps 1
ok "they are taken over" grep -qa '"prior_fit"' "$work/p3.safetensors"
run "a new model" 0 sample --bars 8 --seed 2 --model "$work/p1.safetensors" -o "$work/s1.mid"
run "that kept them" 0 sample --bars 8 --seed 2 --model "$work/p3.safetensors" -o "$work/s2.mid"
ok "draws the same notes" cmp "$work/s1.mid" "$work/s2.mid"
run "figures of new bars" 0 eval $demo --quick --threads 1 --model "$work/p3.safetensors"
expect "are among the others" "prior_rank_first" "$out"

check_end
