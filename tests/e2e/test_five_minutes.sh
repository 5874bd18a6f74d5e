#!/bin/bash
# README's five minutes, key by key, with the shipped model.
# shellcheck source=tests/e2e/terminal.sh
. "$(dirname "$0")/terminal.sh"
[ -e assets/refrain.safetensors ] || { echo "needs assets/refrain.safetensors, which is not here"; exit 77; }

ode_into_twinkle() {
    open_terminal 120 30
    line "$REFRAIN assets/demo/ode-to-joy.mid assets/demo/twinkle.mid"
    wait_for 'in D, the context in C: :align key' || return
    line ":align key"
    wait_for 'D into C: -2' || return
    keys 4
    wait_for '1 original *│2 context *│2 context' || return
    wait_for '→ 2, 2 steps' # Twinkle's own sequence
}

a_sequence_follows() {
    keys L s
    wait_for '1 original *│1 original *│2 context' || return
    wait_for '↪ 2, 2 steps l.*↪ 2, 4 steps l'
}

four_bars_in_the_others_form() {
    keys H V L L L S
    wait_for 'bars 1 to 4: 4 changed' || return
    wait_for '1 original *│1 original *│1 original *│1 original *│2 context' || return
    keys Escape
    wait_gone 'SELECT'
}

candidates_for_a_bar() {
    line ":12"
    wait_for ' 12.1.1 ' || return
    keys R
    wait_for 'bar 12: candidate 1 of [2-8]' || return
    keys R R
    wait_for 'bar 12: candidate 3 of' || return
    keys Enter
    wait_for 'candidate 3 of [2-8] is kept'
}

takes_are_stepped_through() {
    keys '"'
    wait_for 'kept as "take 1"' || return
    keys 0 s '"'
    wait_for 'kept as "take 2"' || return
    keys '&'
    wait_for 'take 1 of 2: take 1' || return
    wait_for '1 original *│1 original'
}

a_note_of_the_result_moves() {
    keys 0 w K
    wait_for '=kept' || return
    keys u
    wait_gone '=kept'
}

saved_heard_exported() {
    line ":w $work/mine"
    wait_for 'saved ' && wait_file mine.mid "$work" || return
    line ":render $work/mine.wav"
    wait_file mine.wav "$work" || return
    line ":export $work/alone"
    wait_file alone.mid "$work" || return
    "$REFRAIN" inspect "$work/alone.mid" 2>/dev/null | grep -q '12 bars of 4/4' || return
    line ":q"
    wait_for "$prompt"
}

check "one song meets another in another key" ode_into_twinkle
check "a sequence follows" a_sequence_follows
check "four bars stand in the other's form" four_bars_in_the_others_form
check "candidates for a bar" candidates_for_a_bar
check "takes are stepped through" takes_are_stepped_through
check "a note of the result moves" a_note_of_the_result_moves
check "saved, heard, exported" saved_heard_exported
done_testing
