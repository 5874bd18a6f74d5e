#include <stdlib.h>

#include "app/studio/actions.h"

enum { OCTAVE = 12 };

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

static void advance(Editor *editor, int32_t end, int pitch) {
    session_move(&editor->session, end, pitch);
    session_set_octaves(&editor->session, 0);
}

static void enter(Editor *editor, int pitch, int velocity, bool rest) {
    Session *session = &editor->session;
    Track *track = editor_begin(editor, rest ? "rest" : "step entry");
    if (!track) return;
    Error err = {{0}};
    int32_t begin = session->cursor_tick, end = session_step_end(session, editor_timeline(editor));
    bool ok = session->step_inserts ? edit_push(track, begin, end - begin, &err) >= 0
                                    : clear_time(track, begin, end - begin, &err);
    Note note = {begin, end - begin, (uint8_t)pitch, (uint8_t)velocity};
    if (ok && !rest) ok = track_insert(track, note, &err) >= 0;
    if (!ok) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    if (editor_refused(editor)) return;
    advance(editor, end, rest ? session->cursor_pitch : pitch);
}

/* Beside the note that was entered last, as long as that one. */
static void enter_beside(Editor *editor, int pitch, int velocity) {
    int index = editor_entered(editor);
    if (index < 0) return;
    Note note = editor_track(editor)->notes[index];
    if (track_find(editor_track(editor), note.start, pitch) >= 0) return;
    Track *track = editor_begin(editor, "chord");
    if (!track) return;
    Error err = {{0}};
    note.pitch = (uint8_t)pitch;
    note.velocity = (uint8_t)velocity;
    if (track_insert(track, note, &err) < 0) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    editor_tell_chord(editor, note.start);
}

static void enter_key(Editor *editor, Playback *playback, int pitch) {
    int velocity = editor->session.velocity;
    if (pitch < 0 || pitch > 127) {
        messages_refuse(editor->messages, "This note is outside of MIDI's range: - and = change the octave.");
        return;
    }
    enter(editor, pitch, velocity, false);
    playback_audition(playback, pitch, velocity);
}

/* Semitones up to the next note of that class: 0 where it is the same. */
static int up_to(int near, int pitch_class) {
    return ((pitch_class - near) % OCTAVE + OCTAVE) % OCTAVE;
}

static int nearest(int near, int pitch_class) {
    int up = up_to(near, pitch_class);
    return near + (up <= OCTAVE / 2 ? up : up - OCTAVE);
}

void action_step_pitch(Editor *editor, Playback *playback, const Command *command) {
    int number = (int)command->number, near = editor_entry_near(editor), up = up_to(near, number);
    enter_key(editor, playback, number < OCTAVE ? nearest(near, number) : near + (up > 0 ? up : OCTAVE));
}

/* A key that was set gives the letter its sharp or flat; one that was guessed from few notes does not. */
void action_step_letter(Editor *editor, Playback *playback, const Command *command) {
    Key key = editor_document(editor)->key[editor_settings(editor)];
    enter_key(editor, playback, nearest(editor_entry_near(editor), key_on_letter(key, (int)command->number)));
}

void action_step_octave(Editor *editor, const Command *command) {
    Session *session = &editor->session;
    session_set_octaves(session, session->step_octaves + (int)command->number);
    messages_say(editor->messages, "the next note: %+d octave%s", session->step_octaves,
                 abs(session->step_octaves) == 1 ? "" : "s");
}

void action_step_correct(Editor *editor, Playback *playback, const Command *command) {
    int index = editor_entered(editor), semitones = (int)command->number;
    if (index < 0) { /* before the first note one chooses the octave in which it will be */
        action_pitch(&editor->session, semitones);
        return;
    }
    Track *track = editor_begin(editor, "correct");
    if (!track) return;
    Note note = track->notes[index];
    EditRange range = {note.start, note.start + 1, note.pitch, note.pitch};
    Error err = {{0}};
    if (edit_transpose(track, &range, semitones, &err) < 0) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    index = editor_entered(editor);
    int pitch = index >= 0 ? editor_track(editor)->notes[index].pitch : note.pitch;
    session_move(&editor->session, editor->session.cursor_tick, pitch);
    playback_audition(playback, pitch, note.velocity);
}

void action_step_entry(Editor *editor) {
    Session *session = &editor->session;
    if (!session->step_entry && editor->version == VERSION_RECONSTRUCTION) {
        messages_refuse(editor->messages,
                        "The reconstruction is the model's own: press 1, 2 or 4 to enter notes.");
        return;
    }
    if (!session->step_entry && editor->version == VERSION_RESULT && editor_track(editor)->count == 0) {
        messages_refuse(editor->messages, "%s", editor_why_empty(editor, VERSION_RESULT));
        return;
    }
    session_enter_steps(session, !session->step_entry);
    session_select(session, SESSION_SELECT_NONE);
    messages_say(
        editor->messages,
        session->step_entry ? "step entry: letters are notes, Tab rests, Up and Down correct, Esc ends" : "");
}

void action_step_rest(Editor *editor) {
    enter(editor, editor->session.cursor_pitch, 1, true);
}

void action_step_length(Editor *editor, const Command *command) {
    int32_t ticks = (int32_t)command->number * timeline_division(editor_timeline(editor)) / 4;
    session_set_length(&editor->session, ticks, TRACK_TICKS_MAX);
    session_set_dotted(&editor->session, false);
}

void action_step_dot(Session *session) {
    session_set_dotted(session, !session->step_dotted);
}

void action_step_triplet(Session *session) {
    session_set_triplet(session, !session->step_triplet);
}

void action_step_inserts(Editor *editor) {
    Session *session = &editor->session;
    session_set_inserts(session, !session->step_inserts);
    messages_say(editor->messages, session->step_inserts
                                       ? "inserting: what follows is pushed along until a rest takes it up"
                                       : "writing over what is there");
}

void action_midi_note(Editor *editor, Playback *playback, int pitch, int velocity) {
    Session *session = &editor->session;
    playback_thru(playback, pitch, velocity);
    const bool chord = session_in_chord(session);
    session_hold_key(session, velocity > 0);
    if (velocity == 0 || !session->step_entry) return;
    if (chord) {
        enter_beside(editor, pitch, velocity);
    } else {
        enter(editor, pitch, velocity, false);
        session_note_chord(session);
    }
}
