/* Key: detection on melodies whose key every musician knows, names, scales and alignment. */
#include <stdio.h>

#include "tests/support/check.h"

#include "engine/music/key.h"

/* Pitches, each an eighth long; a repeated pitch is a longer note. */
static Key detect(const int *pitches, int count, int transpose) {
    Track track = {0};
    Error err;
    for (int i = 0; i < count; i++) {
        Note note = {
            .start = 240 * i, .length = 240, .pitch = (uint8_t)(pitches[i] + transpose), .velocity = 80};
        check_ok(track_insert(&track, note, &err) >= 0, &err);
    }
    Key key = key_detect(&track);
    track_deinit(&track);
    return key;
}

static void known_melodies_have_known_keys(void **state) {
    (void)state;
    static const int ode[] = {64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, 60, 60}; /* C */
    static const int frere[] = {60, 62, 64, 60, 60, 62, 64, 60, 64, 65,
                                67, 67, 64, 65, 67, 67, 60, 55, 60, 60};
    static const int greensleeves[] = {69, 72, 72, 74, 76, 77, 76, 74, 74, 71, 67, 69,
                                       71, 72, 72, 69, 69, 68, 69, 71, 71, 68, 64, 64}; /* Am */
    static const int minor_scale[] = {57, 59, 60, 62, 64, 65, 68, 69, 69};
    static const struct {
        const int *pitches;
        int count;
        int tonic;
        KeyMode mode;
    } songs[] = {{ode, 15, 0, KEY_MAJOR},
                 {frere, 20, 0, KEY_MAJOR},
                 {greensleeves, 24, 9, KEY_MINOR},
                 {minor_scale, 9, 9, KEY_MINOR}};
    for (size_t i = 0; i < sizeof songs / sizeof *songs; i++)
        for (int k = 0; k < 12; k++) { /* and in every other key */
            Key key = detect(songs[i].pitches, songs[i].count, k);
            assert_true(key.known);
            assert_int_equal(key.tonic, (songs[i].tonic + k) % 12);
            assert_int_equal(key.mode, songs[i].mode);
        }
}

/* The same notes, sorted differently: the last one is heard as the tonic. */
static void the_last_note_decides_between_relatives(void **state) {
    (void)state;
    static const int ends_on_c[] = {69, 71, 72, 74, 76, 77, 79, 64, 67, 69, 64, 60};
    static const int ends_on_a[] = {60, 71, 72, 74, 76, 77, 79, 64, 67, 69, 64, 69};
    assert_string_equal(key_name(detect(ends_on_c, 12, 0)), "C");
    assert_string_equal(key_name(detect(ends_on_a, 12, 0)), "Am");
}

static void nothing_is_said_without_notes(void **state) {
    (void)state;
    Track track = {0};
    Key key = key_detect(&track);
    assert_false(key.known);
    assert_string_equal(key_name(key), "?");
    assert_true(key_has(key, 61));
    assert_int_equal(key_step(key, 61, 2), 63);
}

/* Length counts, not the number of notes. */
static void long_notes_weigh_more(void **state) {
    (void)state;
    Track track = {0};
    Error err;
    static const int pitches[] = {67, 71, 74, 67};
    for (int i = 0; i < 4; i++)
        check_ok(track_insert(&track, (Note){1920 * i, 1920, (uint8_t)pitches[i], 80}, &err) >= 0, &err);
    static const int passing[] = {60, 61, 63, 65, 66, 68, 70};
    for (int i = 0; i < 7; i++)
        check_ok(track_insert(&track, (Note){1800 + 10 * i, 10, (uint8_t)passing[i], 80}, &err) >= 0, &err);
    assert_string_equal(key_name(key_detect(&track)), "G");
    track_deinit(&track);
}

static void names_come_back(void **state) {
    (void)state;
    for (int mode = KEY_MAJOR; mode < KEY_MODES; mode++)
        for (int tonic = 0; tonic < 12; tonic++) {
            Key key = {.tonic = (uint8_t)tonic, .mode = (uint8_t)mode, .known = true}, back = {0};
            assert_true(key_parse(&back, key_name(key)));
            assert_int_equal(back.tonic, tonic);
            assert_int_equal(back.mode, mode);
            assert_true(back.known);
        }
}

