#!/bin/bash
# guest.sh BUILD [SCENARIO...]: every scenario, or those named, against the ALSA sequencer of this machine, which has to have
# one. Prints one line each and fails when one fails.
set -u
programs=$1/tests/alsa
refrain=$1/refrain
shift
chosen=" $* "
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
through="Midi Through"
failures=0

# start_capture PORT: listens to a port in the background; sets $capture.
start_capture() {
    rm -f "$out/captured"
    "$programs/capture" "$1" "$out/captured" &
    capture=$!
    until grep -q ready "$out/captured" 2>/dev/null; do
        kill -0 $capture 2>/dev/null || return 1
        sleep 0.02
    done
}

stop_capture() { sleep 0.1; kill $capture 2>/dev/null; wait $capture 2>/dev/null; }

wanted() { [ "$chosen" = "  " ] || [[ $chosen == *" $1 "* ]]; }

# report NAME STATUS WANTED-STATUS
report() {
    local verdict
    verdict=$("$programs/compare" "$out/captured") || failures=$((failures + 1))
    if [ "$2" -ne "$3" ]; then
        failures=$((failures + 1))
        verdict="$verdict (exit status $2 instead of $3: FAILED)"
    fi
    printf '%-24s %s\n' "$1" "$verdict"
}

# steady NAME COMMAND...: the timing of a whole song. A busy host can only make it look worse, so the best of five counts.
steady() {
    local name=$1
    wanted "$name" || return
    shift
    for _ in 1 2 3 4 5; do
        start_capture "$through" || exit 1
        rm -f "$out/expected"
        "$@" "$programs/play_driver" steady "$through" "$out/expected"
        stop_capture
        printf '%-24s ' "$name"
        "$programs/compare" "$out/captured" "$out/expected" && return
    done
    failures=$((failures + 1))
}

