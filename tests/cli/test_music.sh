#!/bin/bash
# shellcheck disable=SC2016,SC2046,SC2086 # jq and sh have variables of their own
# The musical verbs on the demo melodies: what they write, what they print, and that both are the same every time.
. tests/cli/check.sh
need_model
export REFRAIN_MODEL=$model

a=$demo/twinkle.mid b=$demo/frere-jacques.mid waltz=$demo/amazing-grace.mid

json() { "$REFRAIN" inspect "$1" --json --influence 2>/dev/null; }
# Without jq only the syntax-free half of the checks runs.
have_jq() { command -v jq >/dev/null; }
query() { local name=$1 file=$2; shift 2; ! have_jq || ok "$name" jq -e "$@" "$file"; }

run transfer 0 transfer $a $b -o "$work/t.mid"
expect "transfer reports its import" "took track" "$err"
ok "transfer prints nothing else" [ ! -s "$out" ]
run "transfer again" 0 transfer $a $b -o "$work/t2.mid"
ok "same bytes again" cmp "$work/t.mid" "$work/t2.mid"
run "transfer bar list" 0 transfer $a $b --bars 1,3-4 -o "$work/t3.mid"
ok "the track is called result" grep -qa result "$work/t.mid"
midi "$work/late.mid" 4 2 0:32 60:4 62:4 64:4 65:4
run "rests first" 0 transfer "$work/late.mid" $b -o "$work/late-out.mid"
expect "the first bar with a note is poured" "late.mid: bar 3, the first that has a note, is poured into bar 1" "$err"
run "other meters" 0 transfer $a $waltz -o "$work/x.mid"
expect "other meters are told" "bars of 16 sixteenths, amazing-grace.mid of 12: they are cut" "$err"
json "$work/x.mid" >"$work/i.json"
query "the result is in the context's meter" "$work/i.json" '.meter == "3/4" and all(.bars[]; .steps == 12)'
run "short bars into long ones" 0 transfer $waltz $a -o "$work/x.mid"
expect "are told" "the last note of a bar goes on" "$err"
midi "$work/seven.mid" 7 3 $(for bar in {1..4}; do echo 60:4 62:4 64:4 $((64 + bar)):2; done)
run "7/8 into 4/4" 0 transfer "$work/seven.mid" $a -o "$work/x.mid"
run "a blend of two meters" 0 blend $a $waltz --steps 3 -o "$work/meters"
run "bar beyond the end" 1 transfer $a $b --bars 99 -o "$work/x.mid"
sentence "bar beyond the end"
run "align key" 0 transfer $a $demo/ode-to-joy.mid --align key -o "$work/x.mid"
run "align register" 0 transfer $a $b --align register -o "$work/x.mid"

if have_jq; then
    # Context transfer: bar 1 becomes the original's, and bars of the context that repeated it go with it.
    tokens() { json "$1" | jq -c "[.bars[].tokens]"; }
    tokens "$work/t.mid" >"$work/t.json"; tokens $a >"$work/a.json"; tokens $b >"$work/b.json"
    query "as long as the context" "$work/t.json" --slurpfile b "$work/b.json" 'length == ($b[0] | length)'
    if [ "$trained" ]; then
        query "bar 1 is the original's" "$work/t.json" --slurpfile a "$work/a.json" '.[0] == $a[0][0]'
        query "its repeat follows" "$work/t.json" --slurpfile a "$work/a.json" '.[1] == $a[0][0]'
        # Bars 3 and 4 are bar 1 two steps higher but for their end, and bars 5 and 6 end as bar 1 did, so that these follow, too.
        query "a sequence follows" "$work/t.json" --slurpfile b "$work/b.json" '.[2] != $b[0][2] and .[3] == .[2]'
        query "other bars stay" "$work/t.json" --slurpfile b "$work/b.json" '.[6:] == $b[0][6:]'
    fi
fi

run reconstruct 0 reconstruct $a -o "$work/r.mid"
expect "reconstruct says how well" "bars exact" "$out"