static void spellings_are_understood(void **state) {
    (void)state;
    static const struct {
        const char *text, *name;
    } spellings[] = {{"C", "C"},         {"c", "C"},           {"F# minor", "F#m"},
                     {"Bb major", "Bb"}, {"Bbm", "Bbm"},       {"bb min", "Bbm"},
                     {"Cb", "B"},        {"B#m", "Cm"},        {"Gb", "F#"},
                     {"D#", "Eb"},       {"A M", "A"},         {"A MAJOR", "A"},
                     {"G:maj", "G"},     {"E:min", "Em"},      {"Abm", "G#m"},
                     {"D dor", "D dor"}, {"Ddorian", "D dor"}, {"G Mixolydian", "G mix"},
                     {"A aeolian", "Am"}};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        Key key = {0};
        assert_true(key_parse(&key, spellings[i].text));
        assert_string_equal(key_name(key), spellings[i].name);
    }
    static const char *const wrong[] = {"",     "H", "?",     "Cx",   "C##", "C mixed",
                                        "C mi", "1", "minor", "none", "Cmm"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Key key = {.tonic = 5, .known = true};
        assert_false(key_parse(&key, wrong[i]));
        assert_int_equal(key.tonic, 5);
    }
}

static Key key_of(const char *name) {
    Key key = {0};
    assert_true(key_parse(&key, name));
    return key;
}

static void signatures_are_those_of_the_circle(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int sharps;
    } keys[] = {{"C", 0},     {"Am", 0},  {"D dor", 0}, {"E phr", 0},  {"F lyd", 0}, {"G mix", 0},
                {"B loc", 0}, {"G", 1},   {"F", -1},    {"Eb", -3},    {"Cm", -3},   {"F#", 6},
                {"Ebm", -6},  {"Db", -5}, {"G#m", 5},   {"Bb mix", -3}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(key_signature(key_of(keys[i].name)), keys[i].sharps);
    assert_int_equal(key_signature((Key){0}), 0);
    for (int mode = 0; mode < KEY_MODES; mode++)
        for (int tonic = 0; tonic < 12; tonic++)
            assert_in_range(key_signature((Key){(uint8_t)tonic, (uint8_t)mode, true}) + 6, 0, 12);
}

