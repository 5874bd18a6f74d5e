#include "app/studio/actions.h"

/* ---- selection ---- */

void action_select_all(Editor *editor) {
    Session *session = &editor->session;
    const Melody *melody = editor_melody(editor);
    if (melody->count == 0) {
        messages_refuse(editor->messages, "There are no notes to select.");
        return;
    }
    int pitch = session->cursor_pitch;
    session_move(session, 0, pitch);
    session_select(session, SESSION_SELECT_NOTES);
    session_move(session, melody->notes[melody->count - 1].start, pitch);
}

void action_select(Session *session, SessionSelect what) {
    if (session->selecting == what)
        session_select(session, SESSION_SELECT_NONE);
    else if (session->selecting != SESSION_SELECT_NONE)
        session_select_as(session, what);
    else
        session_select(session, what);
}

/* ---- clipboard ---- */

/* What copy and cut take: the selection, else the note here. Its time is what paste will fill. */
static bool clip_range(Editor *editor, EditRange *range, int32_t *ticks) {
    const Melody *melody = editor_melody(editor);
    bool selected = editor->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&editor->session, melody, range)) {
        messages_refuse(editor->messages, "There is nothing here: go to a note, or select with v or V.");
        return false;
    }
    *ticks = range->end - range->start;
    if (!selected)
        *ticks = melody->notes[melody_find(melody, editor->session.cursor_tick, range->low)].length;
    return true;
}

static bool copy(Editor *editor, const EditRange *range, int32_t ticks) {
    Error err = {{0}};
    int count = session_copy(&editor->session, editor_melody(editor), range, ticks, &err);
    if (count < 0) {
        messages_refuse(editor->messages, "%s", err.text);
        return false;
    }
    messages_say(editor->messages, "copied %d note%s", count, count == 1 ? "" : "s");
    return true;
}

void action_copy(Editor *editor) {
    EditRange range;
    int32_t ticks;
    if (!clip_range(editor, &range, &ticks) || !copy(editor, &range, ticks)) return;
    session_move(&editor->session, range.start, editor->session.cursor_pitch);
    session_select(&editor->session, SESSION_SELECT_NONE);
}

void action_cut(Editor *editor) {
    EditRange range;
    int32_t ticks;
    if (!clip_range(editor, &range, &ticks)) return;
    Melody *melody = editor_begin(editor, "cut");
    if (!melody) return;
    if (!copy(editor, &range, ticks)) {
        editor_cancel(editor);
        return;
    }
    int cut = edit_delete(melody, &range);
    editor_commit(editor);
    session_move(&editor->session, range.start, editor->session.cursor_pitch);
    session_select(&editor->session, SESSION_SELECT_NONE);
    messages_say(editor->messages, "cut %d note%s; p pastes", cut, cut == 1 ? "" : "s");
}

/* Puts clip at tick in place of what begins in the time that it fills. */
static bool replace(Melody *melody, const Melody *clip, int32_t tick, int32_t ticks, Error *err) {
    EditRange range = {tick, tick + ticks, 0, 127};
    edit_delete(melody, &range);
    return edit_paste(melody, clip, tick, 0, err) >= 0;
}

static void finish_edit(Editor *editor, bool ok, const Error *err, int32_t cursor, const char *message) {
    if (!ok) {
        editor_refuse(editor, err);
        return;
    }
    session_select(&editor->session, SESSION_SELECT_NONE);
    editor_commit(editor);
    session_move(&editor->session, cursor, editor->session.cursor_pitch);
    messages_say(editor->messages, "%s", message);
}

