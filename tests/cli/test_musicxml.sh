#!/bin/bash
# MusicXML in and out of every verb, and against a second reader of it.
. tests/cli/check.sh
command -v python3 >/dev/null || { echo "needs python3, which is not here"; exit 77; }
need_model
export REFRAIN_MODEL=$model

cat >"$work/air.musicxml" <<'SCORE'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="3.1">
  <work><work-title>An Air</work-title></work>
  <part-list>
    <score-part id="P1"><part-name>Flute</part-name></score-part>
    <score-part id="P2"><part-name>Bass</part-name></score-part>
  </part-list>
  <part id="P1">
    <measure number="1">
      <attributes><divisions>2</divisions><key><fifths>2</fifths></key><time><beats>3</beats><beat-type>4</beat-type></time></attributes>
      <note><pitch><step>D</step><octave>5</octave></pitch><duration>2</duration><type>quarter</type><lyric><syllabic>single</syllabic><text>Sing</text></lyric></note>
      <note><pitch><step>F</step><alter>1</alter><octave>5</octave></pitch><duration>4</duration><type>half</type></note>
    </measure>
    <measure number="2">
      <note><pitch><step>E</step><octave>5</octave></pitch><duration>6</duration></note>
      <barline location="right"><repeat direction="backward"/></barline>
    </measure>
  </part>
  <part id="P2">
    <measure number="1"><attributes><divisions>1</divisions></attributes>
      <note><pitch><step>D</step><octave>3</octave></pitch><duration>3</duration></note></measure>
    <measure number="2"><note><pitch><step>A</step><octave>2</octave></pitch><duration>3</duration></note></measure>
  </part>
</score-partwise>
SCORE
air=$work/air.musicxml
run "tracks" 0 tracks "$air"; expect "tracks" "Flute" "$out"; expect "tracks" "Bass" "$out"
run "inspect" 0 inspect "$air" --json; ok "four bars" jq -e '.bars | length == 4' "$out"
run "transfer" 0 transfer "$air" "$demo/minuet-in-g.mid" -o "$work/o.mxl"
run "packed" 0 tracks "$work/o.mxl"; expect "packed" "track" "$out"
run "render" 0 render "$air" -o "$work/o.wav"
run "abc" 0 convert "$air" -o "$work/o.abc"; expect "abc" "K:D" "$work/o.abc"; expect "words" "w:Sing" "$work/o.abc"
ok "pipes" sh -c '"$1" convert - -o - --format mxl <"$2" | "$1" convert - -o - --format musicxml | grep -q "<step>F</step><alter>1"' sh "$REFRAIN" "$air"
run "a corpus of scores" 0 train "$air" -o "$work/m" --steps 1 --threads 1
sed '11,$d' "$air" >"$work/torn.xml"
run "torn" 1 tracks "$work/torn.xml"; alone "torn"; expect "torn" "Line 11: the XML is damaged" "$err"
echo '<?xml version="1.0"?><svg/>' >"$work/picture.xml"
run "a picture" 1 tracks "$work/picture.xml"; alone "a picture"; expect "a picture" "no MusicXML" "$err"

# ---- there and back, and what a second reader reads of it ----

# same MIDI...: written plainly and packed they have the same notes, and read again too.
same() {
    local song score pairs=() songs=()
    for song; do
        score=$work/$(basename "$song" .mid)
        "$REFRAIN" convert "$song" -o "$score.musicxml" 2>"$err" && "$REFRAIN" convert "$song" -o "$score.mxl" 2>"$err" &&
            "$REFRAIN" convert "$score.mxl" -o "$score.back.mid" 2>"$err" || { fail "$song"; cat "$err"; continue; }
        pairs+=("$song" "$score.musicxml" "$song" "$score.mxl")
        songs+=("$song" "$score.back.mid")
    done
    python3 tests/cli/read_musicxml.py --notes "${pairs[@]}" >"$work/log" 2>&1 || { fail "other notes"; cat "$work/log"; }
    python3 tests/cli/read_smf.py --notes "${songs[@]}" >"$work/log" 2>&1 || { fail "other notes"; cat "$work/log"; }
    passed=$((passed + (${#pairs[@]} + ${#songs[@]}) / 2))
}
every_song same
check_end
