/* Track: the order of notes after every edit, one voice out of many, and sharing: who edits a shared track gets a copy. */
#include "tests/support/check.h"

#include <pthread.h>

#include "engine/music/track.h"
#include "engine/base/rng.h"

static void add(Track *track, int start, int length, int pitch) {
    Error err;
    Note note = {.start = start, .length = length, .pitch = (uint8_t)pitch, .velocity = 80};
    check_ok(track_insert(track, note, &err) >= 0, &err);
}

static void check_note(const Track *track, int index, int start, int length, int pitch) {
    assert_in_range(index, 0, track->count - 1);
    assert_int_equal(track->notes[index].start, start);
    assert_int_equal(track->notes[index].length, length);
    assert_int_equal(track->notes[index].pitch, pitch);
}

static void check_order(const Track *track) {
    for (int i = 1; i < track->count; i++) {
        Note a = track->notes[i - 1], b = track->notes[i];
        assert_true(a.start < b.start || (a.start == b.start && a.pitch <= b.pitch));
    }
}

static Note random_note(Rng *rng) {
    return (Note){.start = rng_below(rng, 4000),
                  .length = 1 + rng_below(rng, 1000),
                  .pitch = (uint8_t)rng_below(rng, 128),
                  .velocity = (uint8_t)(1 + rng_below(rng, 127))};
}

static void random_chords(Track *track, Rng *rng, int count) {
    memset(track, 0, sizeof(Track));
    Error err;
    for (int i = 0; i < count; i++) check_ok(track_insert(track, random_note(rng), &err) >= 0, &err);
}

static void a_zeroed_track_is_valid_and_empty(void **state) {
    (void)state;
    Track zero = {0}, made = {0}, copy = {0};
    assert_true(track_equal(&zero, &made));
    assert_int_equal(track_end(&zero), 0);
    assert_int_equal(track_find(&zero, 0, -1), -1);
    assert_int_equal(track_next(&zero, 0), -1);
    assert_int_equal(track_previous(&zero, 100), -1);
    assert_int_equal(track_make_monophonic(&zero, 120, NULL), 0);
    check_ok(track_copy(&copy, &zero, NULL), &(Error){""});
    track_deinit(&copy);
    track_deinit(&zero);
    track_deinit(&made);
}

static void notes_are_clipped_into_range(void **state) {
    (void)state;
    Track track = {0};
    Error err;
    Note wild = {.start = -5, .length = 0, .pitch = 200, .velocity = 0};
    check_ok(track_insert(&track, wild, &err) == 0, &err);
    check_note(&track, 0, 0, 1, 127);
    assert_int_equal(track.notes[0].velocity, 1);
    Note far = {.start = INT32_MAX, .length = INT32_MAX, .pitch = 60, .velocity = 255};
    check_ok(track_insert(&track, far, &err) == 1, &err);
    assert_int_equal(track_end(&track), TRACK_TICKS_MAX);
    assert_int_equal(track.notes[1].velocity, 127);
    track_deinit(&track);
}

static void a_full_track_says_so(void **state) {
    (void)state;
    Track track = {0};
    Error err;
    for (int i = 0; i < TRACK_NOTES_MAX; i++) add(&track, i, 1, 60);
    check_refused(track_insert(&track, (Note){0, 1, 60, 1}, &err) >= 0, &err);
    assert_int_equal(track.count, TRACK_NOTES_MAX);
    track_deinit(&track);
}

/* Random edits against a plain list of the notes that should be there. */
static void edits_keep_the_order_and_the_notes(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 11);
    Track track;
    memset(&track, 0, sizeof(Track));
    int64_t sum = 0; /* of all starts: changes when a wrong note is touched */
    for (int i = 0; i < 3000; i++) {
        Error err;
        int action = rng_below(&rng, 3), count = track.count;
        Note note = random_note(&rng);
        if (action == 0 || count == 0) {
            int at = track_insert(&track, note, &err);
            assert_memory_equal(&track.notes[at].start, &note.start, sizeof note.start);
            sum += note.start;
            assert_int_equal(track.count, count + 1);
        } else if (action == 1 && count > 20) {
            int at = rng_below(&rng, count);
            sum -= track.notes[at].start;
            track_remove(&track, at);
            assert_int_equal(track.count, count - 1);
        } else {
            int at = rng_below(&rng, count);
            sum += note.start - track.notes[at].start;
            int now = track_change(&track, at, note);
            assert_int_equal(track.notes[now].pitch, note.pitch);
            assert_int_equal(track.count, count);
        }
        check_order(&track);
        int64_t total = 0;
        for (int k = 0; k < track.count; k++) total += track.notes[k].start;
        assert_true(total == sum);
    }
    track_deinit(&track);
}

