/* What an edit costs: memory of the past, and time from key to picture, in a large song.
 *
 * A song of 16 tracks and 20,000 notes is edited a thousand times: each step of the past should hold the one track that it
 * touched. Then keys that edit, move and undo in a melody of 4,000 notes, each with the frame that it leads to, without a terminal
 * (bench_screen has the way through one). Figures, no verdicts: run it on a quiet machine. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/studio/session.h"
#include "tests/support/studio_script.h"

enum { TRACKS = 16, TRACK_NOTES = 1250, EDITS = 1000, MELODY_NOTES = 4000, KEYS = 2000 };

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, double *ms, int count) {
    qsort(ms, (size_t)count, sizeof *ms, by_size);
    printf("%-44s p50 %6.2f  p95 %6.2f  p99 %6.2f ms\n", name, ms[count / 2], ms[count * 95 / 100],
           ms[count * 99 / 100]);
}

static void fill(Score *score, int tracks, int notes) {
    Error err;
    for (int t = 0; t < tracks; t++) {
        Track *track = track_new(&err);
        assert_non_null(track);
        for (int i = 0; i < notes; i++) {
            Note note = {120 * i, 120, (uint8_t)(48 + (7 * i + t) % 32), 80};
            check_ok(track_insert(track, note, &err) >= 0, &err);
        }
        check_ok(score_add_track(score, track, &err), &err);
    }
    check_ok(score_add_voice(score, 0, &err), &err);
}

/* One note of one track louder; every track in turn. */
static double edit_once(Session *session, int i) {
    Error err = {""};
    double begin = now_ms();
    Document *draft = session_begin(session, "louder", &err);
    assert_non_null(draft);
    Track *track = score_edit_track(&draft->score[DOCUMENT_ORIGINAL], i % TRACKS, &err);
    assert_non_null(track);
    track->notes[i].velocity ^= 1;
    check_ok(session_commit(session, &err), &err);
    return now_ms() - begin;
}

static void bench_memory(void) {
    static double ms[EDITS];
    Session session;
    Document song;
    Error err = {""};
    check_ok(session_init(&session, &err), &err);
    document_init(&song);
    fill(&song.score[DOCUMENT_ORIGINAL], TRACKS, TRACK_NOTES);
    check_ok(session_open(&session, &song, false, &err), &err);
    size_t whole = session.bytes;
    for (int i = 0; i < EDITS; i++) ms[i] = edit_once(&session, i);
    double step = (double)(session.bytes - whole) / EDITS;
    double track = (double)track_bytes(session_document(&session)->score[DOCUMENT_ORIGINAL].track[0]);
    printf("a song of %d tracks and %d notes: %.0f kB; its past of %d edits: %.1f MB\n", TRACKS,
           TRACKS * TRACK_NOTES, (double)whole / 1e3, session.count - 1,
           (double)(session.bytes - whole) / 1e6);
    printf("a step of the past: %.1f kB, of these the edited track %.1f kB\n", step / 1e3, track / 1e3);
    print_times("edit, begin to commit", ms, EDITS);
    session_deinit(&session);
}

static void bench_keys(void) {
    static double ms[KEYS];
    static const char *const keys[] = {"enter", "l", "l", "k", "enter", "j", "K", "w", "]", "u", "u", "b"};
    StudioScript script;
    Document song;
    Error err = {""};
    studio_script_open(&script, false);
    document_init(&song);
    fill(&song.score[DOCUMENT_ORIGINAL], 1, MELODY_NOTES);
    check_ok(session_open(&script.studio.editor.session, &song, false, &err), &err);
    studio_script_do(&script, "goto %d", MELODY_NOTES / 32);
    for (int i = 0; i < KEYS; i++) {
        double begin = now_ms();
        studio_script_keys(&script, keys[(size_t)i % (sizeof keys / sizeof *keys)]);
        ms[i] = now_ms() - begin;
    }
    print_times("key to picture, a melody of 4,000 notes", ms, KEYS);
    studio_script_close(&script);
}

int main(void) {
    bench_memory();
    bench_keys();
    return 0;
}
