#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/studio/instrument.h"

/* Settings of a melody are those of the version on show; what is derived takes them from what it is made of. */
static Melody *settings_melody(Document *document, Version version) {
    bool context = version == VERSION_CONTEXT || (version == VERSION_RESULT && document->has_context);
    return context && document->has_context ? &document->context : &document->original;
}

static const Melody *shown_settings(const Studio *studio) {
    return settings_melody((Document *)studio_document(studio), studio->version);
}

void action_title(Studio *studio, const Command *command) {
    const char *old = studio_document(studio)->original.name;
    if (!command->has_argument) {
        messages_say(&studio->messages, "title: %s", old[0] ? old : "untitled");
        return;
    }
    Document *draft = studio_begin_document(studio, "title");
    if (!draft) return;
    melody_set_name(&draft->original, command->text);
    studio_commit(studio);
    messages_say(&studio->messages, "title: %s", studio_document(studio)->original.name);
}

/* Both melodies are compared at one tempo. */
void action_tempo(Studio *studio, const Command *command) {
    if (!command->has_argument || !(command->number >= 20 && command->number <= 400)) {
        messages_refuse(&studio->messages, "The tempo is %.1f; :tempo 20 to 400 sets it.",
                        melody_bpm(studio_melody(studio)));
        return;
    }
    Document *draft = studio_begin_document(studio, "tempo");
    if (!draft) return;
    draft->original.quarter_us = draft->context.quarter_us = (int32_t)lround(60e6 / command->number);
    studio_commit(studio);
    messages_say(&studio->messages, "tempo %.4g", command->number);
}

void action_meter(Studio *studio, const Command *command) {
    int beats, unit;
    char rest;
    const Melody *shown = shown_settings(studio);
    if (sscanf(command->text, "%d/%d %c", &beats, &unit, &rest) != 2 || beats < 1 || beats > 32 ||
        (unit != 1 && unit != 2 && unit != 4 && unit != 8 && unit != 16)) {
        messages_refuse(&studio->messages, "The meter is %d/%d; :meter 3/4 sets another.",
                        melody_beats(shown), melody_unit(shown));
        return;
    }
    Document *draft = studio_begin_document(studio, "meter");
    if (!draft) return;
    Melody *melody = settings_melody(draft, studio->version);
    melody->meter_beats = (uint8_t)beats;
    melody->meter_unit = (uint8_t)unit;
    studio_commit(studio);
    if (bar_steps_of_meter(beats, unit, NULL))
        messages_say(&studio->messages, "meter %d/%d", beats, unit);
    else
        messages_refuse(
            &studio->messages,
            "Meter %d/%d: editing and playing work, but the model reads only 4/4, 3/4, 6/8 and their "
            "halves and doubles.",
            beats, unit);
}

void action_key(Studio *studio, const Command *command) {
    Key wanted = {0};
    bool automatic = strcmp(command->text, "auto") == 0;
    if (!command->has_argument || (!automatic && !(key_parse(&wanted, command->text) && wanted.known))) {
        Key now = document_key(studio_document(studio), studio_melody(studio));
        messages_refuse(&studio->messages, "The key is %s; :key F#m sets one, :key auto detects it.",
                        key_name(now));
        return;
    }
    Document *draft = studio_begin_document(studio, automatic ? "key auto" : "key");
    if (!draft) return;
    draft->key_is_set = !automatic;
    draft->key = wanted;
    studio_commit(studio);
    messages_say(&studio->messages, "key %s%s",
                 key_name(document_key(studio_document(studio), studio_melody(studio))),
                 automatic ? " (detected)" : "");
}

void action_program(Studio *studio, const Command *command) {
    int number = command->has_argument ? instrument_find(command->text) : -1;
    if (number < 0) {
        int now = shown_settings(studio)->program;
        messages_refuse(&studio->messages,
                        "The instrument is %d, %s; :program takes a number 0 to 127 or a name.", now,
                        instrument_name(now));
        return;
    }
    Document *draft = studio_begin_document(studio, "program");
    if (!draft) return;
    settings_melody(draft, studio->version)->program = (uint8_t)number;
    studio_commit(studio);
    messages_say(&studio->messages, "instrument %d: %s", number, instrument_name(number));
}
