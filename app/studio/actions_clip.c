#include "app/studio/actions.h"

/* ---- selection ---- */

void action_select_all(Editor *editor) {
    Session *session = &editor->session;
    const Track *track = editor_track(editor);
    if (track->count == 0) {
        messages_refuse(editor->messages, "There are no notes to select.");
        return;
    }
    int pitch = session->cursor_pitch;
    session_move(session, 0, pitch);
    session_select(session, SESSION_SELECT_NOTES);
    session_move(session, track->notes[track->count - 1].start, pitch);
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
    const Track *track = editor_track(editor);
    bool selected = editor->session.selecting != SESSION_SELECT_NONE;
    if (!session_range(&editor->session, editor_timeline(editor), track, range)) {
        messages_refuse(editor->messages, "There is nothing here: go to a note, or select with v or V.");
        return false;
    }
    *ticks = range->end - range->start;
    if (!selected) *ticks = track->notes[track_find(track, editor->session.cursor_tick, range->low)].length;
    return true;
}

static bool copy(Editor *editor, const EditRange *range, int32_t ticks) {
    Error err = {{0}};
    int count = session_copy(&editor->session, editor_track(editor), range, ticks, &err);
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
    Track *track = editor_begin(editor, "cut");
    if (!track) return;
    if (!copy(editor, &range, ticks)) {
        editor_cancel(editor);
        return;
    }
    int cut = edit_delete(track, &range);
    editor_commit(editor);
    if (editor_refused(editor)) return;
    session_move(&editor->session, range.start, editor->session.cursor_pitch);
    session_select(&editor->session, SESSION_SELECT_NONE);
    messages_say(editor->messages, "cut %d note%s; p pastes", cut, cut == 1 ? "" : "s");
}

/* Puts clip at tick in place of what begins in the time that it fills. */
static bool replace(Track *track, const Track *clip, int32_t tick, int32_t ticks, Error *err) {
    EditRange range = {tick, tick + ticks, 0, 127};
    edit_delete(track, &range);
    return edit_paste(track, clip, tick, 0, err) >= 0;
}

static void finish_edit(Editor *editor, bool ok, const Error *err, int32_t cursor, const char *message) {
    if (!ok) {
        editor_refuse(editor, err);
        return;
    }
    session_select(&editor->session, SESSION_SELECT_NONE);
    editor_commit(editor);
    if (editor_refused(editor)) return;
    session_move(&editor->session, cursor, editor->session.cursor_pitch);
    messages_say(editor->messages, "%s", message);
}

void action_paste(Editor *editor) {
    const Session *session = &editor->session;
    if (session->clipboard_ticks == 0) {
        messages_refuse(editor->messages, "Nothing has been copied yet: y copies, d cuts.");
        return;
    }
    Track *track = editor_begin(editor, "paste");
    if (!track) return;
    int32_t line = timeline_bar_at(editor_timeline(editor), session->cursor_tick).start;
    int32_t at = session->clipboard_bars ? line : session->cursor_tick;
    Error err = {{0}};
    bool ok = replace(track, &session->clipboard, at, session->clipboard_ticks, &err);
    finish_edit(editor, ok, &err, at + session->clipboard_ticks, "pasted");
}

/* ---- bars ---- */

/* The written bars of the selection, or the cursor's. */
static void written_bars(const Editor *editor, int *first, int *count) {
    const Timeline *timeline = editor_timeline(editor);
    EditRange range = session_selection(&editor->session, timeline);
    bool selected = range.end > range.start;
    *first = timeline_bar_at(timeline, selected ? range.start : editor->session.cursor_tick).index;
    *count = selected ? timeline_bar_at(timeline, range.end - 1).index + 1 - *first : 1;
}

static void duplicate_notes(Editor *editor) {
    EditRange range = session_selection(&editor->session, editor_timeline(editor));
    int32_t ticks = range.end - range.start;
    Track *track = editor_begin(editor, "duplicate");
    if (!track) return;
    Track clip = {0};
    Error err = {{0}};
    bool ok = edit_copy(&clip, track, &range, &err) >= 0 && replace(track, &clip, range.end, ticks, &err);
    track_deinit(&clip);
    finish_edit(editor, ok, &err, range.end, "duplicated");
}

/* Every track of the score gets the bars again, at the line where they end. */
static bool duplicate_bars(Document *draft, DocumentScore which, int first, int count, Error *err) {
    Score *score = &draft->score[which];
    int32_t start = timeline_bar(score->timeline, first).start,
            end = timeline_bar(score->timeline, first + count).start;
    EditRange range = {start, end, 0, 127};
    if (!document_insert_bars(draft, which, first + count, count, err)) return false;
    bool ok = true;
    for (int i = 0; ok && i < score->tracks; i++) {
        Track clip = {0};
        ok = edit_copy(&clip, score->track[i], &range, err) >= 0;
        if (ok && clip.count) {
            Track *track = score_edit_track(score, i, err);
            ok = track && edit_paste(track, &clip, end, 0, err) >= 0;
        }
        track_deinit(&clip);
    }
    return ok;
}

void action_duplicate(Editor *editor) {
    if (editor->session.selecting == SESSION_SELECT_NOTES) {
        duplicate_notes(editor);
        return;
    }
    int first, count;
    written_bars(editor, &first, &count);
    int32_t end = timeline_bar(editor_timeline(editor), first + count).start;
    if (!editor_begin_bars(editor, count == 1 ? "duplicate bar" : "duplicate bars")) return;
    Error err = {{0}};
    bool ok = duplicate_bars(session_draft(&editor->session), editor_edited(editor), first, count, &err);
    finish_edit(editor, ok, &err, end, "duplicated; later bars moved on");
}

void action_insert_bar(Editor *editor) {
    int first = timeline_bar_at(editor_timeline(editor), editor->session.cursor_tick).index;
    if (!editor_begin_bars(editor, "insert bar")) return;
    Error err = {{0}};
    bool ok = document_insert_bars(session_draft(&editor->session), editor_edited(editor), first, 1, &err);
    finish_edit(editor, ok, &err, editor->session.cursor_tick, "inserted a bar");
}

void action_delete_bar(Editor *editor) {
    int first, count;
    written_bars(editor, &first, &count);
    int32_t start = timeline_bar(editor_timeline(editor), first).start;
    if (!editor_begin_bars(editor, count == 1 ? "delete bar" : "delete bars")) return;
    if (start >= score_end(editor_score(editor))) {
        editor_cancel(editor);
        messages_refuse(editor->messages, "There is no bar here to delete.");
        return;
    }
    Error err = {{0}};
    bool ok =
        document_delete_bars(session_draft(&editor->session), editor_edited(editor), first, count, &err);
    finish_edit(editor, ok, &err, start, count == 1 ? "deleted a bar" : "deleted bars");
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
