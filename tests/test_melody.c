/* Melody: the order of notes after every edit, the grid, and one voice out of many. */
#include "tests/support/check.h"

#include "engine/music/melody.h"
#include "tests/support/random_music.h"

static void add(Melody *melody, int start, int length, int pitch) {
    Error err;
    Note note = {.start = start, .length = length, .pitch = (uint8_t)pitch, .velocity = 80};
    check_ok(melody_insert(melody, note, &err) >= 0, &err);
}

static void check_note(const Melody *melody, int index, int start, int length, int pitch) {
    assert_in_range(index, 0, melody->count - 1);
    assert_int_equal(melody->notes[index].start, start);
    assert_int_equal(melody->notes[index].length, length);
    assert_int_equal(melody->notes[index].pitch, pitch);
}

static void check_order(const Melody *melody) {
    for (int i = 1; i < melody->count; i++) {
        Note a = melody->notes[i - 1], b = melody->notes[i];
        assert_true(a.start < b.start || (a.start == b.start && a.pitch <= b.pitch));
    }
}

static Note random_note(Rng *rng) {
    return (Note){.start = rng_below(rng, 4000),
                  .length = 1 + rng_below(rng, 1000),
                  .pitch = (uint8_t)rng_below(rng, 128),
                  .velocity = (uint8_t)(1 + rng_below(rng, 127))};
}

static void random_chords(Melody *melody, Rng *rng, int count) {
    melody_init(melody);
    Error err;
    for (int i = 0; i < count; i++) check_ok(melody_insert(melody, random_note(rng), &err) >= 0, &err);
}

static void a_zeroed_melody_is_valid_and_empty(void **state) {
    (void)state;
    Melody zero = {0}, made, copy = {0};
    melody_init(&made);
    assert_true(melody_equal(&zero, &made));
    assert_int_equal(melody_bar_ticks(&zero), 1920);
    assert_int_equal(melody_bar_count(&zero), 1);
    assert_int_equal(melody_end(&zero), 0);
    assert_true(melody_bpm(&zero) == 120);
    assert_int_equal(melody_find(&zero, 0, -1), -1);
    assert_int_equal(melody_next(&zero, 0), -1);
    assert_int_equal(melody_previous(&zero, 100), -1);
    assert_int_equal(melody_make_monophonic(&zero, NULL), 0);
    check_ok(melody_copy(&copy, &zero, NULL), &(Error){""});
    melody_deinit(&copy);
    melody_deinit(&zero);
    melody_deinit(&made);
}

static void notes_are_clipped_into_range(void **state) {
    (void)state;
    Melody melody = {0};
    Error err;
    Note wild = {.start = -5, .length = 0, .pitch = 200, .velocity = 0};
    check_ok(melody_insert(&melody, wild, &err) == 0, &err);
    check_note(&melody, 0, 0, 1, 127);
    assert_int_equal(melody.notes[0].velocity, 1);
    Note far = {.start = INT32_MAX, .length = INT32_MAX, .pitch = 60, .velocity = 255};
    check_ok(melody_insert(&melody, far, &err) == 1, &err);
    assert_int_equal(melody_end(&melody), MELODY_TICKS_MAX);
    assert_int_equal(melody.notes[1].velocity, 127);
    melody_deinit(&melody);
}

static void a_full_melody_says_so(void **state) {
    (void)state;
    Melody melody = {0};
    Error err;
    for (int i = 0; i < MELODY_NOTES_MAX; i++) add(&melody, i, 1, 60);
    check_refused(melody_insert(&melody, (Note){0, 1, 60, 1}, &err) >= 0, &err);
    assert_int_equal(melody.count, MELODY_NOTES_MAX);
    melody_deinit(&melody);
}

/* Random edits against a plain list of the notes that should be there. */
static void edits_keep_the_order_and_the_notes(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 11);
    Melody melody;
    melody_init(&melody);
    int64_t sum = 0; /* of all starts: changes when a wrong note is touched */
    for (int i = 0; i < 3000; i++) {
        Error err;
        int action = rng_below(&rng, 3), count = melody.count;
        Note note = random_note(&rng);
        if (action == 0 || count == 0) {
            int at = melody_insert(&melody, note, &err);
            assert_memory_equal(&melody.notes[at].start, &note.start, sizeof note.start);
            sum += note.start;
            assert_int_equal(melody.count, count + 1);
        } else if (action == 1 && count > 20) {
            int at = rng_below(&rng, count);
            sum -= melody.notes[at].start;
            melody_remove(&melody, at);
            assert_int_equal(melody.count, count - 1);
        } else {
            int at = rng_below(&rng, count);
            sum += note.start - melody.notes[at].start;
            int now = melody_change(&melody, at, note);
            assert_int_equal(melody.notes[now].pitch, note.pitch);
            assert_int_equal(melody.count, count);
        }
        check_order(&melody);
        int64_t total = 0;
        for (int k = 0; k < melody.count; k++) total += melody.notes[k].start;
        assert_true(total == sum);
    }
    melody_deinit(&melody);
}

