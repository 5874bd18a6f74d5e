#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"
#include "midi_io/smf_rows.h"

/* Which track of the heard song a line names; -1 with a sentence. */
static int find_track(Editor *editor, const char *wanted) {
    const Score *score = &editor_document(editor)->score[editor_settings(editor)];
    Error err = {{0}};
    SmfRows rows = {0};
    int track = -1, several[2];
    char rest;
    if (sscanf(wanted, "%d %d %c", &several[0], &several[1], &rest) == 2)
        messages_refuse(editor->messages, "The model reads one voice at a time: name one track.");
    else if (!smf_rows_list(&rows, score, &err))
        messages_refuse(editor->messages, "%s", err.text);
    else if ((track = smf_rows_find(&rows, wanted, &err)) < 0)
        messages_refuse(editor->messages, "No track is number or name \"%.80s\": :track lists them.", wanted);
    smf_rows_deinit(&rows);
    return track;
}

/* "track 3 "Flute"" */
static void name_track(const Score *score, int track, char *out, size_t size) {
    const char *name = score->track[track]->name;
    snprintf(out, size, name[0] ? "track %d \"%s\"" : "track %d", track + 1, name);
}

/* The old melody stays where it was, one of the others. */
void action_track(Editor *editor, const Command *command) {
    const DocumentScore which = editor_settings(editor);
    const int track = find_track(editor, command->text);
    if (track < 0) return;
    const Score *score = &editor_document(editor)->score[which];
    char name[TRACK_NAME_SIZE + 24];
    name_track(score, track, name, sizeof name);
    if (score_voice_of(score, track) == 0) {
        messages_refuse(editor->messages, "%s is the melody already.", name);
        return;
    }
    Document *draft = editor_begin_document(editor, "melody");
    if (!draft) return;
    draft->score[which].voice[0] = (int16_t)track;
    draft->score[which].voices = 1;
    if (!editor_commit(editor)) return;
    Session *session = &editor->session;
    const Track *melody = document_voice(editor_document(editor), which);
    const int first =
        track_next(melody, timeline_bar_at(editor_timeline(editor), session->cursor_tick).start);
    session_select(session, SESSION_SELECT_NONE);
    if (first >= 0) session_move(session, session->cursor_tick, melody->notes[first].pitch);
    messages_say(editor->messages, "melody: %s, %d notes; the others play along, u takes that back", name,
                 melody->count);
}

void action_mix(Editor *editor, ViewMix state, const Command *command) {
    const DocumentScore which = editor_settings(editor);
    const char *word = state == VIEW_SOLO ? "solo" : "muted";
    if (strcmp(command->text, "none") == 0) {
        mixer_clear(&editor->mixer, which, state);
        messages_say(editor->messages, "no track is %s", word);
        return;
    }
    const int track = find_track(editor, command->text);
    if (track < 0) return;
    char name[TRACK_NAME_SIZE + 24];
    name_track(&editor_document(editor)->score[which], track, name, sizeof name);
    const bool on = mixer_toggle(&editor->mixer, which, track, state);
    messages_say(editor->messages, "%s is %s%s", name, on ? "" : "no longer ", word);
}

void action_alone(Editor *editor) {
    const Score *score = &editor_document(editor)->score[editor_settings(editor)];
    if (score->tracks < 2) {
        messages_refuse(editor->messages, "There are no other tracks: the melody is alone.");
        return;
    }
    mixer_set_alone(&editor->mixer, !editor->mixer.alone);
    messages_say(editor->messages, editor->mixer.alone ? "the melody alone" : "with the other tracks");
}