static void copies_are_equal_and_independent(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 12);
    Track a, b = {0};
    Error err;
    random_chords(&a, &rng, 50);
    strcpy(a.name, "Song");
    check_ok(track_copy(&b, &a, &err), &err);
    assert_true(track_equal(&a, &b));
    b.notes[7].velocity ^= 1;
    assert_false(track_equal(&a, &b));
    b.notes[7].velocity ^= 1;
    b.program = 40;
    assert_false(track_equal(&a, &b));
    b.program = 0;
    b.name[0] = 'Z';
    assert_false(track_equal(&a, &b));
    track_deinit(&a);
    track_deinit(&b);
}

static void finding_agrees_with_looking_at_all(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 13);
    Track m;
    random_chords(&m, &rng, 60);
    for (int tick = 0; tick < 5200; tick += 37) {
        int highest = -1, next = -1, previous = -1;
        for (int i = 0; i < m.count; i++) {
            Note n = m.notes[i];
            if (n.start <= tick && tick < n.start + n.length && n.pitch > highest) highest = n.pitch;
            if (n.start >= tick && next < 0) next = i;
            if (n.start < tick) previous = i;
        }
        int found = track_find(&m, tick, -1);
        assert_int_equal(found < 0 ? -1 : m.notes[found].pitch, highest);
        if (highest >= 0) {
            int same = track_find(&m, tick, highest);
            assert_int_equal(m.notes[same].pitch, highest);
            assert_true(m.notes[same].start <= tick && tick < m.notes[same].start + m.notes[same].length);
        }
        assert_int_equal(track_next(&m, tick), next);
        assert_int_equal(track_previous(&m, tick), previous);
    }
    assert_int_equal(track_find(&m, 100000, 60), -1);
    track_deinit(&m);
}

static void names_are_cut_between_characters(void **state) {
    (void)state;
    Track m = {0};
    track_set_name(&m, "Lied f\u00fcr Anna\x1b[31m\x7f");
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
        track_write_name(text, sizeof text, names[i].text, strlen(names[i].text));
        assert_string_equal(text, names[i].name);
    }
}

static void the_highest_of_a_chord_stays(void **state) {
    (void)state;
    Track m = {0};
    add(&m, 0, 480, 60);
    add(&m, 0, 480, 67);
    add(&m, 0, 960, 64);
    int cut = -1;
    assert_int_equal(track_make_monophonic(&m, 120, &cut), 2);
    assert_int_equal(cut, 0);
    assert_int_equal(m.count, 1);
    check_note(&m, 0, 0, 480, 67);
    track_deinit(&m);
}

static void a_note_under_a_higher_one_is_dropped(void **state) {
    (void)state;
    Track m = {0};
    add(&m, 0, 960, 72);
    add(&m, 480, 960, 60);
    add(&m, 960, 480, 62);
    int cut = -1;
    assert_int_equal(track_make_monophonic(&m, 120, &cut), 1);
    assert_int_equal(cut, 0);
    check_note(&m, 0, 0, 960, 72);
    check_note(&m, 1, 960, 480, 62);
    track_deinit(&m);
}

static void legato_cuts_the_last_step(void **state) {
    (void)state;
    Track m = {0};
    add(&m, 0, 500, 72);
    add(&m, 380, 500, 60); /* 120 ticks before the end: just within the last step */
    int cut = -1;
    assert_int_equal(track_make_monophonic(&m, 120, &cut), 0);
    assert_int_equal(cut, 1);
    check_note(&m, 0, 0, 380, 72);
    check_note(&m, 1, 380, 500, 60);
    track_deinit(&m);
    add(&m, 0, 500, 72);
    add(&m, 379, 500, 60);
    assert_int_equal(track_make_monophonic(&m, 120, &cut), 1);
    check_note(&m, 0, 0, 500, 72);
    track_deinit(&m);
}

static void a_higher_note_cuts_a_lower_one(void **state) {
    (void)state;
    Track m = {0};
    add(&m, 0, 1920, 48);
    add(&m, 240, 480, 72);
    add(&m, 480, 240, 72); /* the same pitch again, well before the end of the first: a new note */
    int cut = -1;
    assert_int_equal(track_make_monophonic(&m, 120, &cut), 0);
    assert_int_equal(cut, 2);
    check_note(&m, 0, 0, 240, 48);
    check_note(&m, 1, 240, 240, 72);
    check_note(&m, 2, 480, 240, 72);
    track_deinit(&m);
}

/* One voice remains; what was one voice before is untouched; a second pass changes nothing. */
static void one_voice_remains(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 15);
    for (int round = 0; round < 100; round++) {
        Track m, before = {0};
        Error err;
        random_chords(&m, &rng, 80);
        int count = m.count, cut, highest = 0, kept_highest = 0;
        for (int i = 0; i < m.count; i++)
            if (m.notes[i].pitch > highest) highest = m.notes[i].pitch;
        int dropped = track_make_monophonic(&m, 120, &cut);
        assert_int_equal(m.count, count - dropped);
        for (int i = 1; i < m.count; i++)
            assert_true(m.notes[i - 1].start + m.notes[i - 1].length <= m.notes[i].start);
        for (int i = 0; i < m.count; i++)
            if (m.notes[i].pitch > kept_highest) kept_highest = m.notes[i].pitch;
        assert_int_equal(kept_highest, highest);
        check_ok(track_copy(&before, &m, &err), &err);
        assert_int_equal(track_make_monophonic(&m, 120, &cut), 0);
        assert_int_equal(cut, 0);
        assert_true(track_equal(&m, &before));
        track_deinit(&m);
        track_deinit(&before);
    }
}

