/* Undo is total: whatever was done, undoing all of it gives the first bytes and redoing all the last. */
#include <stdlib.h>

#include "app/studio/session.h"
#include "tests/support/check.h"
#include "tests/support/random_song.h"

static void open_random(Session *session, Rng *rng) {
    Error err = {{0}};
    Document song = {0};
    check_ok(session_init(session, &err), &err);
    random_song(&song, rng);
    check_ok(session_open(session, &song, false, &err), &err);
}

/* One random edit of notes, bars, recipe or settings; it may be without effect. */
static void edit_randomly(Session *session, Rng *rng) {
    Error err = {{0}};
    Document *draft = session_begin(session, "random", &err);
    assert_non_null(draft);
    DocumentScore which = rng_below(rng, 2) ? DOCUMENT_ORIGINAL : DOCUMENT_CONTEXT;
    Track *track = score_edit_voice(&draft->score[which], 0, &err);
    assert_non_null(track);
    EditRange range = {rng_below(rng, 12) * 480, 0, 0, 127};
    range.end = range.start + rng_below(rng, 8) * 480;
    switch (rng_below(rng, 9)) {
    case 0:
        edit_transpose(track, &range, rng_below(rng, 25) - 12, &err);
        break;
    case 1:
        edit_delete(track, &range);
        break;
    case 2:
        edit_lengthen(track, &range, (rng_below(rng, 5) - 2) * 120, TIMELINE_DIVISION, &err);
        break;
    case 3:
        track_insert(track, (Note){rng_below(rng, 9000), 1 + rng_below(rng, 999), 60, 90}, &err);
        break;
    case 4:
        document_insert_bars(draft, which, rng_below(rng, 8), 1, &err);
        break;
    case 5:
        document_delete_bars(draft, which, rng_below(rng, 8), 1, &err);
        break;
    case 6:
        draft->recipe.bar[rng_below(rng, draft->recipe.count)].kind = (RecipeKind)rng_below(rng, 2);
        break;
    case 7:
        draft->looping = !draft->looping;
        break;
    default:
        draft->seed = rng_next(rng) >> 12;
        break;
    }
    if (rng_below(rng, 10) == 0)
        session_cancel(session);
    else
        session_commit(session, &err);
}

static void assert_bytes(const Session *session, const unsigned char *bytes, size_t size) {
    size_t now_size;
    unsigned char *now = random_song_bytes(session_document(session), &now_size);
    assert_int_equal(now_size, size);
    assert_memory_equal(now, bytes, size);
    free(now);
}

static void test_undo_all_and_redo_all(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 7);
    for (int round = 0; round < 20; round++) {
        Session session;
        size_t first_size, last_size;
        open_random(&session, &rng);
        unsigned char *first = random_song_bytes(session_document(&session), &first_size);
        for (int i = 0; i < 60; i++) {
            int what = rng_below(&rng, 6);
            if (what == 0)
                session_undo(&session);
            else if (what == 1)
                session_redo(&session);
            else
                edit_randomly(&session, &rng);
        }
        while (session_redo(&session)) continue;
        unsigned char *last = random_song_bytes(session_document(&session), &last_size);
        while (session_undo(&session)) continue;
        assert_bytes(&session, first, first_size);
        assert_false(session_modified(&session));
        while (session_redo(&session)) continue;
        assert_bytes(&session, last, last_size);
        free(first);
        free(last);
        session_deinit(&session);
    }
}

/* A past with room for a few documents only: the oldest are forgotten, the newest stay exact. */
static void test_the_past_is_bounded(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 8);
    Session session;
    open_random(&session, &rng);
    session.limit_bytes = 3 * session.bytes;
    for (int i = 0; i < 200; i++) {
        edit_randomly(&session, &rng);
        assert_true(session.bytes <= session.limit_bytes || session.count == 1);
    }
    assert_true(
        session_modified(&session)); /* what was saved has been forgotten, so it cannot be come back to */
    while (session_undo(&session)) continue;
    assert_true(session_modified(&session));
    session_deinit(&session);
}

static void test_an_edit_without_effect_leaves_no_step(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 9);
    Session session;
    Error err = {{0}};
    open_random(&session, &rng);
    uint64_t revision = session.revision;
    assert_non_null(session_begin(&session, "nothing", &err));
    assert_false(session_commit(&session, &err));
    assert_string_equal(err.text, "");
    assert_true(session.revision == revision);
    assert_null(session_undo(&session));
    session_deinit(&session);
}

