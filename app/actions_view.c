#include <stdarg.h>
#include <stdio.h>

#include "app/actions.h"

/* ---- this bar in words ---- */

typedef struct {
    char text[MESSAGES_SIZE];
    size_t used;
} Words;

static void say(Words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(Words *words, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(words->text + words->used, sizeof words->text - words->used, format, arguments);
    va_end(arguments);
    if (length > 0) words->used += (size_t)length;
    if (words->used >= sizeof words->text) words->used = sizeof words->text - 1;
}

static void say_repeat(Words *words, const StructureRepeat *repeat) {
    switch (repeat->kind) {
    case STRUCTURE_EXACT:
        say(words, ", repeats bar %d exactly", repeat->of + 1);
        break;
    case STRUCTURE_NEAR:
        say(words, ", nearly repeats bar %d", repeat->of + 1);
        break;
    case STRUCTURE_TRANSPOSED:
        say(words, ", repeats bar %d moved by %+d semitones", repeat->of + 1, repeat->interval);
        break;
    default:
        say(words, ", new");
        break;
    }
}

static void say_references(Words *words, const Analysis *analysis, int bar) {
    int said = 0;
    for (int k = 0; k < bar && said < 4; k++) {
        float weight = analysis->reference[(size_t)bar * (size_t)analysis->count + (size_t)k];
        if (weight < 0.05f) continue;
        say(words, said++ ? ", %d (%.2f)" : "; refers to bar %d (%.2f)", k + 1, (double)weight);
    }
    if (!said) say(words, "; refers to no earlier bar");
}

static void say_influence(Words *words, const Analysis *analysis, int bar) {
    if (!analysis->influence) return;
    int best = -1;
    float most = 0.05f;
    for (int t = bar + 1; t < analysis->count; t++) {
        float moved = analysis->influence[(size_t)t * (size_t)analysis->count + (size_t)bar];
        if (moved <= most) continue;
        most = moved;
        best = t;
    }
    if (best >= 0) say(words, "; changing it moves bar %d most (%.2f)", best + 1, (double)most);
}

static void inspect(Studio *studio) {
    Version version = studio->version == VERSION_RECONSTRUCTION ? VERSION_ORIGINAL : studio->version;
    const Analysis *analysis = studio->derived.analysis[version];
    const Melody *melody = derived_melody(&studio->derived, studio_document(studio), version);
    int bar = studio->session.cursor_tick / document_engine_bar_ticks(melody);
    if (!analysis) {
        const char *why = melody->count ? studio->derived.reason[version] : studio_why_empty(studio, version);
        messages_refuse(&studio->messages, "%s",
                        why[0]                       ? why
                        : !studio->derived.has_model ? "No model is loaded: :model FILE loads one."
                                                     : "The model has not read this version yet.");
        return;
    }
    if (bar >= analysis->count) {
        messages_refuse(&studio->messages, "There is no bar %d: the version has %d.", bar + 1,
                        analysis->count);
        return;
    }
    Words words = {.used = 0};
    say(&words, "bar %d: form %s", bar + 1, analysis->repeat[bar].form);
    say_repeat(&words, &analysis->repeat[bar]);
    say(&words, "; cost %.1f nats", (double)analysis->kl[bar]);
    say_references(&words, analysis, bar);
    say_influence(&words, analysis, bar);
    if (studio->derived.stale[version]) say(&words, " (being computed anew)");
    messages_say(&studio->messages, "%s", words.text);
}

/* Esc: one step back, and never a step that loses work. */
static void cancel(Studio *studio) {
    Session *session = &studio->session;
    if (session->step_entry)
        session->step_entry = false;
    else
        session->selecting = SESSION_SELECT_NONE;
}

static void show(Studio *studio, CommandId pane) {
    if (studio->ui) ui_show(studio->ui, pane);
}

bool actions_view(Studio *studio, const Command *command) {
    switch (command->id) {
    case COMMAND_INSPECT:
        inspect(studio);
        return true;
    case COMMAND_CANCEL:
        cancel(studio);
        return true;
    case COMMAND_REDRAW:
        studio->redraw = true;
        return true;
    case COMMAND_NEXT_PANE:
    case COMMAND_PANE_ROLL:
    case COMMAND_PANE_LANES:
    case COMMAND_PANE_MATRIX:
    case COMMAND_PANE_FILES:
    case COMMAND_MATRIX:
    case COMMAND_MATRIX_LAYER:
    case COMMAND_LANES:
    case COMMAND_ZOOM_IN:
    case COMMAND_ZOOM_OUT:
    case COMMAND_COMMAND_LINE:
    case COMMAND_FIND:
    case COMMAND_HELP:
    case COMMAND_MESSAGES:
    case COMMAND_RECENT:
        show(studio, command->id);
        return true;
    default:
        return false;
    }
}
