#include "app/studio/actions.h"

/* ---- selection ---- */

void action_select_all(Studio *studio) {
    Session *session = &studio->session;
    const Melody *melody = studio_melody(studio);
    if (melody->count == 0) {
        messages_refuse(&studio->messages, "There are no notes to select.");
        return;
    }
    int pitch = session->cursor_pitch;
    session_move(session, 0, pitch);
    session_select(session, SESSION_SELECT_NOTES);
    session_move(session, melody->notes[melody->count - 1].start, pitch);
}

void action_select(Studio *studio, SessionSelect what) {
    Session *session = &studio->session;
    if (session->selecting == what)
        session->selecting = SESSION_SELECT_NONE;
    else if (session->selecting != SESSION_SELECT_NONE)
        session->selecting = what; /* from where it began */
    else
        session_select(session, what);
}

/* ---- clipboard ---- */

/* What copy and cut take: the selection, else the note here. Its time is what paste will fill. */
static bool clip_range(Studio *studio, EditRange *range, int32_t *ticks) {
    const Melody *melody = studio_melody(studio);
    bool selected = studio->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&studio->session, melody, range)) {
        messages_refuse(&studio->messages, "There is nothing here: go to a note, or select with v or V.");
        return false;
    }
    *ticks = range->end - range->start;
    if (!selected)
        *ticks = melody->notes[melody_find(melody, studio->session.cursor_tick, range->low)].length;
    return true;
}

static bool copy(Studio *studio, const EditRange *range, int32_t ticks) {
    Session *session = &studio->session;
    Error err = {{0}};
    int count = edit_copy(&session->clipboard, studio_melody(studio), range, &err);
    if (count < 0) {
        messages_refuse(&studio->messages, "%s", err.text);
        return false;
    }
    session->clipboard_ticks = ticks;
    session->clipboard_bars = session->selecting == SESSION_SELECT_BARS;
    messages_say(&studio->messages, "copied %d note%s", count, count == 1 ? "" : "s");
    return true;
}

void action_copy(Studio *studio) {
    EditRange range;
    int32_t ticks;
    if (!clip_range(studio, &range, &ticks) || !copy(studio, &range, ticks)) return;
    session_move(&studio->session, range.start, studio->session.cursor_pitch);
    studio->session.selecting = SESSION_SELECT_NONE;
}

void action_cut(Studio *studio) {
    EditRange range;
    int32_t ticks;
    if (!clip_range(studio, &range, &ticks)) return;
    Melody *melody = studio_begin(studio, "cut");
    if (!melody) return;
    if (!copy(studio, &range, ticks)) {
        studio_cancel(studio);
        return;
    }
    int cut = edit_delete(melody, &range);
    studio_commit(studio);
    session_move(&studio->session, range.start, studio->session.cursor_pitch);
    studio->session.selecting = SESSION_SELECT_NONE;
    messages_say(&studio->messages, "cut %d note%s; p pastes", cut, cut == 1 ? "" : "s");
}

/* Puts clip at tick in place of what begins in the time that it fills. */
static bool replace(Melody *melody, const Melody *clip, int32_t tick, int32_t ticks, Error *err) {
    EditRange range = {tick, tick + ticks, 0, 127};
    edit_delete(melody, &range);
    return edit_paste(melody, clip, tick, 0, err) >= 0;
}

static void finish_edit(Studio *studio, bool ok, const Error *err, int32_t cursor, const char *message) {
    if (!ok) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err->text);
        return;
    }
    studio->session.selecting = SESSION_SELECT_NONE;
    studio_commit(studio);
    session_move(&studio->session, cursor, studio->session.cursor_pitch);
    messages_say(&studio->messages, "%s", message);
}

void action_paste(Studio *studio) {
    const Session *session = &studio->session;
    if (session->clipboard_ticks == 0) {
        messages_refuse(&studio->messages, "Nothing has been copied yet: y copies, d cuts.");
        return;
    }
    Melody *melody = studio_begin(studio, "paste");
    if (!melody) return;
    int32_t bar = melody_bar_ticks(melody);
    int32_t at = session->clipboard_bars ? session->cursor_tick / bar * bar : session->cursor_tick;
    Error err = {{0}};
    bool ok = replace(melody, &session->clipboard, at, session->clipboard_ticks, &err);
    finish_edit(studio, ok, &err, at + session->clipboard_ticks, "pasted");
}

