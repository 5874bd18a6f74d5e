#include "app/studio/actions.h"

/* Clears [tick, tick + length) so that one voice stays one voice. */
static bool clear_time(Track *track, int32_t tick, int32_t length, Error *err) {
    EditRange range = {tick, tick + length, 0, 127};
    edit_delete(track, &range);
    for (int i = 0; i < track->count; i++) {
        Note note = track->notes[i];
        if (note.start >= tick || note.start + note.length <= tick) continue;
        note.length = tick - note.start;
        track_change(track, i, note);
    }
    return tick + length <= TRACK_TICKS_MAX ? true : error_set(err, "The song cannot become longer.");
}

static void advance(Editor *editor, int pitch) {
    Session *session = &editor->session;
    session_move(session, session->cursor_tick + session_step_ticks(session), pitch);
    session_set_dotted(session, false);
}

static void enter(Editor *editor, int pitch, int velocity, bool rest) {
    Session *session = &editor->session;
    Track *track = editor_begin(editor, rest ? "rest" : "step entry");
    if (!track) return;
    Error err = {{0}};
    int32_t length = session_step_ticks(session);
    bool ok = clear_time(track, session->cursor_tick, length, &err);
    Note note = {session->cursor_tick, length, (uint8_t)pitch, (uint8_t)velocity};
    if (ok && !rest) ok = track_insert(track, note, &err) >= 0;
    if (!ok) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    advance(editor, rest ? session->cursor_pitch : pitch);
}

void action_step_pitch(Editor *editor, Playback *playback, const Command *command) {
    const Session *session = &editor->session;
    int pitch = 12 * (session->step_octave + 1) + (int)command->number;
    if (pitch < 0 || pitch > 127) {
        messages_refuse(editor->messages, "This note is outside of MIDI's range: - and = change the octave.");
        return;
    }
    enter(editor, pitch, session->velocity, false);
    playback_audition(playback, pitch, session->velocity);
}

void action_step_octave(Editor *editor, const Command *command) {
    Session *session = &editor->session;
    session_set_octave(session, session->step_octave + (int)command->number);
    messages_say(editor->messages, "octave %d", session->step_octave);
}

void action_step_entry(Editor *editor) {
    Session *session = &editor->session;
    if (!session->step_entry &&
        (editor->version == VERSION_RECONSTRUCTION || editor->version == VERSION_RESULT)) {
        messages_refuse(editor->messages,
                        "This version is derived: press 1 or 2 to enter notes into a melody.");
        return;
    }
    session_enter_steps(session, !session->step_entry);
    session_select(session, SESSION_SELECT_NONE);
    messages_say(editor->messages,
                 session->step_entry ? "step entry: letters are notes, Tab rests, Esc ends" : "");
}

void action_step_rest(Editor *editor) {
    enter(editor, editor->session.cursor_pitch, 1, true);
}

void action_step_length(Editor *editor, const Command *command) {
    int32_t ticks = (int32_t)command->number * timeline_division(editor_timeline(editor)) / 4;
    session_set_length(&editor->session, ticks, TRACK_TICKS_MAX);
}

void action_step_dot(Session *session) {
    session_set_dotted(session, !session->step_dotted);
}

void action_midi_note(Editor *editor, Playback *playback, int pitch, int velocity) {
    playback_thru(playback, pitch, velocity);
    if (velocity > 0 && editor->session.step_entry) enter(editor, pitch, velocity, false);
}
