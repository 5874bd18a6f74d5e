/* Chord symbols, and the chord row of a score: told by the file, or guessed from what accompanies. */
#include "tests/support/check.h"

#include <stdio.h>

#include "engine/base/rng.h"
#include "engine/music/harmony.h"

static void symbols_are_read_and_written(void **state) {
    (void)state;
    static const struct {
        const char *symbol, *name;
    } CASES[] = {{"C", "C"},           {"Am7", "Am7"}, {" G/B ", "G/B"},      {"F#m7b5", "F#m7b5"},
                 {"Bbmaj7", "Bbmaj7"}, {"Dmin", "Dm"}, {"E-7", "Em7"},        {"A9", "A7"},
                 {"Csus4", "Csus4"},   {"Gadd9", "G"}, {"Ebdim", "Ebdim"},    {"C\xc2\xb0", "Cdim"},
                 {"Faug", "Faug"},     {"D6", "D6"},   {"Am6/E", "Am6/E"},    {"G7(b9)", "G7"},
                 {"CM7", "Cmaj7"},     {"E5", "E5"},   {"B\xc3\xb8", "Bm7b5"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Chord chord = {0}, again = {0};
        char name[CHORD_NAME_SIZE];
        if (!chord_parse(&chord, CASES[i].symbol)) fail_msg("%s is no chord", CASES[i].symbol);
        chord_name(chord, (Key){0}, name);
        assert_string_equal(name, CASES[i].name);
        assert_true(chord_parse(&again, name) && chord_equal(chord, again));
    }
    static const char *const WORDS[] = {"",
                                        "H",
                                        "Chorus",
                                        "Bridge",
                                        "c",
                                        "Am7/",
                                        "G/H",
                                        "Fine",
                                        "D.C.",
                                        "Ende",
                                        "A very long text indeed, it is"};
    Chord chord;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (chord_parse(&chord, WORDS[i])) fail_msg("%s is taken for a chord", WORDS[i]);
}

static void chords_are_spelled_by_the_key(void **state) {
    (void)state;
    Chord chord;
    Key key;
    char name[CHORD_NAME_SIZE];
    assert_true(chord_parse(&chord, "A#m/C#"));
    assert_true(key_parse(&key, "Bbm"));
    chord_name(chord, key, name);
    assert_string_equal(name, "Bbm/Db");
    assert_int_equal(chord_pitches(chord), 1 << 10 | 1 << 1 | 1 << 5);
    chord_name((Chord){0}, key, name);
    assert_string_equal(name, "");
    assert_int_equal(chord_pitches((Chord){0}), 0);
}

/* A melody, and an accompaniment by another hand: styles of block chords, broken chords, bass and chord, with inversions, and passing
 * notes now and then. chord[] is what was meant, one each half bar. */
enum { HALF = 2 * TIMELINE_DIVISION, EIGHTH = TIMELINE_DIVISION / 2, HALVES = 32 };

static void put(Track *track, int32_t start, int32_t length, int pitch) {
    Error err;
    assert_true(track_insert(track, (Note){start, length, (uint8_t)pitch, 80}, &err) >= 0);
}

static int tones(Chord chord, int pitch[6], int from) {
    int count = 0;
    for (int p = from; count < 6 && p < from + 12; p++)
        if (chord_pitches(chord) >> p % 12 & 1) pitch[count++] = p;
    return count;
}

static void accompany(Track *track, Rng *rng, int style, int32_t at, Chord chord) {
    int tone[6];
    const int count = tones(chord, tone, 48 + rng_below(rng, 12));
    const int bass = 36 + (chord.bass + 12 - 0) % 12;
    if (style == 0) /* blocks */
        for (int i = 0; i < count; i++) put(track, at, HALF, tone[i]);
    for (int i = 0; style == 1 && i < 4; i++)
        put(track, at + i * EIGHTH, EIGHTH, tone[i % count]); /* broken */
    if (style == 2) {                                         /* bass and chord */
        put(track, at, 2 * EIGHTH, bass);
        for (int i = 0; i < count; i++) put(track, at + 2 * EIGHTH, EIGHTH, tone[i]);
    }
    if (style != 2 && rng_below(rng, 2)) put(track, at, HALF, bass);
    if (rng_below(rng, 4) == 0) put(track, at + 3 * EIGHTH, EIGHTH, 60 + rng_below(rng, 12)); /* a stranger */
}

static Score score_of(Track *melody, Track *with) {
    Error err;
    Score score = {0};
    Track *track[] = {track_share(melody, &err), with ? track_share(with, &err) : NULL};
    check_ok(score_add_track(&score, track[0], &err) && score_add_voice(&score, 0, &err), &err);
    if (with) check_ok(score_add_track(&score, track[1], &err), &err);
    return score;
}

static void chords_are_guessed_from_the_accompaniment(void **state) {
    (void)state;
    static const uint8_t KINDS[] = {CHORD_MAJOR, CHORD_MAJOR,   CHORD_MINOR,
                                    CHORD_MINOR, CHORD_SEVENTH, CHORD_MINOR_SEVENTH};
    enum { SONGS = 60 };
    Rng rng;
    rng_seed(&rng, 6);
    int right = 0, roots = 0, all = 0;
    for (int song = 0; song < SONGS; song++) {
        Track melody = {0}, with = {0};
        Chord meant[HALVES];
        for (int h = 0; h < HALVES; h++) {
            const uint8_t root = (uint8_t)rng_below(&rng, 12);
            meant[h] = (Chord){true, root, root, KINDS[rng_below(&rng, 6)]};
            if (h % 2 && rng_below(&rng, 2)) meant[h] = meant[h - 1];
            accompany(&with, &rng, song % 3, h * HALF, meant[h]);
            put(&melody, h * HALF, HALF, 72 + rng_below(&rng, 12));
        }
        Score score = score_of(&melody, &with);
        Harmony harmony = {0};
        Error err;
        check_ok(harmony_of_score(&harmony, &score, &err), &err);
        assert_false(harmony.told);
        for (int h = 0; h < HALVES; h++, all++) {
            const Chord heard = harmony_at(&harmony, h * HALF);
            right += chord_equal(heard, meant[h]);
            roots += heard.known && heard.root == meant[h].root;
        }
        harmony_deinit(&harmony);
        score_deinit(&score);
    }
    print_message("%.3f of half bars right, %.3f of roots\n", (double)right / all, (double)roots / all);
    assert_true(right >= 0.8 * all);
}

static void where_nothing_accompanies_nothing_is_guessed(void **state) {
    (void)state;
    Error err;
    Harmony harmony = {0};
    Track melody = {0};
    for (int i = 0; i < 16; i++) put(&melody, i * EIGHTH, EIGHTH, 60 + i % 8);
    Score alone = score_of(&melody, NULL);
    check_ok(harmony_of_score(&harmony, &alone, &err), &err);
    assert_int_equal(harmony.count, 0);
    assert_false(harmony_at(&harmony, 0).known);
    score_deinit(&alone);
    Track again = {0}, drums = {0};
    put(&again, 0, EIGHTH, 60);
    put(&drums, 0, EIGHTH, 36);
    drums.channel = TRACK_DRUMS;
    Score beaten = score_of(&again, &drums);
    check_ok(harmony_of_score(&harmony, &beaten, &err), &err);
    assert_int_equal(harmony.count, 0);
    score_deinit(&beaten);
    harmony_deinit(&harmony);
}

static void put_text(Events *chunk, int32_t tick, const char *text) {
    Error err;
    uint8_t bytes[64] = {0xff, 1};
    memcpy(bytes + 2, text, strlen(text));
    check_ok(events_add(chunk, tick, bytes, 2 + strlen(text), &err), &err);
}

static void a_file_tells_its_chords(void **state) {
    (void)state;
    Error err;
    Track melody = {0};
    put(&melody, 0, HALF, 60);
    Score score = score_of(&melody, NULL);
    Events *words = events_new("MTrk", &err), *chords = events_new("MTrk", &err);
    put_text(words, 0, "Intro");
    put_text(words, 10, "A");
    put_text(words, 20, "Verse");
    put_text(chords, 0, "Am");
    put_text(chords, HALF, "Am");
    put_text(chords, 2 * HALF, "G7/B");
    put_text(chords, 3 * HALF, "N.C.");
    put_text(chords, 4 * HALF, "solo");
    check_ok(score_add_chunk(&score, words, &err) && score_add_chunk(&score, chords, &err), &err);
    Harmony harmony = {0};
    check_ok(harmony_of_score(&harmony, &score, &err), &err);
    assert_true(harmony.told);
    assert_int_equal(harmony.count, 3);
    char name[CHORD_NAME_SIZE];
    chord_name(harmony_at(&harmony, 2 * HALF + 1), (Key){0}, name);
    assert_string_equal(name, "G7/B");
    assert_false(harmony_at(&harmony, 3 * HALF).known);
    harmony_deinit(&harmony);
    score_deinit(&score);
}

static void chords_are_set_and_taken_away(void **state) {
    (void)state;
    Error err;
    Track melody = {0}, with = {0};
    put(&melody, 0, 4 * HALF, 60);
    for (int h = 0; h < 4; h++)
        for (int i = 0; i < 3; i++)
            put(&with, h * HALF, HALF, (h < 2 ? 48 : 53) + (i == 0 ? 0 : i == 1 ? 4 : 7));
    Score score = score_of(&melody, &with);
    Harmony harmony = {0};
    Chord am;
    Key key;
    assert_true(chord_parse(&am, "Am"));
    assert_true(key_parse(&key, "C"));
    check_ok(harmony_set(&score, HALF, 2 * HALF, am, key, &err), &err);
    static const char *const ROW[] = {"C", "Am", "F", "F"};
    check_ok(harmony_of_score(&harmony, &score, &err), &err);
    assert_true(harmony.told);
    for (int h = 0; h < 4; h++) {
        char name[CHORD_NAME_SIZE];
        chord_name(harmony_at(&harmony, h * HALF), key, name);
        assert_string_equal(name, ROW[h]);
    }
    check_ok(harmony_set(&score, 0, HALF, (Chord){0}, key, &err), &err);
    check_ok(harmony_of_score(&harmony, &score, &err), &err);
    assert_int_equal(harmony.count, 2);
    assert_false(harmony_at(&harmony, 0).known);
    assert_true(chord_equal(harmony_at(&harmony, HALF), am));
    harmony_deinit(&harmony);
    score_deinit(&score);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_read_and_written),
        cmocka_unit_test(chords_are_spelled_by_the_key),
        cmocka_unit_test(chords_are_guessed_from_the_accompaniment),
        cmocka_unit_test(where_nothing_accompanies_nothing_is_guessed),
        cmocka_unit_test(a_file_tells_its_chords),
        cmocka_unit_test(chords_are_set_and_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
