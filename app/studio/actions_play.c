#include "app/studio/actions.h"

static const char *on_off(bool on) {
    return on ? "on" : "off";
}

static void start(Editor *editor, Playback *playback, int32_t from) {
    if (editor_end(editor) == 0) {
        messages_refuse(editor->messages, "%s", editor_why_empty(editor, editor->version));
        return;
    }
    Error err = {{0}};
    const ScheduleMusic music = editor_music(editor);
    if (!playback_start(playback, &music, editor_document(editor), from, editor->session.cursor_tick, &err))
        messages_refuse(editor->messages, "%s", err.text);
}

void action_play(Editor *editor, Playback *playback) {
    PlayerPosition position = playback_position(playback);
    Session *session = &editor->session;
    if (!position.playing) {
        int32_t here = session->cursor_tick - (session->step_entry && session->cursor_tick > 0 ? 1 : 0);
        int32_t from = timeline_bar_at(editor_timeline(editor), here).start; /* of what was entered last */
        start(editor, playback, from < editor_end(editor) ? from : 0);
        return;
    }
    playback_pause(playback);
    if (session->step_entry) { /* which has its own place */
        messages_say(editor->messages, "paused; the entry goes on where it was");
        return;
    }
    session_move(session, grid_floor(session->grid, editor_timeline(editor), position.tick),
                 session->cursor_pitch);
    messages_say(editor->messages, "paused; Space goes on from this bar, . goes back to where it began");
}

void action_play_start(Editor *editor, Playback *playback) {
    start(editor, playback, 0);
}

void action_stop(Editor *editor, Playback *playback) {
    bool began = playback->paused || playback_position(playback).playing;
    playback_stop(playback); /* in any case: nobody presses it to keep a sound */
    if (!began) return;
    session_move(&editor->session, playback->began_tick, editor->session.cursor_pitch);
    messages_say(editor->messages, "stopped");
}

static void set_loop(Document *document, int32_t from, int32_t to, bool on) {
    document->loop_start = from;
    document->loop_end = to;
    document->looping = on;
}

void action_loop(Editor *editor) {
    const Document *document = editor_document(editor);
    EditRange range = session_selection(&editor->session, editor_timeline(editor));
    bool selected = range.end > range.start;
    bool stop_looping = document->looping && !selected;
    if (!selected && !document->looping && document->loop_end <= document->loop_start) {
        messages_refuse(editor->messages, "Loop what? Select notes with v or bars with V first.");
        return;
    }
    Document *draft = editor_begin_document(editor, stop_looping ? "loop off" : "loop");
    if (!draft) return;
    if (selected)
        set_loop(draft, range.start, range.end, true);
    else
        draft->looping = !stop_looping;
    session_select(&editor->session, SESSION_SELECT_NONE);
    editor_commit(editor);
    messages_say(editor->messages, stop_looping ? "loop off" : "looping");
}

void action_panic(Playback *playback, Messages *messages) {
    if (playback->player) player_panic(playback->player);
    messages_say(messages, "all sound off");
}

void action_metronome(Editor *editor, Playback *playback) {
    playback->metronome = !playback->metronome;
    Error err = {{0}};
    const ScheduleMusic music = editor_music(editor);
    if (!playback_refresh(playback, &music, editor_document(editor), &err))
        messages_refuse(editor->messages, "%s", err.text);
    else
        messages_say(editor->messages, "metronome %s", on_off(playback->metronome));
}

void action_chords(Editor *editor, Playback *playback) {
    editor->hears_chords = !editor->hears_chords;
    editor_follow_chords(editor, false);
    Error err = {{0}};
    const ScheduleMusic music = editor_music(editor);
    if (!playback_refresh(playback, &music, editor_document(editor), &err))
        messages_refuse(editor->messages, "%s", err.text);
    else
        messages_say(editor->messages, "chords %s%s", on_off(editor->hears_chords),
                     editor->hears_chords && editor_harmony(editor)->count == 0
                         ? ", but there are none yet: :chord Am sets one"
                         : "");
}

void action_count_in(Playback *playback, Messages *messages) {
    playback->count_in = !playback->count_in;
    messages_say(messages, "count-in %s", on_off(playback->count_in));
}

/* The next version behind the shown one, then none. */
void action_ghost(Editor *editor) {
    int next = editor->ghost + 1;
    while (
        next < VERSIONS &&
        (next == (int)editor->version ||
         score_voice(derived_score(&editor->derived, editor_document(editor), (Version)next), 0)->count == 0))
        next++;
    editor->ghost = next < VERSIONS ? next : -1;
    if (editor->ghost < 0)
        messages_say(editor->messages, "no ghost");
    else
        messages_say(editor->messages, "ghost: %s", editor_version_name((Version)editor->ghost));
}
