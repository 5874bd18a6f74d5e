/* ABC as people write it: what comes out of it, and what is said about the rest. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "midi_io/abc.h"
#include "midi_io/smf_events.h"

static Score score;
static Key key;
static char remarks[ABC_REMARKS_SIZE];

static void close_score(void) {
    score_deinit(&score);
    key = (Key){0};
}

static void read_tune(const char *text, int number) {
    Error err = {""};
    AbcTune tune = {0};
    close_score();
    for (int i = 0; i < number; i++) assert_true(abc_next(&tune, text, strlen(text)));
    check_ok(abc_read(&score, &key, remarks, &tune, &err), &err);
}

/* The notes of a track as "pitch:sixteenths" in order, with "r:n" where nothing sounds, "+pitch:n" for what begins with the one before; a
 * length that is no whole sixteenth is in ticks, "pitch:nt". */
static void write_notes(char *out, size_t size, const Track *track) {
    const int sixteenth = timeline_division(score.timeline) / 4;
    int32_t at = 0, last = -1;
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        if (note->start > at)
            used += (size_t)snprintf(out + used, size - used, "%sr:%g", used ? " " : "",
                                     (double)(note->start - at) / sixteenth);
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s%d:%g", used ? " " : "",
                             note->start == last ? "+" : "", note->pitch, (double)note->length / sixteenth);
        last = note->start;
        if (note->start + note->length > at) at = note->start + note->length;
    }
}

static void expect_track(int track, const char *wanted) {
    char notes[2000];
    assert_true(track < score.tracks);
    write_notes(notes, sizeof notes, score.track[track]);
    assert_string_equal(notes, wanted);
}

/* With L:1/4 and in C, so that a letter is four sixteenths. */
static void expect(const char *music, const char *wanted) {
    char text[2000];
    snprintf(text, sizeof text, "X:1\nT:t\nM:4/4\nL:1/4\nK:C\n%s\n", music);
    read_tune(text, 1);
    expect_track(0, wanted);
}

static void expect_said(const char *words) {
    if (!strstr(remarks, words)) fail_msg("\"%s\" does not say \"%s\"", remarks, words);
}

static void pitches_and_lengths(void **state) {
    (void)state;
    expect("C,, C, C c c' c''", "36:4 48:4 60:4 72:4 84:4 96:4");
    expect("C/ D// E3/2 F2 G3/4 A/4 B", "60:2 62:1 64:6 65:8 67:3 69:1 71:4");
    expect("C,,,,, G,,,,, C,,,,", "0:4 7:4 12:4");
    expect("^F _B =F ^^C __D", "66:4 70:4 65:4 62:4 60:4");
    expect("z C x D2 z2 E", "r:4 60:4 r:4 62:8 r:8 64:4");
    expect("[CEG]2 [C2E] D", "60:8 +64:8 +67:8 60:8 +64:4 62:4");
    assert_string_equal(remarks, "");
}

static void accidentals_hold_for_the_bar(void **state) {
    (void)state;
    expect("^F F f F, | F", "66:4 66:4 78:4 54:4 65:4");
    expect("^F4- | F F", "66:20 65:4");
    read_tune("X:1\nL:1/4\nK:D\nF C =F F | F", 1);
    expect_track(0, "66:4 61:4 65:4 65:4 66:4");
    assert_string_equal(key_name(key), "D");
}