static void transposing_stays_in_range(void **state) {
    (void)state;
    Track m = {0};
    add(&m, 0, 10, 0);
    add(&m, 0, 10, 60);
    add(&m, 0, 10, 127);
    track_transpose(&m, 2);
    check_note(&m, 0, 0, 10, 2);
    check_note(&m, 1, 0, 10, 62);
    check_note(&m, 2, 0, 10, 117);
    track_transpose(&m, -60);
    check_note(&m, 0, 0, 10, 2);
    check_note(&m, 1, 0, 10, 2);
    check_note(&m, 2, 0, 10, 57);
    track_deinit(&m);
}

/* ---- sharing ---- */

static Track *shared_track(int notes) {
    Error err;
    Track *track = track_new(&err);
    assert_non_null(track);
    for (int i = 0; i < notes; i++) add(track, 10 * i, 10, 60 + i % 12);
    return track;
}

static void an_edit_copies_only_what_is_shared(void **state) {
    (void)state;
    Error err;
    Track *mine = shared_track(5), *theirs = track_ref(mine), *alone = mine;
    mine->origin.chunk = 3;
    Track *own = track_edit(&mine, &err);
    assert_ptr_equal(own, mine);
    assert_ptr_not_equal(own, theirs);
    assert_true(track_equal(own, theirs));
    add(own, 100, 10, 64);
    assert_int_equal(theirs->count, 5);
    assert_int_equal(own->count, 6);
    assert_true(own->origin.edited);
    assert_int_equal(own->origin.chunk, 3);
    assert_false(theirs->origin.edited);
    assert_ptr_equal(track_edit(&mine, &err), own); /* nobody else holds it any more */
    assert_ptr_equal(theirs, alone);
    track_unref(mine);
    track_unref(theirs);
}

static void an_empty_slot_gets_a_track(void **state) {
    (void)state;
    Error err;
    Track *slot = NULL;
    Track *made = track_edit(&slot, &err);
    assert_non_null(made);
    assert_ptr_equal(made, slot);
    assert_int_equal(made->count, 0);
    track_unref(slot);
    track_unref(NULL);
    assert_null(track_ref(NULL));
}

static void sharing_takes_the_notes(void **state) {
    (void)state;
    Error err;
    Track own = {.program = 12};
    add(&own, 0, 10, 60);
    const Note *notes = own.notes;
    Track *shared = track_share(&own, &err);
    assert_ptr_equal(shared->notes, notes);
    assert_int_equal(shared->program, 12);
    assert_null(own.notes);
    assert_int_equal(own.count, 0);
    track_unref(shared);
}

/* Two threads take and give back references of one track a hundred thousand times; the last one frees it. */
static void *count_up_and_down(void *track) {
    for (int i = 0; i < 100000; i++) track_unref(track_ref(track));
    track_unref(track);
    return NULL;
}

static void counting_is_safe_between_threads(void **state) {
    (void)state;
    Track *track = shared_track(3);
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, count_up_and_down, track_ref(track)), 0);
    for (int i = 0; i < 2; i++) pthread_join(thread[i], NULL);
    assert_int_equal(track->count, 3);
    Track *kept = track;
    assert_ptr_equal(track_edit(&track, NULL), kept); /* all other references are gone */
    track_unref(track);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_track_is_valid_and_empty),
        cmocka_unit_test(notes_are_clipped_into_range),
        cmocka_unit_test(a_full_track_says_so),
        cmocka_unit_test(edits_keep_the_order_and_the_notes),
        cmocka_unit_test(copies_are_equal_and_independent),
        cmocka_unit_test(finding_agrees_with_looking_at_all),
        cmocka_unit_test(names_are_cut_between_characters),
        cmocka_unit_test(the_highest_of_a_chord_stays),
        cmocka_unit_test(a_note_under_a_higher_one_is_dropped),
        cmocka_unit_test(legato_cuts_the_last_step),
        cmocka_unit_test(a_higher_note_cuts_a_lower_one),
        cmocka_unit_test(one_voice_remains),
        cmocka_unit_test(transposing_stays_in_range),
        cmocka_unit_test(an_edit_copies_only_what_is_shared),
        cmocka_unit_test(an_empty_slot_gets_a_track),
        cmocka_unit_test(sharing_takes_the_notes),
        cmocka_unit_test(counting_is_safe_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