# scenario NAME [SIGNAL WANTED-STATUS]: play_driver, by a signal after 1.7 s if one is named.
scenario() {
    wanted "$1" || return
    start_capture "$through" || exit 1
    "$programs/play_driver" "$1" "$through" 2>"$out/errors" &
    local player=$! status
    if [ $# -gt 1 ] && [ "$2" != none ]; then sleep 1.7; kill -s "$2" $player; fi
    wait $player 2>/dev/null
    status=$?
    stop_capture
    report "$1" $status "${3:-0}"
}

gone() {
    wanted gone || return
    start_capture - || exit 1
    "$programs/play_driver" gone "refrain capture" >"$out/said" 2>&1 &
    local player=$!
    sleep 0.8
    kill -9 $capture
    wait $capture 2>/dev/null
    wait $player
    local status=$?
    printf '%-24s %s\n' gone "$(cat "$out/said")"
    [ $status -eq 0 ] || failures=$((failures + 1))
}

# The device appears while the player plays to another one.
replug() {
    wanted replug || return
    "$programs/play_driver" replug "$through" >"$out/said" 2>&1 &
    local player=$!
    sleep 0.7
    start_capture - || exit 1
    wait $player
    local status=$?
    stop_capture
    report replug $status 0
}

# 24 quarters of 24 pulses, between one start and one stop.
clock() {
    wanted clock || return
    start_capture "$through" || exit 1
    "$programs/play_driver" clock "$through"
    stop_capture
    local sums
    sums=$(awk '$2 == "fa" {a++} $2 == "f8" {p++} $2 == "fc" {z++} END {print a + 0, p + 0, z + 0}' "$out/captured")
    if [ "$sums" = "1 576 1" ]; then sums="$sums: ok"; else sums="$sums: FAILED" failures=$((failures + 1)); fi
    printf '%-24s start, pulses, stop: %s\n' clock "$sums"
}

keyboard() {
    wanted keyboard || return
    printf '%-24s ' keyboard
    "$programs/keyboard_driver" || failures=$((failures + 1))
}

# The built-in synth on a sound card that leads back into this machine (snd_aloop): from the score to the sound.
synth() {
    wanted synth || return
    grep -q Loopback /proc/asound/cards 2>/dev/null || { echo "synth: skipped, there is no loopback sound card"; return; }
    printf 'pcm.!default { type plug slave.pcm "hw:Loopback,0,0" }\n' >"$out/.asoundrc"
    for _ in 1 2 3; do # a host that stands still for longer than the sound card's buffer is heard as a hole
        rm -f "$out/listening"
        "$programs/listen" hw:Loopback,1,0 "$out/listening" "$out/expected" >"$out/heard" &
        local listener=$!
        until [ -e "$out/listening" ]; do kill -0 $listener 2>/dev/null || break; sleep 0.05; done
        HOME=$out "$programs/play_driver" steady synth "$out/expected"
        sleep 0.5
        kill $listener 2>/dev/null
        wait $listener
        local status=$?
        printf '%-24s %s\n' synth "$(cat "$out/heard")"
        [ $status -ne 0 ] || return
    done
    failures=$((failures + 1))
}

# program NAME SIGNAL WANTED-STATUS: the program itself, ended by a signal in the middle of a note.
program() {
    wanted "play-$1" || return
    start_capture "$through" || exit 1
    "$refrain" play "$song" --output "$through" >/dev/null 2>"$out/errors" &
    local player=$! status
    until [ "$(grep -c ' 90 ' "$out/captured")" -ge 5 ]; do
        kill -0 $player 2>/dev/null || break
        sleep 0.05
    done
    kill -s "$2" $player
    wait $player 2>/dev/null
    status=$?
    stop_capture
    report "play-$1" $status "$3"
}

steady steady
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && chmod 777 "$out" && chmod 666 /dev/snd/* 2>/dev/null; then
    steady unprivileged setpriv --reuid 65534 --clear-groups
fi
for name in stop pause panic again switch loop quit; do scenario $name; done
scenario term TERM
scenario int INT
scenario hup HUP
scenario segv none 139
gone
replug
clock
keyboard
synth
# open_composer: the composer on the song in a terminal, playing; sets $composer to its process.
open_composer() {
    start_capture "$through" || exit 1
    tmux -L "$socket" new-session -d -x 100 -y 30 "exec env XDG_STATE_HOME=$out XDG_CONFIG_HOME=$out $refrain --output '$through' $song"
    composer=$(tmux -L "$socket" display-message -p '#{pane_pid}')
    for _ in $(seq 100); do # the output is opened behind the first screen
        tmux -L "$socket" capture-pane -p | grep -q "$through" && break
        sleep 0.1
    done
    tmux -L "$socket" send-keys g
    until [ "$(grep -c ' 90 ' "$out/captured")" -ge 3 ]; do
        kill -0 "$composer" 2>/dev/null || break
        sleep 0.05
    done
}

close_composer() {
    for _ in $(seq 50); do kill -0 "$composer" 2>/dev/null || break; sleep 0.1; done
    tmux -L "$socket" kill-server 2>/dev/null
    stop_capture
}

# composer_steady NAME: the whole song while the engine computes one result after the other and the terminal changes its size.
composer_steady() {
    wanted "$1" || return
    "$programs/play_driver" onsets $song "$out/expected"
    local onsets turn
    onsets=$(wc -l <"$out/expected")
    for _ in 1 2 3; do
        open_composer
        for turn in $(seq 200); do
            [ "$(grep -c ' 90 ' "$out/captured")" -lt "$onsets" ] || break
            tmux -L "$socket" resize-window -x $((60 + turn * 7 % 60)) -y $((20 + turn * 5 % 20))
            tmux -L "$socket" send-keys s
            sleep 0.2
        done
        sleep 0.5
        tmux -L "$socket" send-keys Escape : 'q!' Enter
        close_composer
        printf '%-24s ' "$1"
        "$programs/compare" "$out/captured" "$out/expected" && return
    done
    failures=$((failures + 1))
}

# The same beside a training run that takes what the processor has left.
composer_training() {
    wanted composer-training || return
    "$refrain" train assets/demo -o "$out/trained" --threads 1 --steps 100000 >/dev/null 2>&1 &
    local trainer=$!
    composer_steady composer-training
    kill $trainer 2>/dev/null || {
        echo "composer-training        the training run had ended by itself: FAILED"
        failures=$((failures + 1))
    }
    wait $trainer 2>/dev/null
}

# composer_end NAME COMMAND...: the composer, ended by the command in the middle of a note.
composer_end() {
    wanted "composer-$1" || return
    open_composer
    "${@:2}"
    close_composer
    report "composer-$1" 0 0
}

# Asked for an output that is not there, the composer takes it when it comes.
composer_waits() {
    wanted composer-waits || return
    local real=$through
    through="refrain capture"
    tmux -L "$socket" new-session -d -x 100 -y 30 "exec env XDG_STATE_HOME=$out XDG_CONFIG_HOME=$out $refrain --output '$through' $song"
    composer=$(tmux -L "$socket" display-message -p '#{pane_pid}')
    sleep 3
    start_capture - || exit 1
    sleep 1
    tmux -L "$socket" send-keys g
    sleep 2
    tmux -L "$socket" send-keys . : 'q!' Enter
    close_composer
    through=$real
    report composer-waits 0 0
}

quit_by_key() { tmux -L "$socket" send-keys : 'q!' Enter; }
by_signal() { kill -s "$1" "$composer"; }

song=assets/demo/drunken-sailor.mid
if [ -x "$refrain" ] && [ -f $song ]; then
    program term TERM 143
    program int INT 130
    program hup HUP 129
    program segv SEGV 139
fi
socket=refrain-test-$$
if [ -x "$refrain" ] && [ -f $song ] && command -v tmux >/dev/null; then
    composer_steady composer-steady
    composer_training
    composer_waits
    composer_end quit quit_by_key
    composer_end term by_signal TERM
    composer_end hup by_signal HUP
    composer_end segv by_signal SEGV
fi
echo "$failures failures"
[ $failures -eq 0 ]