static void keys_have_modes_and_their_own_accidentals(void **state) {
    (void)state;
    static const struct {
        const char *field, *name, *notes;
    } CASES[] = {
        {"K:Ador", "A dor", "66:4 60:4 70:4"},   {"K:A dorian", "A dor", "66:4 60:4 70:4"},
        {"K:Gm", "Gm", "65:4 60:4 70:4"},        {"K:E minor", "Em", "66:4 60:4 71:4"},
        {"K:Dmix", "D mix", "66:4 60:4 71:4"},   {"K:Bb", "Bb", "65:4 60:4 70:4"},
        {"K:HP", "A mix", "66:4 61:4 71:4"},     {"K:none", "?", "65:4 60:4 71:4"},
        {"K:", "?", "65:4 60:4 71:4"},           {"K:D exp ^f", "D", "66:4 60:4 71:4"},
        {"K:C ^f _b", "C", "66:4 60:4 70:4"},    {"K:C clef=bass octave=-1", "C", "53:4 48:4 59:4"},
        {"K:C treble-8", "C", "53:4 48:4 59:4"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[200];
        snprintf(text, sizeof text, "X:1\nL:1/4\n%s\nFC%s\n", CASES[i].field,
                 strstr(CASES[i].field, "dor") ? "^A" : "B");
        read_tune(text, 1);
        expect_track(0, CASES[i].notes);
        assert_string_equal(key_name(key), CASES[i].name);
    }
}

static void rhythms(void **state) {
    (void)state;
    expect("C>D E<F C>>D", "60:6 62:2 64:2 65:6 60:7 62:1");
    expect("(3CDE (3:2:4F2GAB",
           "60:2.66667 62:2.66667 64:2.66667 65:5.33333 67:2.66667 69:2.66667 71:2.66667");
    expect("(3C/D/E/ (5:4:5CDEFG", "60:1.33333 62:1.33333 64:1.33333 60:3.2 62:3.2 64:3.2 65:3.2 67:3.2");
    expect("C2-C D-|D2 [CE]-[CE]", "60:12 62:12 60:8 +64:8");
    expect("{g}C2 {ef}D", "79:0.5 60:7.5 76:0.5 77:0.5 62:3");
    expect_said("3 grace notes take their time");
    assert_int_equal(timeline_division(score.timeline), TIMELINE_DIVISION);
    expect("(7:4:7CDEFGAB C",
           "60:2.28571 62:2.28571 64:2.28571 65:2.28571 67:2.28571 69:2.28571 71:2.28571 60:4");
}

static void repeats_are_played_out(void **state) {
    (void)state;
    expect("|: C4 :| D4 |]", "60:16 60:16 62:16");
    expect("C4 :| D4 :| E4", "60:16 60:16 62:16 62:16 64:16");
    expect("|: C4 |1 D4 :|2 E4 || F4 |]", "60:16 62:16 60:16 64:16 65:16");
    expect("|: C4 [1 D4 :| [2 E4 |: F4 :|", "60:16 62:16 60:16 64:16 65:16 65:16");
    expect("|: C4 |1,2 D4 :|3 E4 |]", "60:16 62:16 60:16 62:16 60:16 64:16");
    expect("|: C4 |1-2 D4 :|3 E4 |]", "60:16 62:16 60:16 62:16 60:16 64:16");
    expect("|:: C4 ::| D4", "60:16 60:16 60:16 62:16");
    expect("|: C4 :: D4 :|", "60:16 60:16 62:16 62:16");
    expect("|: C4 |1 D4 :|2 E4 || F4 |1 G4 :|2 A4 |]", "60:16 62:16 60:16 64:16 65:16 67:16 65:16 69:16");
    read_tune("X:1\nL:1/4\nP:A(BA)2\nK:C\nP:A\nC4|\nP:B\nD4|\n", 1);
    expect_track(0, "60:16 62:16 60:16 62:16 60:16");
    expect("C4 !D.C.! |]", "60:16");
    expect_said("jumps");
}

static void rests_of_several_bars_last_as_long_as_the_meter(void **state) {
    (void)state;
    expect("C4|Z2|D4|", "60:16 r:32 62:16");
    expect("C4|[M:3/4]Z2|D3|", "60:16 r:24 62:12");
}

static void voices_are_tracks(void **state) {
    (void)state;
    read_tune("X:1\nM:4/4\nL:1/4\nV:1 name=\"Violin I\"\nV:2 name=Bass octave=-1\n%%MIDI program 40\nK:C\n"
              "V:1\nC4|D4|\nV:2\nC2C2|G,4|\n[V:1] E4|[V:2] C4|\n",
              1);
    assert_int_equal(score.tracks, 2);
    expect_track(0, "60:16 62:16 64:16");
    expect_track(1, "48:8 48:8 43:16 48:16");
    assert_string_equal(score.track[0]->name, "Violin I");
    assert_string_equal(score.track[1]->name, "Bass");
    expect("C4 & E2G2 | D4", "60:16 +64:8 67:8 62:16");
}

static void what_stands_above_the_notes(void **state) {
    (void)state;
    read_tune("X:1\nT:A Tune\nT:Another name\nM:6/8\nL:1/8\nQ:3/8=80\nK:D\nd3 D3|[M:3/4][Q:1/4=90]A2 B2 "
              "c2|[K:G]c6|\n",
              1);
    assert_string_equal(score.title, "A Tune");
    assert_int_equal(timeline_quarter_us(score.timeline, 0), 500000);
    assert_int_equal(timeline_quarter_us(score.timeline, 3 * TIMELINE_DIVISION), 666667);
    assert_int_equal(meter_beats(timeline_meter(score.timeline, 0)), 6);
    assert_int_equal(meter_beats(timeline_bar(score.timeline, 1).meter), 3);
    expect_track(0, "74:6 62:6 69:4 71:4 73:4 72:12");
    static const struct {
        const char *field;
        int quarter_us;
    } TEMPO[] = {
        {"Q:120", 500000},         {"Q:\"Allegro\" 1/4=120", 500000}, {"Q:1/2=60 \"slow\"", 500000},
        {"Q:1/8 1/8=120", 500000}, {"Q: 1/4 = 120", 500000},          {"Q:\"Largo\"", TIMELINE_QUARTER_US}};
    for (size_t i = 0; i < sizeof TEMPO / sizeof *TEMPO; i++) {
        char text[100];
        snprintf(text, sizeof text, "X:1\n%s\nK:C\nC\n", TEMPO[i].field);
        read_tune(text, 1);
        assert_int_equal(timeline_quarter_us(score.timeline, 0), TEMPO[i].quarter_us);
    }
}

static void bar_lines_stay_where_they_are_written(void **state) {
    (void)state;
    expect("C | D4 | E4 | F3 :| G | A4 |", "60:4 62:16 64:16 65:12 60:4 62:16 64:16 65:12 67:4 69:16");
    assert_int_equal(timeline_bar_number(score.timeline, 0), 0); /* a pickup */
    assert_int_equal(timeline_bar(score.timeline, 1).start, TIMELINE_DIVISION);
    assert_int_equal(timeline_bar(score.timeline, 3).ticks,
                     4 * TIMELINE_DIVISION); /* the last one and the pickup again */
    expect("C4 | D2 | E4 | F4 |", "60:16 62:8 64:16 65:16");
    assert_int_equal(meter_beats(timeline_bar(score.timeline, 1).meter), 2);
    assert_int_equal(timeline_bar(score.timeline, 2).start, 6 * TIMELINE_DIVISION);
    assert_int_equal(meter_beats(timeline_bar(score.timeline, 2).meter), 4);
}

/* Lyric events of a track's chunk, joined with |. */
static void expect_words(const char *wanted) {
    const Events *chunk = score.chunk[score.track[0]->origin.chunk - 1];
    char words[400] = "";
    for (int i = 0; i < events_count(chunk); i++) {
        const uint8_t *bytes = events_bytes(chunk, i);
        if (bytes[0] != SMF_META || bytes[1] != SMF_META_LYRIC) continue;
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%.*s", words[0] ? "|" : "",
                 (int)events_at(chunk, i).size - 2, (const char *)bytes + 2);
    }
    assert_string_equal(words, wanted);
}

