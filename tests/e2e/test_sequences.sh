#!/bin/bash
# What a terminal sends that is no key of refrain's leaves the song as it is, whatever TERM says.
# shellcheck source=tests/e2e/terminal.sh
. "$(dirname "$0")/terminal.sh"

# send BYTES: with \e, \a, \r and \xNN read.
send() {
    # shellcheck disable=SC2046
    t send-keys -H $(printf '%b' "$1" | od -An -v -tx1)
}

leaves_the_song() {
    open_terminal 80 24 "$1"
    rm -f "$work"/*.mid
    cp assets/demo/twinkle.mid "$work/a.mid"
    line "$REFRAIN $work/a.mid"
    wait_for '\[1 original\]' || return
    wait_for "cost .*█" || return # the engine has answered: a saved song has its result
    line ":w $work/before.mid"
    wait_for 'saved ' || return
    while IFS=$'\t' read -r terminal meaning bytes key; do
        if [[ $terminal == \#* || $key != - || $meaning == *"eight bits" || $meaning == *umlaut ]]; then continue; fi
        send "$bytes"
    done <tests/data/sequences.tsv
    send '\e[M#dd'
    send '\e[200~ddx' # a paste whose end is lost
    sleep 1.2
    line ":w $work/after.mid"
    wait_for 'saved .*after' || return
    cmp "$work/before.mid" "$work/after.mid" || return
    keys q
    wait_for '\$ ' # vt100 has one screen only
}

for term in xterm-256color tmux-256color screen linux vt100; do
    check "TERM=$term" leaves_the_song $term
done
done_testing