void action_paste(Editor *editor) {
    const Session *session = &editor->session;
    if (session->clipboard_ticks == 0) {
        messages_refuse(editor->messages, "Nothing has been copied yet: y copies, d cuts.");
        return;
    }
    Melody *melody = editor_begin(editor, "paste");
    if (!melody) return;
    int32_t bar = melody_bar_ticks(melody);
    int32_t at = session->clipboard_bars ? session->cursor_tick / bar * bar : session->cursor_tick;
    Error err = {{0}};
    bool ok = replace(melody, &session->clipboard, at, session->clipboard_ticks, &err);
    finish_edit(editor, ok, &err, at + session->clipboard_ticks, "pasted");
}

/* ---- bars ---- */

/* The written bars of the selection, or the cursor's. */
static void written_bars(const Editor *editor, int *first, int *count) {
    const Melody *melody = editor_melody(editor);
    int32_t ticks = melody_bar_ticks(melody);
    EditRange range = session_selection(&editor->session, melody);
    bool selected = range.end > range.start;
    *first = (selected ? range.start : editor->session.cursor_tick) / ticks;
    *count = selected ? (range.end + ticks - 1) / ticks - *first : 1;
}

static void duplicate_notes(Editor *editor) {
    EditRange range = session_selection(&editor->session, editor_melody(editor));
    int32_t ticks = range.end - range.start;
    Melody *melody = editor_begin(editor, "duplicate");
    if (!melody) return;
    Melody clip = {0};
    Error err = {{0}};
    bool ok = edit_copy(&clip, melody, &range, &err) >= 0 && replace(melody, &clip, range.end, ticks, &err);
    melody_deinit(&clip);
    finish_edit(editor, ok, &err, range.end, "duplicated");
}

static Melody *melody_of(Document *document, const Editor *editor) {
    return editor->version == VERSION_CONTEXT ? &document->context : &document->original;
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

void action_duplicate(Editor *editor) {
    if (editor->session.selecting == SESSION_SELECT_NOTES) {
        duplicate_notes(editor);
        return;
    }
    int first, count;
    written_bars(editor, &first, &count);
    if (!editor_begin(editor, count == 1 ? "duplicate bar" : "duplicate bars")) return;
    Document *draft = session_draft(&editor->session);
    Melody *melody = melody_of(draft, editor);
    int32_t ticks = melody_bar_ticks(melody);
    Error err = {{0}};
    bool ok = duplicate_into(draft, melody, first, count, &err);
    finish_edit(editor, ok, &err, (first + count) * ticks, "duplicated; later bars moved on");
}

void action_insert_bar(Editor *editor) {
    int first = editor->session.cursor_tick / melody_bar_ticks(editor_melody(editor));
    Melody *melody = editor_begin(editor, "insert bar");
    if (!melody) return;
    Error err = {{0}};
    bool ok = document_insert_bars(session_draft(&editor->session), melody, first, 1, &err);
    finish_edit(editor, ok, &err, editor->session.cursor_tick, "inserted a bar");
}

void action_delete_bar(Editor *editor) {
    int first, count;
    written_bars(editor, &first, &count);
    Melody *melody = editor_begin(editor, count == 1 ? "delete bar" : "delete bars");
    if (!melody) return;
    int32_t ticks = melody_bar_ticks(melody);
    if (first * ticks >= melody_end(melody)) {
        editor_cancel(editor);
        messages_refuse(editor->messages, "There is no bar here to delete.");
        return;
    }
    Error err = {{0}};
    bool ok = document_delete_bars(session_draft(&editor->session), melody, first, count, &err);
    finish_edit(editor, ok, &err, first * ticks, count == 1 ? "deleted a bar" : "deleted bars");
}

/* ---- undo ---- */

void action_undo(Editor *editor) {
    const char *name = session_undo(&editor->session);
    if (name)
        messages_say(editor->messages, "undone: %s", name);
    else
        messages_refuse(editor->messages, "There is nothing to undo.");
}

void action_redo(Editor *editor) {
    const char *name = session_redo(&editor->session);
    if (name)
        messages_say(editor->messages, "done again: %s", name);
    else
        messages_refuse(editor->messages, "There is nothing to do again.");
}