static void syllables_go_with_the_notes(void **state) {
    (void)state;
    expect("C D E F | G z A2\nw:Twin-kle, twin-kle | lit- tle", "60:4 62:4 64:4 65:4 67:4 r:4 69:8");
    expect_words("Twin-|kle,|twin-|kle|lit-|tle");
    expect("C D E F\nw:a _ * b~c", "60:4 62:4 64:4 65:4");
    expect_words("a|b c");
    expect("|: C2 D2 :|\nw:one two\nw:three four", "60:8 62:8 60:8 62:8");
    expect_words("one|two|three|four");
    expect("C D E F | G4\nw:a | b\n+:c", "60:4 62:4 64:4 65:4 67:16");
    expect_words("a|b");
}

static void what_people_leave_out_or_get_wrong(void **state) {
    (void)state;
    read_tune("CDEF|GABc|\n", 1);
    expect_track(0, "60:2 62:2 64:2 65:2 67:2 69:2 71:2 72:2");
    read_tune("M:2/4\nK:C\nCDEF|GABc|\n", 1); /* sixteenths below 3/4 */
    expect_track(0, "60:1 62:1 64:1 65:1 67:1 69:1 71:1 72:1");
    read_tune("X:1\nT:x\nK:C\nC D 5 E\n[M:5/0]F\n", 1);
    expect_track(0, "60:2 62:2 64:2 65:2");
    expect_said("line 4: \"5\" means nothing");
    expect_said("1 other line");
    read_tune("X:1\r\nT:x\r\nL:1/4\r\nK:C\r\nC D \\\r\nE F % words\r\n%%stretchlast 1\r\nG ~A .B \"^up\"c "
              "\"Am\"d !trill!e (f g)\r\n",
              1);
    expect_track(0, "60:4 62:4 64:4 65:4 67:4 69:4 71:4 72:4 74:4 76:4 77:4 79:4");
    assert_string_equal(remarks, "");
}

