#!/bin/bash
# The composer with the shipped model: results follow their recipe, and are what the headless verbs give.
# shellcheck source=tests/e2e/terminal.sh
. "$(dirname "$0")/terminal.sh"
[ -e assets/refrain.safetensors ] || { echo "needs assets/refrain.safetensors, which is not here"; exit 77; }

# Steps of all bars of a file's first melody, as the model sees them.
tokens() { "$REFRAIN" inspect "$1" --json 2>/dev/null | tr -d ' \n' | grep -o '"tokens":\[[^]]*\]'; }

opens_with_a_result() {
    open_terminal 100 30
    line "$REFRAIN assets/demo/frere-jacques.mid assets/demo/twinkle.mid"
    wait_for '\[1 original\]' || return
    wait_for 'cost.*█|cost.*▇|nats' || return # the model has read the original
    keys 4
    wait_for '\[4 result\]'
}

result_is_what_transfer_gives() {
    line ":export $work/interactive"
    wait_file interactive.mid "$work" || return
    "$REFRAIN" transfer assets/demo/frere-jacques.mid assets/demo/twinkle.mid -o "$work/headless.mid" 2>/dev/null || return
    [ -n "$(tokens "$work/headless.mid")" ] || return
    [ "$(tokens "$work/interactive.mid")" = "$(tokens "$work/headless.mid")" ]
}

swap_changes_the_result() {
    local before
    before=$(screen | head -n 15)
    keys s
    wait_for '2 context.*2 context' || return
    local i
    for ((i = 0; i < WAIT * 50; i++)); do
        [ "$(screen | head -n 15)" = "$before" ] || return 0
        sleep 0.02
    done
    return 1
}

# A note of bar 1 moves: that bar is kept as its notes, and the bars that refer to it follow, marked.
edits_the_result() {
    line ":e assets/demo/ode-to-joy.mid"
    wait_for 'Save the changes|\[1 original\]' || return
    keys n
    wait_for 'Joy' || return
    line ":context-file assets/demo/au-clair-de-la-lune.mid"
    wait_for 'context: ' || return
    keys 0 4
    wait_for '\[4 result\]' || return
    wait_for '1 is new; referred to by 3, 5' || return # which is true of no version that was seen before
    keys w K
    wait_for '=kept' || return
    wait_for '↪ 1' || return
    keys u
    wait_gone '=kept'
}

# Bars are drawn, taken over, undone; the saved song brings the same result back.
saved_song_brings_the_result_back() {
    keys R
    wait_for 'candidate 1 of|cannot draw bars' || return # a model without networks for new bars says so
    line ":w $work/song"
    wait_for 'saved' || return
    line ":export $work/first"
    wait_file first.mid "$work" || return
    line ":q"
    wait_for "$prompt" || return
    line "clear; $REFRAIN $work/song.mid"
    wait_for '\[1 original\]' || return
    wait_for 'nats' || return
    keys 4
    wait_for '\[4 result\]' || return
    line ":export $work/second"
    wait_file second.mid "$work" || return
    cmp "$work/first.mid" "$work/second.mid"
}

takes_over() {
    keys A
    wait_for "Take the context's tempo" || return
    keys y
    wait_for 'the result is the original now' || return
    keys u
    wait_for 'undone: take over' || return
    line ":continue 4"
    wait_for 'wrote 4 more bars|only rests' || return
    line ":q!"
    wait_for "$prompt"
}

other_meters_are_told() {
    line "clear; $REFRAIN assets/demo/frere-jacques.mid assets/demo/greensleeves.mid"
    wait_for '\[1 original\]' || return
    wait_for 'the context in 6/8|too long for its place' || return
    keys 4
    wait_for '\[4 result\]' || return
    line ":q!"
    wait_for "$prompt"
}

a_model_that_came_is_told() {
    line "clear; $REFRAIN --model $work/none.safetensors assets/demo/twinkle.mid"
    wait_for 'none.safetensors' || return
    line ":model $PWD/assets/refrain.safetensors"
    wait_for 'the model is now' || return
    wait_for 'nats' || return
    line ":q!"
    wait_for "$prompt"
}

a_missing_model_is_told() {
    line "clear; $REFRAIN --model $work/none.safetensors assets/demo/twinkle.mid"
    wait_for '\[1 original\]' || return
    wait_for 'none.safetensors' || return
    keys j j j Enter
    wait_for '\* .*\[1 original\]' || return
    line ":q!"
    wait_for "$prompt"
}

check "opens with a result" opens_with_a_result
check "the result is what transfer gives" result_is_what_transfer_gives
check "swap changes the result" swap_changes_the_result
check "the result is edited" edits_the_result
check "a saved song brings its result back" saved_song_brings_the_result_back
check "the result is taken over, and undone" takes_over
check "other meters are told, and have a result" other_meters_are_told
check "a model that came is told" a_model_that_came_is_told
check "a missing model is told" a_missing_model_is_told
done_testing