static void copies_are_equal_and_independent(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 12);
    Melody a, b = {0};
    Error err;
    random_chords(&a, &rng, 50);
    strcpy(a.name, "Song");
    check_ok(melody_copy(&b, &a, &err), &err);
    assert_true(melody_equal(&a, &b));
    b.notes[7].velocity ^= 1;
    assert_false(melody_equal(&a, &b));
    b.notes[7].velocity ^= 1;
    b.quarter_us = 400000;
    assert_false(melody_equal(&a, &b));
    b.quarter_us = a.quarter_us;
    b.name[0] = 'Z';
    assert_false(melody_equal(&a, &b));
    melody_deinit(&a);
    melody_deinit(&b);
}

static void finding_agrees_with_looking_at_all(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 13);
    Melody m;
    random_chords(&m, &rng, 60);
    for (int tick = 0; tick < 5200; tick += 37) {
        int highest = -1, next = -1, previous = -1;
        for (int i = 0; i < m.count; i++) {
            Note n = m.notes[i];
            if (n.start <= tick && tick < n.start + n.length && n.pitch > highest) highest = n.pitch;
            if (n.start >= tick && next < 0) next = i;
            if (n.start < tick) previous = i;
        }
        int found = melody_find(&m, tick, -1);
        assert_int_equal(found < 0 ? -1 : m.notes[found].pitch, highest);
        if (highest >= 0) {
            int same = melody_find(&m, tick, highest);
            assert_int_equal(m.notes[same].pitch, highest);
            assert_true(m.notes[same].start <= tick && tick < m.notes[same].start + m.notes[same].length);
        }
        assert_int_equal(melody_next(&m, tick), next);
        assert_int_equal(melody_previous(&m, tick), previous);
    }
    assert_int_equal(melody_find(&m, 100000, 60), -1);
    melody_deinit(&m);
}

