#include "app/studio/session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bar.h"

static void step_free(SessionStep *step) {
    if (!step) return;
    document_deinit(&step->document);
    free(step);
}

static SessionStep *step_new(const char *name, Error *err) {
    SessionStep *step = calloc(1, sizeof *step);
    if (!step) {
        error_memory(err, "an undo step");
        return NULL;
    }
    snprintf(step->name, sizeof step->name, "%s", name);
    return step;
}

static bool reserve(Session *session, Error *err) {
    if (session->count < session->capacity) return true;
    int capacity = session->capacity ? 2 * session->capacity : 64;
    SessionStep **steps = realloc(session->steps, (size_t)capacity * sizeof *steps);
    if (!steps) return error_memory(err, "the undo list");
    session->steps = steps;
    session->capacity = capacity;
    return true;
}

/* The step's cost beside the one before it. What it shares with a step that was forgotten is its own now. */
static void weigh(Session *session, int index) {
    SessionStep *step = session->steps[index];
    session->bytes -= step->bytes;
    step->bytes =
        sizeof *step +
        document_bytes_beside(&step->document, index > 0 ? &session->steps[index - 1]->document : NULL);
    session->bytes += step->bytes;
}

static void forget_future(Session *session) {
    while (session->count > session->at + 1) {
        SessionStep *step = session->steps[--session->count];
        session->bytes -= step->bytes;
        step_free(step);
    }
    if (session->saved > session->at) session->saved = -1;
}

static void forget_oldest(Session *session) {
    while (session->bytes > session->limit_bytes && session->at > 0) {
        session->bytes -= session->steps[0]->bytes;
        step_free(session->steps[0]);
        session->count--;
        session->at--;
        session->saved = session->saved > 0 ? session->saved - 1 : -1;
        memmove(session->steps, session->steps + 1, (size_t)session->count * sizeof *session->steps);
        weigh(session, 0);
    }
}

/* Room must have been reserved. */
static void append(Session *session, SessionStep *step) {
    session->steps[session->count++] = step;
    session->at = session->count - 1;
    weigh(session, session->at);
    step->stamp = ++session->revision;
    forget_oldest(session);
}

bool session_init(Session *session, Error *err) {
    *session = (Session){
        .saved = -1,
        .limit_bytes = SESSION_LIMIT_BYTES,
        .cursor_pitch = SESSION_CURSOR_PITCH,
        .note_ticks = TIMELINE_DIVISION,
        .velocity = 80,
    };
    Document empty;
    document_init(&empty);
    if (bar_normalise(&empty, err) && session_open(session, &empty, false, err)) return true;
    document_deinit(&empty);
    return false;
}

void session_deinit(Session *session) {
    for (int i = 0; i < session->count; i++) step_free(session->steps[i]);
    free(session->steps);
    step_free(session->draft);
    track_deinit(&session->clipboard);
    *session = (Session){0};
}

static int division_of(const Session *session) {
    return session->count ? timeline_division(session_document(session)->score[DOCUMENT_ORIGINAL].timeline)
                          : TIMELINE_DIVISION;
}

bool session_open(Session *session, Document *document, bool modified, Error *err) {
    session_cancel(session);
    SessionStep *step = step_new("open", err);
    if (!step) return false;
    if (!reserve(session, err)) {
        step_free(step);
        return false;
    }
    int old_division = division_of(session);
    for (int i = 0; i < session->count; i++) step_free(session->steps[i]);
    session->count = 0;
    session->bytes = 0;
    step->document = *document;
    *document = (Document){0};
    step->cursor_pitch = SESSION_CURSOR_PITCH;
    append(session, step);
    session->saved = modified ? -1 : 0;
    session->selecting = SESSION_SELECT_NONE;
    session->step_entry = false;
    session->note_ticks = session->note_ticks * division_of(session) / old_division;
    if (session->note_ticks < 1) session->note_ticks = 1;
    const Track *voice = document_voice(&step->document, DOCUMENT_ORIGINAL);
    session_move(session, 0, voice->count ? voice->notes[0].pitch : SESSION_CURSOR_PITCH);
    return true;
}

Document *session_draft(Session *session) {
    return session->draft ? &session->draft->document : NULL;
}

const Document *session_document(const Session *session) {
    return &session->steps[session->at]->document;
}

Document *session_begin(Session *session, const char *name, Error *err) {
    assert(!session->draft);
    SessionStep *step = step_new(name, err);
    if (!step) return NULL;
    if (!document_copy(&step->document, session_document(session), err)) {
        step_free(step);
        return NULL;
    }
    step->cursor_tick = session->cursor_tick;
    step->cursor_pitch = session->cursor_pitch;
    session->draft = step;
    return &step->document;
}

bool session_commit(Session *session, Error *err) {
    SessionStep *step = session->draft;
    assert(step);
    session->draft = NULL;
    if (err) err->text[0] = '\0';
    bool keep = bar_normalise(&step->document, err) &&
                !document_equal(&step->document, session_document(session)) && reserve(session, err);
    if (!keep) {
        step_free(step);
        return false;
    }
    forget_future(session);
    append(session, step);
    return true;
}

void session_cancel(Session *session) {
    step_free(session->draft);
    session->draft = NULL;
}

const char *session_undo(Session *session) {
    assert(!session->draft);
    if (session->at == 0) return NULL;
    const SessionStep *undone = session->steps[session->at--];
    session->revision++;
    session_move(session, undone->cursor_tick, undone->cursor_pitch);
    return undone->name;
}

