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

# Stopped on the way and resumed, the same bytes come out.
"$REFRAIN" train $demo -o "$n" --steps 24 --threads 1 --note licence=PD >/dev/null 2>"$err" &
trainer=$!
sleep 2
kill -TERM $trainer
wait $trainer
ok "stopped by TERM" [ $? -eq 143 ]
run resume 0 train $demo -o "$n" --resume
ok "resumed exactly" cmp "$m" "$n"

run "resume what is not there" 1 train $demo -o "$work/none.safetensors" --resume
sentence "resume what is not there"
mkdir "$work/nothing"
run "an empty folder" 1 train "$work/nothing" -o "$work/x.safetensors" --steps 1
sentence "an empty folder"
run "a text file" 1 train tests/cli/check.sh -o "$work/x.safetensors" --steps 1
sentence "a text file"
run "for a moment" 0 train $demo -o "$work/q.safetensors" --minutes 0.05 --threads 1

check_end
