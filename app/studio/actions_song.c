#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"
#include "app/studio/instrument.h"

static const Score *shown_settings(const Editor *editor) {
    return &editor_document(editor)->score[editor_settings(editor)];
}

/* Keeps a draft whose change went well; says why not otherwise. */
static bool keep(Editor *editor, bool ok, const Error *err) {
    if (ok)
        editor_commit(editor);
    else
        editor_refuse(editor, err);
    return ok;
}

void action_title(Editor *editor, const Command *command) {
    const char *old = editor_document(editor)->score[DOCUMENT_ORIGINAL].title;
    if (!command->has_argument) {
        messages_say(editor->messages, "title: %s", old[0] ? old : "untitled");
        return;
    }
    Document *draft = editor_begin_document(editor, "title");
    if (!draft) return;
    score_set_title(&draft->score[DOCUMENT_ORIGINAL], command->text);
    editor_commit(editor);
    messages_say(editor->messages, "title: %s", editor_document(editor)->score[DOCUMENT_ORIGINAL].title);
}

/* Both scores are compared at one tempo. */
void action_tempo(Editor *editor, const Command *command) {
    if (!command->has_argument || !(command->number >= 20 && command->number <= 400)) {
        messages_refuse(editor->messages, "%sThe tempo is %.1f; :tempo 20 to 400 sets it.",
                        command->has_argument ? "That is no tempo. " : "",
                        timeline_bpm(editor_timeline(editor), editor->session.cursor_tick));
        return;
    }
    Document *draft = editor_begin_document(editor, "tempo");
    if (!draft) return;
    Error err = {{0}};
    int32_t quarter_us = (int32_t)lround(60e6 / command->number);
    bool ok = score_set_tempo(&draft->score[DOCUMENT_ORIGINAL], quarter_us, &err) &&
              score_set_tempo(&draft->score[DOCUMENT_CONTEXT], quarter_us, &err);
    if (keep(editor, ok, &err)) messages_say(editor->messages, "tempo %.4g", command->number);
}

void action_meter(Editor *editor, const Command *command) {
    int beats, unit;
    char rest;
    Meter shown = timeline_meter(shown_settings(editor)->timeline, editor->session.cursor_tick);
    if (sscanf(command->text, "%d/%d %c", &beats, &unit, &rest) != 2 || beats < 1 || beats > 32 ||
        (unit != 1 && unit != 2 && unit != 4 && unit != 8 && unit != 16)) {
        messages_refuse(editor->messages, "%sThe meter is %d/%d; :meter 3/4 sets another.",
                        command->has_argument ? "That is no meter. " : "", meter_beats(shown),
                        meter_unit(shown));
        return;
    }
    Document *draft = editor_begin_document(editor, "meter");
    if (!draft) return;
    Error err = {{0}};
    Meter meter = {(uint8_t)beats, (uint16_t)unit};
    if (!keep(editor, score_set_meter(&draft->score[editor_settings(editor)], meter, &err), &err)) return;
    messages_say(editor->messages, "meter %d/%d", beats, unit);
}

void action_key(Editor *editor, const Command *command) {
    Key wanted = {0};
    bool automatic = strcmp(command->text, "auto") == 0;
    if (!command->has_argument || (!automatic && !(key_parse(&wanted, command->text) && wanted.known))) {
        messages_refuse(
            editor->messages,
            "%sThe key is %s; :key F#m or D dor (mix, lyd, phr, loc) sets one, :key auto detects it.",
            command->has_argument ? "That is no key. " : "", key_name(editor_key(editor)));
        return;
    }
    Document *draft = editor_begin_document(editor, automatic ? "key auto" : "key");
    if (!draft) return;
    DocumentScore score = editor_settings(editor);
    draft->key[score] = wanted;
    editor_commit(editor);
    messages_say(editor->messages, "key of the %s: %s%s", document_score_name(score),
                 key_name(editor_key(editor)), automatic ? " (detected)" : "");
}

void action_program(Editor *editor, const Command *command) {
    int number = command->has_argument ? instrument_find(command->text) : -1;
    if (number < 0) {
        int now = score_voice(shown_settings(editor), 0)->program;
        messages_refuse(editor->messages,
                        "The instrument is %d, %s; :program takes a number 0 to 127 or a name.", now,
                        instrument_name(now));
        return;
    }
    Document *draft = editor_begin_document(editor, "program");
    if (!draft) return;
    Error err = {{0}};
    Track *voice = score_edit_voice(&draft->score[editor_settings(editor)], 0, &err);
    if (voice) voice->program = (uint8_t)number;
    if (keep(editor, voice != NULL, &err))
        messages_say(editor->messages, "instrument %d: %s", number, instrument_name(number));
}