/* ---- bars ---- */

/* The written bars of the selection, or the cursor's. */
static void written_bars(const Studio *studio, int *first, int *count) {
    const Melody *melody = studio_melody(studio);
    int32_t ticks = melody_bar_ticks(melody);
    EditRange range = session_selection(&studio->session, melody);
    bool selected = range.end > range.start;
    *first = (selected ? range.start : studio->session.cursor_tick) / ticks;
    *count = selected ? (range.end + ticks - 1) / ticks - *first : 1;
}

static void duplicate_notes(Studio *studio) {
    EditRange range = session_selection(&studio->session, studio_melody(studio));
    int32_t ticks = range.end - range.start;
    Melody *melody = studio_begin(studio, "duplicate");
    if (!melody) return;
    Melody clip = {0};
    Error err = {{0}};
    bool ok = edit_copy(&clip, melody, &range, &err) >= 0 && replace(melody, &clip, range.end, ticks, &err);
    melody_deinit(&clip);
    finish_edit(studio, ok, &err, range.end, "duplicated");
}

static Melody *melody_of(Document *document, const Studio *studio) {
    return studio->version == VERSION_CONTEXT ? &document->context : &document->original;
}

static bool duplicate_into(Document *draft, Melody *melody, int first, int count, Error *err) {
    int32_t ticks = melody_bar_ticks(melody);
    EditRange range = {first * ticks, (first + count) * ticks, 0, 127};
    Melody clip = {0};
    bool ok = edit_copy(&clip, melody, &range, err) >= 0 &&
              document_insert_bars(draft, melody, first + count, count, err) &&
              edit_paste(melody, &clip, range.end, 0, err) >= 0;
    melody_deinit(&clip);
    return ok;
}

void action_duplicate(Studio *studio) {
    if (studio->session.selecting == SESSION_SELECT_NOTES) {
        duplicate_notes(studio);
        return;
    }
    int first, count;
    written_bars(studio, &first, &count);
    if (!studio_begin(studio, count == 1 ? "duplicate bar" : "duplicate bars")) return;
    Document *draft = &studio->session.draft->document;
    Melody *melody = melody_of(draft, studio);
    int32_t ticks = melody_bar_ticks(melody);
    Error err = {{0}};
    bool ok = duplicate_into(draft, melody, first, count, &err);
    finish_edit(studio, ok, &err, (first + count) * ticks, "duplicated; later bars moved on");
}

void action_insert_bar(Studio *studio) {
    int first = studio->session.cursor_tick / melody_bar_ticks(studio_melody(studio));
    Melody *melody = studio_begin(studio, "insert bar");
    if (!melody) return;
    Error err = {{0}};
    bool ok = document_insert_bars(&studio->session.draft->document, melody, first, 1, &err);
    finish_edit(studio, ok, &err, studio->session.cursor_tick, "inserted a bar");
}

void action_delete_bar(Studio *studio) {
    int first, count;
    written_bars(studio, &first, &count);
    Melody *melody = studio_begin(studio, count == 1 ? "delete bar" : "delete bars");
    if (!melody) return;
    int32_t ticks = melody_bar_ticks(melody);
    if (first * ticks >= melody_end(melody)) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "There is no bar here to delete.");
        return;
    }
    Error err = {{0}};
    bool ok = document_delete_bars(&studio->session.draft->document, melody, first, count, &err);
    finish_edit(studio, ok, &err, first * ticks, count == 1 ? "deleted a bar" : "deleted bars");
}

/* ---- undo ---- */

void action_undo(Studio *studio) {
    const char *name = session_undo(&studio->session);
    if (name)
        messages_say(&studio->messages, "undone: %s", name);
    else
        messages_refuse(&studio->messages, "There is nothing to undo.");
}

void action_redo(Studio *studio) {
    const char *name = session_redo(&studio->session);
    if (name)
        messages_say(&studio->messages, "done again: %s", name);
    else
        messages_refuse(&studio->messages, "There is nothing to do again.");
}