static void test_modified_follows_the_saved_step(void **state) {
    (void)state;
    Session session;
    Error err = {{0}};
    check_ok(session_init(&session, &err), &err);
    assert_false(session_modified(&session));
    for (int i = 0; i < 2; i++) {
        Document *draft = session_begin(&session, "note", &err);
        track_insert(score_edit_voice(&draft->score[DOCUMENT_ORIGINAL], 0, &err),
                     (Note){i * 480, 480, 60, 80}, &err);
        assert_true(session_commit(&session, &err));
    }
    session_mark_saved(&session, session_stamp(&session));
    assert_false(session_modified(&session));
    assert_string_equal(session_undo(&session), "note");
    assert_true(session_modified(&session));
    assert_string_equal(session_redo(&session), "note");
    assert_false(session_modified(&session));
    session_undo(&session);
    Document *draft = session_begin(&session, "other", &err);
    track_insert(score_edit_voice(&draft->score[DOCUMENT_ORIGINAL], 0, &err), (Note){960, 480, 60, 80}, &err);
    assert_true(session_commit(&session, &err)); /* the saved step lies in the lost future */
    assert_true(session_modified(&session));
    session_undo(&session);
    assert_true(session_modified(&session));
    session_deinit(&session);
}

/* Saving takes its time: what was edited meanwhile is not saved when it is over. */
static void test_what_is_saved_is_what_was_there_when_saving_began(void **state) {
    (void)state;
    Session session;
    Error err = {{0}};
    check_ok(session_init(&session, &err), &err);
    uint64_t stamp = session_stamp(&session);
    Document *draft = session_begin(&session, "note", &err);
    track_insert(score_edit_voice(&draft->score[DOCUMENT_ORIGINAL], 0, &err), (Note){0, 480, 60, 80}, &err);
    assert_true(session_commit(&session, &err));
    session_mark_saved(&session, stamp);
    assert_true(session_modified(&session));
    session_undo(&session);
    assert_false(session_modified(&session));
    session_mark_saved(&session, stamp + 1000); /* of a step that is forgotten */
    assert_true(session_modified(&session));
    session_deinit(&session);
}

/* Undo ends where the session was told to begin, whatever it was made of. */
static void test_the_past_can_begin_here(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 10);
    Session session;
    open_random(&session, &rng);
    for (int i = 0; i < 20; i++) edit_randomly(&session, &rng);
    session_undo(&session);
    Document here = {0};
    Error err = {{0}};
    check_ok(document_copy(&here, session_document(&session), &err), &err);
    session_begin_here(&session);
    assert_false(session_modified(&session));
    assert_null(session_undo(&session));
    assert_null(session_redo(&session));
    size_t bytes = session.bytes;
    for (int i = 0; i < 20; i++) edit_randomly(&session, &rng);
    while (session_undo(&session)) continue;
    assert_true(document_equal(session_document(&session), &here));
    assert_false(session_modified(&session));
    session_begin_here(&session);
    assert_true(session.bytes == bytes);
    document_deinit(&here);
    session_deinit(&session);
}

static void test_selection_by_notes_and_by_bars(void **state) {
    (void)state;
    Session session;
    Error err = {{0}};
    check_ok(session_init(&session, &err), &err);
    session_move(&session, 2400, 60);
    session_select(&session, SESSION_SELECT_BARS);
    session_move(&session, 100, 40);
    EditRange range = session_selection(&session, NULL);
    assert_int_equal(range.start, 0);
    assert_int_equal(range.end, 3840);
    session.selecting = SESSION_SELECT_NOTES;
    range = session_selection(&session, NULL);
    assert_int_equal(range.start, 100);
    assert_int_equal(range.end, 2400 + TIMELINE_DIVISION / 4);
    session_select(&session, SESSION_SELECT_NONE);
    assert_false(
        session_range(&session, NULL, document_voice(session_document(&session), DOCUMENT_ORIGINAL), &range));
    session_move(&session, -5, 400);
    assert_int_equal(session.cursor_tick, 0);
    assert_int_equal(session.cursor_pitch, 127);
    session_deinit(&session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undo_all_and_redo_all),
        cmocka_unit_test(test_the_past_is_bounded),
        cmocka_unit_test(test_an_edit_without_effect_leaves_no_step),
        cmocka_unit_test(test_modified_follows_the_saved_step),
        cmocka_unit_test(test_what_is_saved_is_what_was_there_when_saving_began),
        cmocka_unit_test(test_the_past_can_begin_here),
        cmocka_unit_test(test_selection_by_notes_and_by_bars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
