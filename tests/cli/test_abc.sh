#!/bin/bash
# ABC in and out of every verb, and against another program's reader (abc2midi), where that is installed.
. tests/cli/check.sh
need_model
export REFRAIN_MODEL=$model

cat >"$work/tunes.abc" <<'TUNES'
%abc-2.1
X:1
T:The First
M:6/8
L:1/8
Q:3/8=112
K:Ador
|: e | "Am"A2A ABd | "G"g2e d2B |1 A3 A2 :|2 A3 "Am"A3 |]
w:When first I came, I came to stay a-while and sing
X:2
T:The Second
M:C
K:G
V:1
GABc d2 (3efg | g4- g2 z2 |]
V:2 octave=-1
G4 B4 | [GBd]8 |]

X:3
T:Torn
K:D
D E 7 F | \x G A2 |
TUNES

run "tunes" 0 tracks "$work/tunes.abc"
for title in "The First" "The Second" Torn; do expect "tunes" "$title" "$out"; done
expect "the first is listed" "   1 *      1" "$out"
run "the second" 0 tracks "$work/tunes.abc" --tune 2
expect "two voices" "   2        2" "$out"
run "no such tune" 1 tracks "$work/tunes.abc" --tune 4; alone "no such tune"
expect "no such tune" "There is no tune 4" "$err"
run "a torn tune" 0 reconstruct "$work/tunes.abc" --tune 3 -o "$work/o.mid"
expect "a torn tune" 'line 22: "7" means nothing' "$err"
run "inspect" 0 inspect "$work/tunes.abc" --json; ok "JSON" python3 -m json.tool "$out"
run "render" 0 render "$work/tunes.abc" -o "$work/o.wav"
run "transfer" 0 transfer "$work/tunes.abc" "$demo/irish-washerwoman.mid" -o "$work/o.abc"
run "sample" 0 sample -o "$work/s.abc" --bars 4; expect "sample" "X:1" "$work/s.abc"
run "blend" 0 blend "$demo/twinkle.mid" "$demo/ode-to-joy.mid" -o "$work/blend" --steps 2 --format abc
ok "blend-01.abc" grep -q '^K:' "$work/blend/blend-01.abc"
run "a corpus of tunes" 0 train "$work/tunes.abc" -o "$work/m" --steps 1 --threads 1
expect "a corpus of tunes" "read 3 melodies" "$err"
ok "by its content" sh -c '"$1" tracks - <"$2"' sh "$REFRAIN" "$work/tunes.abc"
ok "pipes" sh -c '"$1" reconstruct - -o - --format abc <"$2" 2>/dev/null | "$1" tracks - | grep -q "track 1"' sh "$REFRAIN" "$work/tunes.abc"
printf 'X:1\nK:C\n' >"$work/none.abc"
run "no notes" 1 tracks "$work/none.abc"; alone "no notes"

# ---- there and back, and what another program reads of it ----

# same MIDI...: as ABC and back they have the same notes, and abc2midi reads the same out of the ABC.
same() {
    local song abc pairs=()
    for song; do
        abc=$work/$(basename "$song" .mid)
        "$REFRAIN" convert "$song" -o "$abc.abc" 2>"$err" && "$REFRAIN" convert "$abc.abc" -o "$abc.back.mid" 2>"$err" ||
            { fail "$song"; cat "$err"; continue; }
        pairs+=("$song" "$abc.back.mid")
        [ $other ] || continue
        abc2midi "$abc.abc" -o "$abc.other.mid" >"$work/log" 2>&1
        grep Error "$work/log" && fail "abc2midi complains about $song"
        pairs+=("$song" "$abc.other.mid")
    done
    python3 tests/cli/read_smf.py --notes "${pairs[@]}" >"$work/log" 2>&1 || { fail "other notes"; cat "$work/log"; }
    passed=$((passed + ${#pairs[@]} / 2))
}
command -v abc2midi >/dev/null && other=yes || { other=; echo "abc2midi is not there: apt-get install abcmidi"; }
every_song same
check_end
