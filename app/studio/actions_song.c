#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "engine/music/instrument.h"

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

/* "96", or "96 here"; false when it is neither. */
static bool read_here(const char *rest, bool *here) {
    while (*rest == ' ') rest++;
    *here = strcmp(rest, "here") == 0;
    return *here || !*rest;
}

/* Both scores are compared at one tempo, but for changes within one. */
static bool set_tempo(Editor *editor, Document *draft, double bpm, bool here, Error *err) {
    int32_t quarter_us = (int32_t)lround(60e6 / bpm);
    if (here)
        return score_set_tempo_at(&draft->score[editor_settings(editor)], editor->session.cursor_tick,
                                  quarter_us, err);
    return score_set_tempo(&draft->score[DOCUMENT_ORIGINAL], quarter_us, err) &&
           score_set_tempo(&draft->score[DOCUMENT_CONTEXT], quarter_us, err);
}

void action_tempo(Editor *editor, const Command *command) {
    char *rest = NULL;
    bool here = false;
    const double bpm = strtod(command->text, &rest);
    if (rest == command->text || !(bpm >= 20 && bpm <= 400) || !read_here(rest, &here)) {
        messages_refuse(editor->messages,
                        "%sThe tempo is %.1f; :tempo 20 to 400 sets it, :tempo 96 here from the cursor on.",
                        command->has_argument ? "That is no tempo. " : "",
                        timeline_bpm(editor_timeline(editor), editor->session.cursor_tick));
        return;
    }
    Document *draft = editor_begin_document(editor, "tempo");
    if (!draft) return;
    Error err = {{0}};
    if (keep(editor, set_tempo(editor, draft, bpm, here, &err), &err))
        messages_say(editor->messages, "tempo %.4g%s", bpm, here ? " from here on" : "");
}

/* Taps change one tempo, which one u takes back. */
void action_tap(Editor *editor, Tap *tap, int64_t now_ms) {
    Session *session = &editor->session;
    const Meter meter = timeline_meter(editor_timeline(editor), session->cursor_tick);
    const double beats = tap_beat(tap, now_ms), bpm = round(beats * (meter_is_compound(meter) ? 1.5 : 1));
    if (bpm < 20 || bpm > 400) {
        messages_say(editor->messages, "tap the beat: %d", tap->count);
        return;
    }
    if (tap->revision == session->revision) session_undo(session);
    Document *draft = editor_begin_document(editor, "tap tempo");
    if (!draft) return;
    Error err = {{0}};
    keep(editor, set_tempo(editor, draft, bpm, false, &err), &err);
    tap->revision = session->revision;
    messages_say(editor->messages, "tempo %.0f, tapped", bpm);
}

static bool read_meter(const char *text, Meter *meter, const char **rest) {
    int beats, unit, used = 0;
    if (sscanf(text, "%d/%d%n", &beats, &unit, &used) != 2 || beats < 1 || beats > 32 ||
        (unit != 1 && unit != 2 && unit != 4 && unit != 8 && unit != 16))
        return false;
    *meter = (Meter){(uint8_t)beats, (uint16_t)unit};
    *rest = text + used;
    return true;
}

void action_meter(Editor *editor, const Command *command) {
    const char *rest;
    bool here = false;
    Meter meter, shown = timeline_meter(shown_settings(editor)->timeline, editor->session.cursor_tick);
    if (!read_meter(command->text, &meter, &rest) || !read_here(rest, &here)) {
        messages_refuse(editor->messages,
                        "%sThe meter is %d/%d; :meter 3/4 sets another, :meter 3/4 here from this bar on.",
                        command->has_argument ? "That is no meter. " : "", meter_beats(shown),
                        meter_unit(shown));
        return;
    }
    Document *draft = editor_begin_document(editor, "meter");
    if (!draft) return;
    Error err = {{0}};
    Score *score = &draft->score[editor_settings(editor)];
    bool ok = here ? score_set_meter_at(score, editor->session.cursor_tick, meter, &err)
                   : score_set_meter(score, meter, &err);
    if (keep(editor, ok, &err))
        messages_say(editor->messages, "meter %d/%d%s", meter_beats(meter), meter_unit(meter),
                     here ? " from this bar on" : "");
}

void action_pickup(Editor *editor, const Command *command) {
    const char *rest = "";
    Meter length = {0};
    const bool none = strcmp(command->text, "0") == 0;
    if (!none && (!read_meter(command->text, &length, &rest) || *rest)) {
        messages_refuse(editor->messages,
                        "%s:pickup 1/4 makes the first bar a quarter long, :pickup 0 a whole bar.",
                        command->has_argument ? "That is no pickup. " : "");
        return;
    }
    Document *draft = editor_begin_document(editor, "pickup");
    if (!draft) return;
    Error err = {{0}};
    if (!keep(editor, score_set_pickup(&draft->score[editor_settings(editor)], length, &err), &err)) return;
    if (none)
        messages_say(editor->messages, "no pickup: bar 1 is a whole one");
    else
        messages_say(editor->messages, "a pickup of %s; bar 1 begins behind it, notes stay in their places",
                     command->text);
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

/* The chord row, as a half bar of it is said. */
static void tell_chord(const Editor *editor, int32_t tick, const char *before) {
    const Harmony *row = editor_harmony(editor);
    char name[CHORD_NAME_SIZE];
    chord_name(harmony_at(row, tick), editor_key(editor), name);
    messages_refuse(editor->messages,
                    "%sThe chord here is %s%s; :chord G7 or G/B sets one, :chord none takes it away.", before,
                    name[0] ? name : "none", name[0] && !row->told ? " (guessed from the other tracks)" : "");
}

void action_chord(Editor *editor, const Command *command) {
    const int32_t tick = editor->session.cursor_tick;
    Chord chord = {0};
    int32_t from, to;
    Error err = {{0}};
    const bool none = strcmp(command->text, "none") == 0;
    if (!command->has_argument || (!none && !chord_parse(&chord, command->text))) {
        tell_chord(editor, tick, command->has_argument ? "That is no chord. " : "");
        return;
    }
    const EditRange range = session_selection(&editor->session, editor_timeline(editor));
    harmony_half(editor_timeline(editor), tick, &from, &to);
    to = harmony_next(editor_harmony(editor), from); /* a chord holds until the next one */
    if (range.end > range.start) from = range.start, to = range.end;
    Document *draft = editor_begin_document(editor, "chord");
    if (!draft) return;
    if (!harmony_set(&draft->score[editor_settings(editor)], from, to, chord, editor_key(editor), &err)) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    char name[CHORD_NAME_SIZE];
    chord_name(chord, editor_key(editor), name);
    messages_say(editor->messages, "chord: %s", name[0] ? name : "none");
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