static void names_are_cut_between_characters(void **state) {
    (void)state;
    Melody m = {0};
    melody_set_name(&m, "Lied f\u00fcr Anna\x1b[31m\x7f");
    assert_string_equal(m.name, "Lied f\u00fcr Anna[31m");
    char text[6];
    static const struct {
        const char *text, *name;
    } names[] = {{"", ""},
                 {"abcde", "abcde"},
                 {"abcdef", "abcde"},
                 {"abcd\u00fc", "abcd"},
                 {"abc\u00fc", "abc\u00fc"},
                 {"abc\u20ac", "abc"},
                 {"\u20ac\u20ac", "\u20ac"},
                 {"\U0001d11ea\U0001d11e", "\U0001d11ea"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        melody_write_name(text, sizeof text, names[i].text, strlen(names[i].text));
        assert_string_equal(text, names[i].name);
    }
}

static void bars_follow_the_meter(void **state) {
    (void)state;
    static const struct {
        int beats, unit, ticks;
    } meters[] = {{4, 4, 1920}, {3, 4, 1440}, {6, 8, 1440}, {2, 2, 1920},
                  {5, 8, 1200}, {3, 16, 360}, {1, 1, 1920}};
    for (size_t i = 0; i < sizeof meters / sizeof *meters; i++) {
        Melody m = {.meter_beats = (uint8_t)meters[i].beats, .meter_unit = (uint8_t)meters[i].unit};
        assert_int_equal(melody_bar_ticks(&m), meters[i].ticks);
        add(&m, 0, meters[i].ticks, 60);
        assert_int_equal(melody_bar_count(&m), 1);
        add(&m, meters[i].ticks, 1, 60);
        assert_int_equal(melody_bar_count(&m), 2);
        melody_deinit(&m);
    }
}

static void the_highest_of_a_chord_stays(void **state) {
    (void)state;
    Melody m = {0};
    add(&m, 0, 480, 60);
    add(&m, 0, 480, 67);
    add(&m, 0, 960, 64);
    int cut = -1;
    assert_int_equal(melody_make_monophonic(&m, &cut), 2);
    assert_int_equal(cut, 0);
    assert_int_equal(m.count, 1);
    check_note(&m, 0, 0, 480, 67);
    melody_deinit(&m);
}

static void a_note_under_a_higher_one_is_dropped(void **state) {
    (void)state;
    Melody m = {0};
    add(&m, 0, 960, 72);
    add(&m, 480, 960, 60);
    add(&m, 960, 480, 62);
    int cut = -1;
    assert_int_equal(melody_make_monophonic(&m, &cut), 1);
    assert_int_equal(cut, 0);
    check_note(&m, 0, 0, 960, 72);
    check_note(&m, 1, 960, 480, 62);
    melody_deinit(&m);
}

static void legato_cuts_the_last_step(void **state) {
    (void)state;
    Melody m = {0};
    add(&m, 0, 500, 72);
    add(&m, 380, 500, 60); /* 120 ticks before the end: just within the last step */
    int cut = -1;
    assert_int_equal(melody_make_monophonic(&m, &cut), 0);
    assert_int_equal(cut, 1);
    check_note(&m, 0, 0, 380, 72);
    check_note(&m, 1, 380, 500, 60);
    melody_deinit(&m);
    add(&m, 0, 500, 72);
    add(&m, 379, 500, 60);
    assert_int_equal(melody_make_monophonic(&m, &cut), 1);
    check_note(&m, 0, 0, 500, 72);
    melody_deinit(&m);
}

static void a_higher_note_cuts_a_lower_one(void **state) {
    (void)state;
    Melody m = {0};
    add(&m, 0, 1920, 48);
    add(&m, 240, 480, 72);
    add(&m, 480, 240, 72); /* the same pitch again, well before the end of the first: a new note */
    int cut = -1;
    assert_int_equal(melody_make_monophonic(&m, &cut), 0);
    assert_int_equal(cut, 2);
    check_note(&m, 0, 0, 240, 48);
    check_note(&m, 1, 240, 240, 72);
    check_note(&m, 2, 480, 240, 72);
    melody_deinit(&m);
}

/* One voice remains; what was one voice before is untouched; a second pass changes nothing. */
static void one_voice_remains(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 15);
    for (int round = 0; round < 100; round++) {
        Melody m, before = {0};
        Error err;
        random_chords(&m, &rng, 80);
        int count = m.count, cut, highest = 0, kept_highest = 0;
        for (int i = 0; i < m.count; i++)
            if (m.notes[i].pitch > highest) highest = m.notes[i].pitch;
        int dropped = melody_make_monophonic(&m, &cut);
        assert_int_equal(m.count, count - dropped);
        for (int i = 1; i < m.count; i++)
            assert_true(m.notes[i - 1].start + m.notes[i - 1].length <= m.notes[i].start);
        for (int i = 0; i < m.count; i++)
            if (m.notes[i].pitch > kept_highest) kept_highest = m.notes[i].pitch;
        assert_int_equal(kept_highest, highest);
        check_ok(melody_copy(&before, &m, &err), &err);
        assert_int_equal(melody_make_monophonic(&m, &cut), 0);
        assert_int_equal(cut, 0);
        assert_true(melody_equal(&m, &before));
        melody_deinit(&m);
        melody_deinit(&before);
    }
}

static void transposing_stays_in_range(void **state) {
    (void)state;
    Melody m = {0};
    add(&m, 0, 10, 0);
    add(&m, 0, 10, 60);
    add(&m, 0, 10, 127);
    melody_transpose(&m, 2);
    check_note(&m, 0, 0, 10, 2);
    check_note(&m, 1, 0, 10, 62);
    check_note(&m, 2, 0, 10, 117);
    melody_transpose(&m, -60);
    check_note(&m, 0, 0, 10, 2);
    check_note(&m, 1, 0, 10, 2);
    check_note(&m, 2, 0, 10, 57);
    melody_deinit(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_melody_is_valid_and_empty),
        cmocka_unit_test(notes_are_clipped_into_range),
        cmocka_unit_test(a_full_melody_says_so),
        cmocka_unit_test(edits_keep_the_order_and_the_notes),
        cmocka_unit_test(copies_are_equal_and_independent),
        cmocka_unit_test(finding_agrees_with_looking_at_all),
        cmocka_unit_test(names_are_cut_between_characters),
        cmocka_unit_test(bars_follow_the_meter),
        cmocka_unit_test(the_highest_of_a_chord_stays),
        cmocka_unit_test(a_note_under_a_higher_one_is_dropped),
        cmocka_unit_test(legato_cuts_the_last_step),
        cmocka_unit_test(a_higher_note_cuts_a_lower_one),
        cmocka_unit_test(one_voice_remains),
        cmocka_unit_test(transposing_stays_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