const char *session_redo(Session *session) {
    assert(!session->draft);
    if (session->at + 1 >= session->count) return NULL;
    const SessionStep *redone = session->steps[++session->at];
    session->revision++;
    session_move(session, redone->cursor_tick, redone->cursor_pitch);
    return redone->name;
}

bool session_modified(const Session *session) {
    return session->saved != session->at;
}

uint64_t session_stamp(const Session *session) {
    return session->steps[session->at]->stamp;
}

void session_mark_saved(Session *session, uint64_t stamp) {
    session->saved = session->count - 1;
    while (session->saved >= 0 && session->steps[session->saved]->stamp != stamp) session->saved--;
}

void session_begin_here(Session *session) {
    forget_future(session);
    for (int i = 0; i < session->at; i++) {
        session->bytes -= session->steps[i]->bytes;
        step_free(session->steps[i]);
    }
    session->steps[0] = session->steps[session->at];
    session->count = 1;
    session->at = session->saved = 0;
    weigh(session, 0);
}

int32_t session_ticks_max(const Session *session) {
    enum { TICKS_MAX = 1 << 24 }; /* of TIMELINE_DIVISION: over 8,000 bars of 4/4 */
    int64_t ticks = (int64_t)TICKS_MAX * division_of(session) / TIMELINE_DIVISION;
    return ticks < TRACK_TICKS_MAX ? (int32_t)ticks : TRACK_TICKS_MAX;
}

void session_set_grid(Session *session, Grid grid) {
    session->grid = grid;
}

static int32_t step_ticks(const Session *session) {
    return grid_step(session->grid, division_of(session));
}

void session_move(Session *session, int32_t tick, int pitch) {
    int32_t last = session_ticks_max(session) - 64 * division_of(session);
    session->cursor_tick = tick < 0 ? 0 : tick > last ? last : tick;
    session->cursor_pitch = pitch < 0 ? 0 : pitch > 127 ? 127 : pitch;
}

void session_select(Session *session, SessionSelect what) {
    session->selecting = what;
    session->anchor_tick = session->cursor_tick;
    session->anchor_pitch = session->cursor_pitch;
}

void session_select_as(Session *session, SessionSelect what) {
    session->selecting = what;
}

int session_copy(Session *session, const Track *track, const EditRange *range, int32_t ticks, Error *err) {
    int count = edit_copy(&session->clipboard, track, range, err);
    if (count < 0) return count;
    session->clipboard_ticks = ticks;
    session->clipboard_bars = session->selecting == SESSION_SELECT_BARS;
    return count;
}

void session_set_length(Session *session, int32_t ticks, int32_t longest) {
    int32_t least = step_ticks(session);
    session->note_ticks = ticks < least ? least : ticks > longest ? longest : ticks;
}

void session_set_velocity(Session *session, int velocity) {
    session->velocity = velocity < 1 ? 1 : velocity > 127 ? 127 : velocity;
}

void session_enter_steps(Session *session, bool on) {
    session->step_entry = on;
    session->step_dotted = session->step_triplet = session->step_inserts = false;
    session->step_octaves = session->keys_held = 0;
}

void session_set_dotted(Session *session, bool dotted) {
    session->step_dotted = dotted;
    session->step_triplet = false;
}

void session_set_triplet(Session *session, bool triplet) {
    session->step_triplet = triplet;
    session->step_dotted = false;
}

void session_set_inserts(Session *session, bool inserts) {
    session->step_inserts = inserts;
}

void session_set_octaves(Session *session, int octaves) {
    enum { MOST = 9 };
    session->step_octaves = octaves < -MOST ? -MOST : octaves > MOST ? MOST : octaves;
}

int32_t session_step_end(const Session *session, const Timeline *timeline) {
    enum { TWELFTHS = 48 };
    int32_t ticks = session->note_ticks, begin = session->cursor_tick;
    if (session->step_dotted) return begin + ticks * 3 / 2;
    if (!session->step_triplet) return begin + ticks;
    int32_t end = begin + ticks * 2 / 3, line = grid_nearest(grid_of(TWELFTHS), timeline, end);
    return line - end <= 1 && end - line <= 1 && line > begin ? line : end > begin ? end : begin + 1;
}

void session_hold_key(Session *session, bool down) {
    session->keys_held += down ? 1 : session->keys_held > 0 ? -1 : 0;
}

void session_note_chord(Session *session) {
    session->chord_end = session->cursor_tick;
}

bool session_in_chord(const Session *session) {
    return session->keys_held > 0 && session->chord_end == session->cursor_tick;
}

EditRange session_selection(const Session *session, const Timeline *timeline) {
    if (session->selecting == SESSION_SELECT_NONE) return (EditRange){0};
    int32_t from = session->anchor_tick, to = session->cursor_tick;
    if (from > to) {
        from = session->cursor_tick;
        to = session->anchor_tick;
    }
    if (session->selecting == SESSION_SELECT_BARS) {
        TimelineBar first = timeline_bar_at(timeline, from), last = timeline_bar_at(timeline, to);
        return (EditRange){first.start, last.start + last.ticks, 0, 127};
    }
    /* Notes are chosen by time: a melody has one voice, and a pitch range would only lose notes. */
    return (EditRange){from, to + grid_step(session->grid, timeline_division(timeline)), 0, 127};
}

bool session_range(const Session *session, const Timeline *timeline, const Track *track, EditRange *range) {
    *range = session_selection(session, timeline);
    if (range->end > range->start) return true;
    int index = track_find(track, session->cursor_tick, session->cursor_pitch);
    if (index < 0) return false;
    const Note *note = &track->notes[index];
    *range = (EditRange){note->start, note->start + 1, note->pitch, note->pitch};
    return true;
}
