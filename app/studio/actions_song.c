#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/studio/instrument.h"

/* Settings of a melody are those of the version on show; what is derived takes them from what it is made of. */
static bool settings_are_context(const Editor *editor) {
    bool context = editor->version == VERSION_CONTEXT || editor->version == VERSION_RESULT;
    return context && editor_document(editor)->has_context;
}

static const Melody *shown_settings(const Editor *editor) {
    const Document *document = editor_document(editor);
    return settings_are_context(editor) ? &document->context : &document->original;
}

static Melody *drafted_settings(const Editor *editor, Document *draft) {
    return settings_are_context(editor) ? &draft->context : &draft->original;
}

void action_title(Editor *editor, const Command *command) {
    const char *old = editor_document(editor)->original.name;
    if (!command->has_argument) {
        messages_say(editor->messages, "title: %s", old[0] ? old : "untitled");
        return;
    }
    Document *draft = editor_begin_document(editor, "title");
    if (!draft) return;
    melody_set_name(&draft->original, command->text);
    editor_commit(editor);
    messages_say(editor->messages, "title: %s", editor_document(editor)->original.name);
}

/* Both melodies are compared at one tempo. */
void action_tempo(Editor *editor, const Command *command) {
    if (!command->has_argument || !(command->number >= 20 && command->number <= 400)) {
        messages_refuse(editor->messages, "The tempo is %.1f; :tempo 20 to 400 sets it.",
                        melody_bpm(editor_melody(editor)));
        return;
    }
    Document *draft = editor_begin_document(editor, "tempo");
    if (!draft) return;
    draft->original.quarter_us = draft->context.quarter_us = (int32_t)lround(60e6 / command->number);
    editor_commit(editor);
    messages_say(editor->messages, "tempo %.4g", command->number);
}

void action_meter(Editor *editor, const Command *command) {
    int beats, unit;
    char rest;
    const Melody *shown = shown_settings(editor);
    if (sscanf(command->text, "%d/%d %c", &beats, &unit, &rest) != 2 || beats < 1 || beats > 32 ||
        (unit != 1 && unit != 2 && unit != 4 && unit != 8 && unit != 16)) {
        messages_refuse(editor->messages, "The meter is %d/%d; :meter 3/4 sets another.", melody_beats(shown),
                        melody_unit(shown));
        return;
    }
    Document *draft = editor_begin_document(editor, "meter");
    if (!draft) return;
    Melody *melody = drafted_settings(editor, draft);
    melody->meter_beats = (uint8_t)beats;
    melody->meter_unit = (uint8_t)unit;
    editor_commit(editor);
    if (bar_steps_of_meter(beats, unit, NULL))
        messages_say(editor->messages, "meter %d/%d", beats, unit);
    else
        messages_refuse(
            editor->messages,
            "Meter %d/%d: editing and playing work, but the model reads only 4/4, 3/4, 6/8 and their "
            "halves and doubles.",
            beats, unit);
}

void action_key(Editor *editor, const Command *command) {
    Key wanted = {0};
    bool automatic = strcmp(command->text, "auto") == 0;
    if (!command->has_argument || (!automatic && !(key_parse(&wanted, command->text) && wanted.known))) {
        Key now = document_key(editor_document(editor), editor_melody(editor));
        messages_refuse(editor->messages, "The key is %s; :key F#m sets one, :key auto detects it.",
                        key_name(now));
        return;
    }
    Document *draft = editor_begin_document(editor, automatic ? "key auto" : "key");
    if (!draft) return;
    draft->key_is_set = !automatic;
    draft->key = wanted;
    editor_commit(editor);
    messages_say(editor->messages, "key %s%s",
                 key_name(document_key(editor_document(editor), editor_melody(editor))),
                 automatic ? " (detected)" : "");
}

void action_program(Editor *editor, const Command *command) {
    int number = command->has_argument ? instrument_find(command->text) : -1;
    if (number < 0) {
        int now = shown_settings(editor)->program;
        messages_refuse(editor->messages,
                        "The instrument is %d, %s; :program takes a number 0 to 127 or a name.", now,
                        instrument_name(now));
        return;
    }
    Document *draft = editor_begin_document(editor, "program");
    if (!draft) return;
    drafted_settings(editor, draft)->program = (uint8_t)number;
    editor_commit(editor);
    messages_say(editor->messages, "instrument %d: %s", number, instrument_name(number));
}