static void a_file_holds_tunes(void **state) {
    (void)state;
    static const char text[] = "%abc-2.1\nwords about it\n\nX:7\nT:First\nK:C\nC\n\nmore "
                               "words\n\nX:8\nT:Second\nK:C\nD\nX:9\nK:C\nE\n";
    AbcTune tune = {0};
    char title[TRACK_NAME_SIZE];
    static const char *const TITLES[] = {"First", "Second", ""};
    static const int LINES[] = {4, 11, 15};
    for (int i = 0; i < 3; i++) {
        assert_true(abc_next(&tune, text, sizeof text - 1));
        abc_title(&tune, title);
        assert_string_equal(title, TITLES[i]);
        assert_int_equal(tune.line, LINES[i]);
    }
    assert_false(abc_next(&tune, text, sizeof text - 1));
    read_tune(text, 1);
    expect_track(0, "60:2");
    read_tune(text, 3);
    expect_track(0, "64:2");
}

static void what_has_no_end_is_refused(void **state) {
    (void)state;
    static const char *const BAD[] = {
        "X:1\nK:C\n", "X:1\nK:C\nz4|\n",
        "X:1\nK:C\n|:::::::::::::::::::::::::::::::::::: C :::::::::::::::::::::::::::::::::::|", NULL};
    Error err;
    for (int i = 0; i < 2; i++) {
        AbcTune tune = {0};
        close_score();
        assert_true(abc_next(&tune, BAD[i], strlen(BAD[i])));
        check_refused(abc_read(&score, &key, remarks, &tune, &err), &err);
    }
    enum { BARS = 20000 };
    char *text = malloc(16 * BARS + 100), *at = text;
    assert_non_null(text);
    at += sprintf(at, "X:1\nK:C\n");
    for (int i = 0; i < BARS; i++) at += sprintf(at, "Z9999|::::C9999");
    AbcTune tune = {0};
    close_score();
    assert_true(abc_next(&tune, text, (size_t)(at - text)));
    check_refused(abc_read(&score, &key, remarks, &tune, &err), &err);
    free(text);
    close_score();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pitches_and_lengths),
        cmocka_unit_test(accidentals_hold_for_the_bar),
        cmocka_unit_test(keys_have_modes_and_their_own_accidentals),
        cmocka_unit_test(rhythms),
        cmocka_unit_test(repeats_are_played_out),
        cmocka_unit_test(rests_of_several_bars_last_as_long_as_the_meter),
        cmocka_unit_test(voices_are_tracks),
        cmocka_unit_test(what_stands_above_the_notes),
        cmocka_unit_test(bar_lines_stay_where_they_are_written),
        cmocka_unit_test(syllables_go_with_the_notes),
        cmocka_unit_test(what_people_leave_out_or_get_wrong),
        cmocka_unit_test(a_file_holds_tunes),
        cmocka_unit_test(what_has_no_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
