#include "app/studio/actions.h"

static int32_t step_ticks(const Session *session) {
    return session->step_dotted ? session->note_ticks * 3 / 2 : session->note_ticks;
}

/* Clears [tick, tick + length) so that one voice stays one voice. */
static bool clear_time(Melody *melody, int32_t tick, int32_t length, Error *err) {
    EditRange range = {tick, tick + length, 0, 127};
    edit_delete(melody, &range);
    for (int i = 0; i < melody->count; i++) {
        Note note = melody->notes[i];
        if (note.start >= tick || note.start + note.length <= tick) continue;
        note.length = tick - note.start;
        melody_change(melody, i, note);
    }
    return tick + length <= MELODY_TICKS_MAX ? true : error_set(err, "The song cannot become longer.");
}

static void advance(Studio *studio, int pitch) {
    Session *session = &studio->session;
    session_move(session, session->cursor_tick + step_ticks(session), pitch);
    session->step_dotted = false;
}

static void enter(Studio *studio, int pitch, int velocity, bool rest) {
    Session *session = &studio->session;
    Melody *melody = studio_begin(studio, rest ? "rest" : "step entry");
    if (!melody) return;
    Error err = {{0}};
    int32_t length = step_ticks(session);
    bool ok = clear_time(melody, session->cursor_tick, length, &err);
    Note note = {session->cursor_tick, length, (uint8_t)pitch, (uint8_t)velocity};
    if (ok && !rest) ok = melody_insert(melody, note, &err) >= 0;
    if (!ok) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
        return;
    }
    studio_commit(studio);
    advance(studio, rest ? session->cursor_pitch : pitch);
}

void action_step_pitch(Studio *studio, const Command *command) {
    const Session *session = &studio->session;
    int pitch = 12 * (session->step_octave + 1) + (int)command->number;
    if (pitch < 0 || pitch > 127) {
        messages_refuse(&studio->messages,
                        "This note is outside of MIDI's range: - and = change the octave.");
        return;
    }
    enter(studio, pitch, session->velocity, false);
    playback_audition(&studio->playback, pitch, session->velocity);
}

void action_step_octave(Studio *studio, const Command *command) {
    Session *session = &studio->session;
    int octave = session->step_octave + (int)command->number;
    session->step_octave = octave < -1 ? -1 : octave > 9 ? 9 : octave;
    messages_say(&studio->messages, "octave %d", session->step_octave);
}

void action_step_entry(Studio *studio) {
    Session *session = &studio->session;
    if (!session->step_entry &&
        (studio->version == VERSION_RECONSTRUCTION || studio->version == VERSION_RESULT)) {
        messages_refuse(&studio->messages,
                        "This version is derived: press 1 or 2 to enter notes into a melody.");
        return;
    }
    session->step_entry = !session->step_entry;
    session->step_dotted = false;
    session->selecting = SESSION_SELECT_NONE;
    messages_say(&studio->messages,
                 session->step_entry ? "step entry: letters are notes, Tab rests, Esc ends" : "");
}

void action_step_rest(Studio *studio) {
    enter(studio, studio->session.cursor_pitch, 1, true);
}

void action_step_length(Studio *studio, const Command *command) {
    studio->session.note_ticks = (int32_t)command->number;
}

void action_step_dot(Studio *studio) {
    studio->session.step_dotted = !studio->session.step_dotted;
}

/* Esc: one step back, and never a step that loses work. */
void action_cancel(Studio *studio) {
    Session *session = &studio->session;
    if (session->step_entry)
        session->step_entry = false;
    else
        session->selecting = SESSION_SELECT_NONE;
}

void actions_midi_note(Studio *studio, int pitch, int velocity) {
    if (studio->playback.player) player_note(studio->playback.player, (uint8_t)pitch, (uint8_t)velocity, 0);
    if (velocity == 0 || !studio->session.step_entry) return;
    enter(studio, pitch, velocity, false);
    studio_follow(studio);
}