static void notes_are_spelled_by_the_key(void **state) {
    (void)state;
    static const struct {
        const char *key, *notes; /* the twelve from 60 on */
    } keys[] = {{"C", "C4 C#4 D4 Eb4 E4 F4 F#4 G4 G#4 A4 Bb4 B4"},
                {"F", "C4 C#4 D4 Eb4 E4 F4 F#4 G4 Ab4 A4 Bb4 B4"},
                {"Eb", "C4 Db4 D4 Eb4 E4 F4 Gb4 G4 Ab4 A4 Bb4 B4"},
                {"Dm", "C4 C#4 D4 Eb4 E4 F4 F#4 G4 Ab4 A4 Bb4 B4"},
                {"E", "C4 C#4 D4 D#4 E4 F4 F#4 G4 G#4 A4 A#4 B4"},
                {"F#", "C4 C#4 D4 D#4 E4 E#4 F#4 G4 G#4 A4 A#4 B4"},
                {"Ebm", "C4 Db4 D4 Eb4 E4 F4 Gb4 G4 Ab4 A4 Bb4 Cb5"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char line[128] = "";
        for (int pitch = 60; pitch < 72; pitch++) {
            char note[KEY_SPELLING_SIZE];
            key_spell(key_of(keys[i].key), pitch, note);
            snprintf(line + strlen(line), sizeof line - strlen(line), "%s%s", pitch > 60 ? " " : "", note);
        }
        assert_string_equal(line, keys[i].notes);
    }
    char low[KEY_SPELLING_SIZE], high[KEY_SPELLING_SIZE];
    key_spell((Key){0}, 0, low);
    key_spell((Key){0}, 127, high);
    assert_string_equal(low, "C-1");
    assert_string_equal(high, "G9");
}

static void letters_have_the_accidentals_of_the_key(void **state) {
    (void)state;
    static const struct {
        const char *key;
        int classes[7]; /* of c d e f g a b */
    } keys[] = {{"C", {0, 2, 4, 5, 7, 9, 11}},    {"G", {0, 2, 4, 6, 7, 9, 11}},
                {"Bb", {0, 2, 3, 5, 7, 9, 10}},   {"F#", {1, 3, 5, 6, 8, 10, 11}},
                {"Ebm", {11, 1, 3, 5, 6, 8, 10}}, {"D dor", {0, 2, 4, 5, 7, 9, 11}}};
    static const int white[] = {0, 2, 4, 5, 7, 9, 11};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (int n = 0; n < 7; n++)
            assert_int_equal(key_on_letter(key_of(keys[i].key), white[n]), keys[i].classes[n]);
    assert_int_equal(key_on_letter((Key){0}, 5), 5);
}

/* A scale names each of its seven letters once. */
static void scales_are_spelled_with_seven_letters(void **state) {
    (void)state;
    for (int mode = 0; mode < KEY_MODES; mode++)
        for (int tonic = 0; tonic < 12; tonic++) {
            Key key = {(uint8_t)tonic, (uint8_t)mode, true};
            unsigned letters = 0;
            for (int pitch = 60; pitch < 72; pitch++) {
                char note[KEY_SPELLING_SIZE];
                key_spell(key, pitch, note);
                if (!key_has(key, pitch)) continue;
                assert_false(letters & 1u << (note[0] - 'A'));
                letters |= 1u << (note[0] - 'A');
            }
            assert_int_equal(letters, 0x7f);
        }
}

static void scales_hold_their_notes(void **state) {
    (void)state;
    static const int d_major[] = {62, 64, 66, 67, 69, 71, 73, 74};
    Key key = key_of("D");
    int count = 0;
    for (int pitch = 62; pitch <= 74; pitch++) count += key_has(key, pitch);
    assert_int_equal(count, 8);
    for (int i = 0; i < 8; i++) assert_true(key_has(key, d_major[i]));
    for (int pitch = 0; pitch < 128; pitch++)
        assert_true(key_has(key_of("Bm"), pitch) == key_has(key, pitch));
    for (int pitch = 62; pitch <= 74; pitch++)
        assert_true(key_has(key_of("E dor"), pitch) == key_has(key, pitch));
    assert_true(key_has(key_of("C"), 0));
}

static void steps_follow_the_scale(void **state) {
    (void)state;
    Key c = key_of("C"), a_minor = key_of("Am");
    assert_int_equal(key_step(c, 60, 1), 62);
    assert_int_equal(key_step(c, 64, 1), 65);
    assert_int_equal(key_step(c, 60, -1), 59);
    assert_int_equal(key_step(c, 60, 7), 72);
    assert_int_equal(key_step(c, 61, 1), 62); /* from outside, the first step enters the scale */
    assert_int_equal(key_step(c, 61, -1), 60);
    assert_int_equal(key_step(c, 61, 0), 60);
    assert_int_equal(key_step(c, 60, 0), 60);
    assert_int_equal(key_step(a_minor, 67, 1), 69);
    assert_int_equal(key_step(c, 127, 1), 127);
    assert_int_equal(key_step(c, 0, -3), 0);
    assert_int_equal(key_step(key_of("Db"), 126, 5), 126); /* 127 is no note of D flat */
    for (int pitch = 12; pitch < 116; pitch++)
        for (int steps = -5; steps <= 5; steps++) {
            if (!key_has(c, pitch)) continue;
            assert_int_equal(key_step(c, key_step(c, pitch, steps), -steps), pitch);
        }
}

static void intervals_align_keys(void **state) {
    (void)state;
    assert_int_equal(key_interval(key_of("C"), key_of("D")), 2);
    assert_int_equal(key_interval(key_of("D"), key_of("C")), -2);
    assert_int_equal(key_interval(key_of("C"), key_of("F#")), -6);
    assert_int_equal(key_interval(key_of("C"), key_of("G")), -5);
    assert_int_equal(key_interval(key_of("C"), key_of("F")), 5);
    assert_int_equal(key_interval(key_of("Am"), key_of("C")), 0); /* relatives share their notes */
    assert_int_equal(key_interval(key_of("C"), key_of("Em")), -5);
    assert_int_equal(key_interval(key_of("Am"), key_of("Em")), -5);
    assert_int_equal(key_interval((Key){0}, key_of("D")), 0);
    for (int from = 0; from < 24; from++)
        for (int to = 0; to < 24; to++) {
            Key a = {(uint8_t)(from % 12), (uint8_t)(from / 12), true},
                b = {(uint8_t)(to % 12), (uint8_t)(to / 12), true};
            int interval = key_interval(a, b);
            assert_true(interval >= -6 && interval <= 5);
            for (int pitch = 36; pitch < 48; pitch++)
                assert_true(key_has(a, pitch) == key_has(b, pitch + interval));
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_melodies_have_known_keys),
        cmocka_unit_test(the_last_note_decides_between_relatives),
        cmocka_unit_test(nothing_is_said_without_notes),
        cmocka_unit_test(long_notes_weigh_more),
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(spellings_are_understood),
        cmocka_unit_test(signatures_are_those_of_the_circle),
        cmocka_unit_test(notes_are_spelled_by_the_key),
        cmocka_unit_test(letters_have_the_accidentals_of_the_key),
        cmocka_unit_test(scales_are_spelled_with_seven_letters),
        cmocka_unit_test(scales_hold_their_notes),
        cmocka_unit_test(steps_follow_the_scale),
        cmocka_unit_test(intervals_align_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