run inspect 0 inspect $a
expect "inspect has a row for bar 9" "   9  A" "$out"
ok "inspect measures influence only when asked" sh -c '! grep -q "moves bars" "$1"' sh "$out"
run "inspect with influence" 0 inspect $a --influence
expect "inspect tells which bars move" "moves bars" "$out"
for melody in $a $waltz $demo/irish-washerwoman.mid; do
    json $melody >"$work/i.json"
    ok "JSON of $melody" [ -s "$work/i.json" ]
    query "keys" "$work/i.json" '.bars and .steps_per_bar and .model and .influence and .influence_swap and .attention'
    query "bars from 1" "$work/i.json" '[.bars[].bar] == [range(1; (.bars | length) + 1)]'
    query "tokens" "$work/i.json" '. as $r | all(.bars[]; (.tokens | length) <= $r.steps_per_bar)'
    query "repeats" "$work/i.json" 'all(.bars[].repeats; (.kind == "none" and .of == null) or
        ((.kind == "exact" or .kind == "near") and .of >= 1 and (has("scale_steps") or has("semitones") | not)) or
        ((.kind == "moved" or .kind == "near-moved") and .of >= 1 and (has("scale_steps") or has("semitones"))))'
    query "costs" "$work/i.json" 'all(.bars[]; .kl >= 0 and .reference_gate >= 0 and .reference_gate <= 1
        ) and all(.model_bars[]; .kl - (.kl_dimension | add) | . > 0.04 and . < 10.2)' # the rest is the price of the symbol
    query "parts add up" "$work/i.json" '([.bars[].kl] | add) - ([.model_bars[].kl] | add) | fabs < 0.01'
    query "names" "$work/i.json" 'all(.bars[]; has("meter") and has("steps") and has("number") and has("model_bars"))'
    query "references look back" "$work/i.json" 'all(.bars[]; .bar as $b | all(.references[]; .bar < $b and
        .weight >= 0.05 and .weight <= 1.001))'
    query "square influence" "$work/i.json" '(.bars | length) as $n | all(.influence[]; length == $n and all(. >= 0 and . <= 1))'
    query "attention adds up" "$work/i.json" 'all(.attention.encoder[][][]; (add - 1 | fabs) < 0.001)'
    query "attention is causal" "$work/i.json" 'all(.attention.encoder[][]; to_entries | all(.key as $t | .value[$t + 1:] | all(. == 0)))'
done
query "twelve steps" "$work/i.json" '.steps_per_bar == 12'
json $a >"$work/i.json"
query "exact repeats are found" "$work/i.json" '.bars[8].repeats | .kind == "exact" and .of == 1'
if [ "$trained" ]; then
    query "a repeat refers" "$work/i.json" '.bars[8].references[0] | .bar == 1 and .weight > 0.5'
    query "a repeat costs less" "$work/i.json" '.bars[8].kl < .bars[0].kl'
fi
run figure 0 inspect $a --svg "$work/f.svg"
expect "figure" "</svg>" "$work/f.svg"
ok "figure twice" sh -c '"$1" inspect "$2" --svg "$3" >/dev/null 2>&1 && cmp "$3" "$4"' sh "$REFRAIN" $a "$work/g.svg" "$work/f.svg"
if command -v xmllint >/dev/null; then ok "figure is XML" xmllint --noout "$work/f.svg"; fi

# Odd melodies: a single note, silence in the middle, out of the model's range, regrouped and unreadable meters, long ones.
midi "$work/one.mid" 4 2 60:4
midi "$work/gap.mid" 4 2 60:16 0:48 60:16
midi "$work/high.mid" 4 2 120:4 122:4 124:8
midi "$work/wide.mid" 4 2 24:4 110:4 60:8
midi "$work/two.mid" 2 2 60:4 62:4 64:4 65:4 67:8
midi "$work/five.mid" 5 2 60:4 62:4 64:4 65:4 67:4
midi "$work/long.mid" 4 2 $(for bar in {1..80}; do echo 60:4 $((60 + bar % 8)):4 67:8; done)
for odd in one gap high wide two long; do
    run "inspect $odd" 0 inspect "$work/$odd.mid" --json --svg "$work/f.svg"
    cp "$out" "$work/i.json"
    query "costs of $odd" "$work/i.json" 'all(.bars[]; .kl >= 0) and (.influence | length) == (.model_bars | length)'
    run "transfer from $odd" 0 transfer "$work/$odd.mid" $b -o "$work/x.mid"
    run "transfer into $odd" 0 transfer $a "$work/$odd.mid" -o "$work/x.mid"
    run "reconstruct $odd" 0 reconstruct "$work/$odd.mid" -o "$work/x.mid"
done
query "windows of a long melody" "$work/i.json" '.model_bars[79].window_first == 65 and (.influence[79] | length) == (.bars | length) - 64'
json "$work/gap.mid" >"$work/i.json"
query "bars without notes" "$work/i.json" '(.bars | length) == 5 and .bars[2].form == "-"'
json "$work/high.mid" >"$work/i.json"
query "moved by octaves" "$work/i.json" '.octave_shift == -60'
json "$work/two.mid" >"$work/i.json"
query "two bars of 2/4 are one of the model's" "$work/i.json" '.steps_per_bar == 16 and (.model_bars | length) == 2 and
    .model_bars[0].bars == [1, 2] and (.bars | length) == 4 and all(.bars[]; .meter == "2/4" and .steps == 8)'
query "and share its cost" "$work/i.json" '.bars[0].kl * 2 - .model_bars[0].kl | fabs < 0.001'
json "$work/five.mid" >"$work/i.json"
query "a bar of 5/4 is two of the model's" "$work/i.json" '.steps_per_bar == 12 and (.model_bars | map(.steps)) == [12, 8] and
    (.bars | length) == 1 and .bars[0].meter == "5/4" and .bars[0].steps == 20 and (.bars[0].tokens | length) == 20'
