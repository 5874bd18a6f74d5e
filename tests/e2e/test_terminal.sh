#!/bin/bash
# However refrain ends, the terminal is as it was: line settings, screen, cursor, mouse; and sizes do not matter.
# shellcheck source=tests/e2e/terminal.sh
. "$(dirname "$0")/terminal.sh"

# The terminal's own modes, as tmux knows them; lines as stty does.
state_of_terminal() {
    t display -p 'alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag}#{mouse_standard_flag}#{mouse_button_flag} keypad #{keypad_flag}#{keypad_cursor_flag}'
}

# start COMMAND: notes the terminal's state before, opens the composer.
start() {
    line "clear; stty -g > $work/before; $1; echo \"status \$?\"; stty -g > $work/after; echo ended"
    wait_for '\[1 original\]'
}

same_terminal() {
    wait_for '^ended' || return
    cmp -s "$work/before" "$work/after" || { echo "stty differs"; return 1; }
    local now
    now=$(state_of_terminal)
    [ "$now" = "$fresh" ] || { echo "was: $fresh"; echo "is:  $now"; return 1; }
}

ends_by() {
    start "$REFRAIN assets/demo/twinkle.mid" || return
    keys Space
    wait_for '▶ ' || return
    kill -"$1" "$(refrain_pid)"
    same_terminal || return
    screen | grep -q "status $2" || { echo "another status:"; screen | grep status; return 1; }
}

quits() {
    start "$REFRAIN assets/demo/twinkle.mid" || return
    keys q
    same_terminal && screen | grep -q 'status 0'
}

keeps_unsaved_work() {
    start "$REFRAIN assets/demo/twinkle.mid" || return
    keys j j j j Enter
    wait_for '\* .*\[1 original\]' || return
    kill -TERM "$(refrain_pid)"
    same_terminal || return
    screen | grep -q 'unsaved changes were kept' || return
    start "$REFRAIN" || return
    wait_for 'Unsaved work of' || return
    keys y
    wait_for 'recovered' || return
    line ":q!"
    same_terminal || return
    screen | grep -q 'The recovered work was not saved; it lies in' || return
    [ -n "$(find "$work/state/refrain/trash" -name 'refrain-*.mid')" ] || return
    start "$REFRAIN" || return # it is not offered again
    keys q
    same_terminal
}

survives_kill_9() {
    start "$REFRAIN assets/demo/twinkle.mid" || return
    keys j j j j Enter
    wait_for '\* .*\[1 original\]' || return
    wait_file 'refrain-*.mid' "$work/state/refrain/recovery" || return
    kill -KILL "$(refrain_pid)"
    wait_for '^ended|ended$' || return
    open_terminal 80 24
    start "$REFRAIN" || return
    wait_for 'Unsaved work of' || return
    keys y
    wait_for 'recovered' || return
    line ":q!"
    same_terminal
}

bears_any_size() {
    local size
    start "$REFRAIN assets/demo/twinkle.mid assets/demo/frere-jacques.mid" || return
    keys Space
    for size in 1x1 2x40 200x2 40x10 500x200 10x3 33x7 81x25 20x60 120x40 79x24; do
        t resize-window -x "${size%x*}" -y "${size#*x}"
        keys l
        sleep 0.05
    done
    t resize-window -x 80 -y 24
    wait_for '\[1 original\]' || return
    keys .
    wait_for 'stopped' || return
    keys q
    same_terminal
}

speaks_without_a_terminal() {
    local out
    out=$("$REFRAIN" assets/demo/twinkle.mid </dev/null 2>&1 >/dev/null)
    [ $? -eq 2 ] && [ "$(wc -l <<<"$out")" -eq 1 ] || return
    line "clear; TERM=dumb $REFRAIN; echo \"status \$?\""
    wait_for 'status 2'
}

works_as() {
    open_terminal 80 24 "$1"
    fresh=$(state_of_terminal)
    line "export LC_ALL=$2"
    start "$REFRAIN assets/demo/twinkle.mid" || return
    keys q
    same_terminal
}

# No home, no model, no sound, a broken ALSA: a sentence each, and editing and saving go on.
works_with_nothing_there() {
    start "env ALSA_CONFIG_PATH=/dev/null XDG_STATE_HOME=/proc/none XDG_DATA_HOME=/proc/none HOME=/proc/none \
        $REFRAIN --model /proc/none/model --output nothing-of-this-name assets/demo/twinkle.mid" || return
    keys j j j j Enter
    wait_for '\* .*\[1 original\]' || return
    line ":w $work/kept.mid"
    wait_for 'saved ' || return
    line ":messages"
    wait_for 'Messages' || return
    wait_for '/proc/none' || return
    if screen | grep -E 'ALSA lib|jack server|pulse'; then return 1; fi
    keys Escape
    wait_gone 'Messages' || return
    keys q
    same_terminal && [ -s "$work/kept.mid" ]
}

tells_refused_settings() {
    mkdir -p "$work/config/refrain"
    head -c 70000 /dev/zero | tr '\0' '#' >"$work/config/refrain/config"
    start "$REFRAIN assets/demo/twinkle.mid" || return
    wait_for 'config is too large' || return
    keys q
    same_terminal
}

settings_leave_a_way_out() {
    printf '[keys]\nq = none\nq! = none\nwq = none\ncommand = none\n' >"$work/config/refrain/config"
    start "$REFRAIN assets/demo/twinkle.mid" || return
    wait_for 'No key would be left to quit' || return
    line ':q'
    same_terminal || return
    rm -r "$work/config"
}

open_terminal 80 24
fresh=$(state_of_terminal)
check "quits" quits
for signal in TERM:143 INT:130 HUP:129 QUIT:131 SEGV:139 BUS:135 ILL:132 FPE:136 ABRT:134; do
    check "ends by SIG${signal%:*}" ends_by "${signal%:*}" "${signal#*:}"
done
check "unsaved work is kept at SIGTERM" keeps_unsaved_work
check "unsaved work is kept at SIGKILL" survives_kill_9
fresh=$(state_of_terminal)
check "any size" bears_any_size
check "works with nothing there" works_with_nothing_there
check "settings that are refused are told" tells_refused_settings
check "settings leave a way out" settings_leave_a_way_out
check "a sentence where there is no terminal" speaks_without_a_terminal
for term in vt100 linux xterm screen; do check "TERM=$term" works_as $term C; done
done_testing
