#!/bin/bash
# The composer in a real terminal: opens, edits, undoes, swaps, plays, saves, asks, quits.
# shellcheck source=tests/e2e/terminal.sh
. "$(dirname "$0")/terminal.sh"

opens() {
    open_terminal 80 24
    line "$REFRAIN assets/demo/frere-jacques.mid assets/demo/twinkle.mid"
    wait_for 'Jacques.*\[1 original\]' && wait_for '1.1.1' || return
    wait_for '4 shows the result, s swaps a bar, R draws one anew' || return # for the first time
    wait_for 'q quit' # and the hints are seen below it
}

edits_and_undoes() {
    keys j j j Enter
    wait_for 'Jacques.* \*' || return
    keys u
    wait_for 'undone: note' && wait_gone 'Jacques.* \*'
}

swaps() {
    screen | grep -q '2 context *│' && return 1 # these are the original's own bars
    keys 4
    wait_for '1 original *│ *2 context' || return
    keys s
    wait_for '│ *2 context *│ *2 context' || return
    keys u
    wait_for 'undone: swap' || return
    keys 1
    wait_gone '1 original *│ *2 context'
}

plays() {
    keys Space
    wait_for '▶ ' || return
    keys 2
    wait_for '\[2 context\]' || return
    keys .
    wait_for '■ ' && wait_for 'stopped'
}

refuses_with_a_reason() {
    keys 3 Enter
    wait_for "reconstruction is the model's own" || return
    keys 1
    line ":tempo 5"
    wait_for 'tempo 20 to 400'
}

saves() {
    line ":w $work/song"
    wait_for 'saved ' && wait_file song.mid "$work"
}

asks_before_quitting() {
    keys 0 J Enter q
    wait_for 'Save the changes' || return
    keys c
    wait_gone 'Save the changes' || return
    keys q
    wait_for 'Save the changes' || return
    keys y
    wait_for "$prompt"
}

opens_again_what_was_saved() { # and is not greeted again
    line "clear; $REFRAIN $work/song.mid"
    wait_for 'Jacques.*\[1 original\]' || return
    screen | grep -q '4 shows the result' && return 1
    keys 2
    wait_for '\[2 context\]' || return
    keys q
    wait_for "$prompt"
}

suspends_and_comes_back() {
    line "clear; $REFRAIN assets/demo/twinkle.mid"
    wait_for '\[1 original\]' || return
    line ":suspend"
    wait_for 'Stopped' || return
    line "clear; fg"
    wait_for '\[1 original\]' || return
    kill -TSTP "$(refrain_pid)"
    wait_for 'Stopped' || return
    line "clear; fg"
    wait_for '\[1 original\]' || return
    keys q
    wait_for "$prompt"
}

takes_settings() {
    line "clear; $REFRAIN --temperature 3"
    wait_for 'from 0.1 to 2' || return
    line "clear; $REFRAIN --seed 0 --temperature 2"
    wait_for 'untitled.*\[1 original\]' || return
    line ":seed -1"
    wait_for 'next seed is 0' || return
    line ":temperature 9"
    wait_for 'Temperature is 2.00; :temperature 0.1 to 2' || return
    keys :align Space r Tab
    wait_for ':align register' || return
    keys Enter
    wait_for 'no two melodies to fit' || return
    keys q
    wait_for "$prompt"
}

# Both mouse protocols: X10 under tmux's own TERM, SGR under xterm's. Row 10, column 20 is inside the roll.
clicks_with() {
    open_terminal 80 24 "$1"
    line "$REFRAIN"
    wait_for 'untitled.*\[1 original\]' || return
    if [ "$1" = xterm-256color ]; then
        t send-keys -l "$(printf '\033[<0;20;10M\033[<0;20;10m')"
    else
        t send-keys -H 1b 5b 4d 20 34 2a 1b 5b 4d 23 34 2a
    fi
    wait_for 'untitled \*' || return
    line ":q!"
    wait_for "$prompt"
}

# What is wrong with the settings and with the folder for recovery is read beside a file that is opened.
warnings_are_seen() {
    mkdir -p "$work/bad/refrain"
    printf '[keys]\nplay = q\n' >"$work/bad/refrain/config"
    open_terminal 100 30
    line "XDG_CONFIG_HOME=$work/bad XDG_STATE_HOME=/proc/none $REFRAIN assets/demo/twinkle.mid"
    wait_for 'takes q from :q' || return
    screen | tail -n 4 | tr -d '\n' | grep -q '/proc/none' || return
    keys l
    wait_gone 'takes q from :q' || return
    line ":q!"
    wait_for "$prompt"
}

check "opens two files" opens
check "a note is placed and taken back" edits_and_undoes
check "the bar's source swaps" swaps
check "plays, switches and stops" plays
check "refuses with a reason" refuses_with_a_reason
check "saves" saves
check "asks before quitting" asks_before_quitting
check "opens again what was saved" opens_again_what_was_saved
check "suspends and comes back" suspends_and_comes_back
check "takes settings of the command line" takes_settings
check "mouse, X10 protocol" clicks_with tmux-256color
check "mouse, SGR protocol" clicks_with xterm-256color
check "warnings of the start are seen" warnings_are_seen
done_testing