query "and costs what both do" "$work/i.json" '.bars[0].kl - (.model_bars | map(.kl) | add) | fabs < 0.001'
run "a table of written bars" 0 inspect "$work/five.mid"
expect "has one row" "   1  A" "$out"
ok "and no second" sh -c '! grep -q "^   2 " "$1"' sh "$out"
run "reconstruct five beats" 0 reconstruct "$work/five.mid" -o "$work/x.mid"

run sample 0 sample --bars 8 --seed 7 -o "$work/s1.mid" --corpus $demo
expect "statistics of the corpus" "corpus" "$out"
run "sample again" 0 sample --bars 8 --seed 7 -o "$work/s2.mid"
ok "same seed, same bytes" cmp "$work/s1.mid" "$work/s2.mid"
run "another seed" 0 sample --bars 8 --seed 8 -o "$work/s3.mid"
ok "another seed, other bytes" sh -c '! cmp -s "$1" "$2"' sh "$work/s1.mid" "$work/s3.mid"
run "go on after a melody" 0 sample --bars 4 --prime $waltz -o "$work/s4.mid"
json "$work/s4.mid" >"$work/i.json"
query "in its meter" "$work/i.json" '.steps_per_bar == 12'

run "a waltz in Eb" 0 sample --style standard --key Eb --meter 3/4 --density low --register high --bars 8 -o "$work/s5.mid"
json "$work/s5.mid" >"$work/i.json"
query "is one" "$work/i.json" '.steps_per_bar == 12 and (.bars | length) == 8'
run "three pieces" 0 sample --bars 4 --count 3 --seed 3 -o "$work/pieces"
ok "of their own" [ "$(ls "$work/pieces")" = "001.mid
002.mid
003.mid" ]
run "the second seed" 0 sample --bars 4 --seed 4 -o "$work/s6.mid"
ok "is the second piece" cmp "$work/s6.mid" "$work/pieces/002.mid"
run "only compared" 0 sample --bars 8 --corpus $demo
expect "statistics" "corpus" "$out"

run blend 0 blend $a $b --steps 3 -o "$work/blends"
ok "three melodies" [ "$(ls "$work/blends")" = "blend-01.mid
blend-02.mid
blend-03.mid" ]

run eval 0 eval $a $b $waltz --quick --threads 1
expect "eval prints the steps right" "reconstruction_step" "$out"
run "eval of every voice" 0 eval $a $b --quick --tracks --threads 1
expect "eval tells registers" "middle" "$out"
run "eval in many meters" 0 eval $a $b $waltz --quick --variety 7 --threads 1
expect "eval has other meters" "11/16" "$out"
run "eval as JSON" 0 eval $a $b $waltz --json --threads 2 --svg "$work/d.svg"
cp "$out" "$work/e.json"
query "figures of all" "$work/e.json" '.all.reconstruction_step >= 0 and .all.reconstruction_step <= 1 and .all.windows == 3'
query "figures by meter" "$work/e.json" '.["4/4"].windows == 2 and .["3/4"].bars == 16'
query "figures by length" "$work/e.json" '.by_length | keys == ["16", "32", "64", "8"]'
query "baselines" "$work/e.json" '.all.baseline_hold_step > 0.3 and .all.baseline_copy_step > 0.1'
expect "plot" "</svg>" "$work/d.svg"
cp -L "$model" "$work/recorded.safetensors"
run "eval records" 0 eval $a --quick --record --model "$work/recorded.safetensors"
ok "figures are in the file" grep -qa '"figures":' "$work/recorded.safetensors"
run "record where?" 2 eval $a --record
sentence "record where?"

run render 0 render $a -o "$work/a.wav"
ok "a WAV file" [ "$(head -c 4 "$work/a.wav")" = RIFF ]
run "render with clicks" 0 render $a --metronome -o "$work/a.flac"
ok "a FLAC file" [ "$(head -c 4 "$work/a.flac")" = fLaC ]
run devices 0 devices
expect "devices says what would play" "refrain plays on" "$out"

# Playing ends by itself, by TERM and by INT, with the status that says so.
for signal in TERM INT; do
    "$REFRAIN" play $a --output silent 2>/dev/null &
    player=$!
    sleep 0.5
    kill -$signal $player
    wait $player
    ok "play ended by $signal" [ $? -eq $((128 + $(kill -l $signal))) ]
done
run "no such output" 1 play $a --output "no such device"
sentence "no such output"
run "devices without such an output" 1 devices --output "no such device"
alone "devices without such an output"
ok "no composer's command is named to who is not in it" [ -z "$(cat "$out" "$err" | grep :midi)" ]
# Where the synth can sound this would play: then there is no reason to be told.
if ! "$REFRAIN" devices --output synth >/dev/null 2>"$work/reason"; then
    run "the synth cannot sound" 1 play $a --output synth
    expect "why the synth cannot sound" "$(sed 's/^refrain: //' "$work/reason")" "$err"
    ok "which is no lack of a name" [ -z "$(grep 'There is no' "$err")" ]
fi

check_end
