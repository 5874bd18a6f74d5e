#include "app/studio/candidates.h"

#include <stdlib.h>

#include "engine/base/number.h"
#include "engine/bar.h"

static void close_candidates(Candidates *c) {
    free(c->source);
    c->source = NULL;
    c->choices = c->chosen = 0;
}

void candidates_deinit(Candidates *candidates) {
    close_candidates(candidates);
}

static bool is_open(const Candidates *c, const Editor *editor) {
    return c->source && c->revision == editor->session.revision;
}

/* ---- one of them in the recipe ---- */

static const char *step_name(const Candidates *c) {
    return c->strength ? "vary" : "resample";
}

static void tell(const Candidates *c, const Editor *editor) {
    const bool several = c->count > 1;
    messages_say(editor->messages, "%s %d%s: %s %d of %d, seed %llu; %s the next, Enter keeps, Esc drops",
                 several ? "bars from" : "bar", c->first + 1, several ? " on" : "",
                 c->strength ? "variation" : "candidate", c->chosen + 1, c->choices,
                 (unsigned long long)c->seed, c->strength ? ":vary" : "R");
}

/* False with a message when memory is short. */
static bool put(Candidates *c, Editor *editor) {
    Document *draft = editor_begin_document(editor, step_name(c));
    if (!draft) return false;
    for (int i = 0; i < c->count; i++) {
        BarSource *source = &draft->recipe.bar[c->first + i];
        if (!source->locked) *source = c->source[c->chosen * c->count + i];
    }
    draft->seed = c->seed + 1;
    const bool put = editor_commit(editor);
    c->revision = editor->session.revision;
    return put;
}

static void show_next(Candidates *c, Editor *editor) {
    c->chosen = (c->chosen + 1) % c->choices;
    session_undo(&editor->session);
    if (put(c, editor))
        tell(c, editor);
    else
        close_candidates(c);
}

bool candidates_keep(Candidates *c, Editor *editor) {
    if (!is_open(c, editor)) return false;
    messages_say(editor->messages, "%s %d of %d is kept", c->strength ? "variation" : "candidate",
                 c->chosen + 1, c->choices);
    close_candidates(c);
    return true;
}

bool candidates_drop(Candidates *c, Editor *editor) {
    if (!is_open(c, editor)) return false;
    session_undo(&editor->session);
    messages_say(editor->messages, "%s %d is as it was", c->count > 1 ? "what stood from bar" : "bar",
                 c->first + 1);
    close_candidates(c);
    return true;
}

/* ---- asking ---- */

static bool read_request(Candidates *c, Editor *editor, EngineRequest *request, Error *err) {
    const Document *document = editor_document(editor);
    ComposeChoice *choice = &request->choice;
    int free_bars = 0;
    editor_bars(editor, true, &c->first, &c->count);
    c->count = number_min(c->count, DRAWER_RUN_MAX);
    if (c->count == 0)
        return error_set(err, "The result has no bar here: it has %d bars.", document->recipe.count);
    *choice = (ComposeChoice){.first = c->first,
                              .count = c->count,
                              .strength = c->strength,
                              .key = document->key[document_base(document)],
                              .temperature = (float)document->temperature,
                              .seed = document->seed};
    for (int i = 0; i < c->count; i++) {
        choice->locked[i] = document->recipe.bar[c->first + i].locked;
        free_bars += !choice->locked[i];
    }
    if (free_bars == 0) return error_set(err, "Bar %d is locked: * unlocks it.", c->first + 1);
    if (!editor->derived.engine || !editor->derived.has_model)
        return error_set(err, "No model is loaded: :model FILE loads one.");
    return compose_request_read(&request->result, document, err);
}

void candidates_ask(Candidates *c, Editor *editor, int strength) {
    int first, count;
    editor_bars(editor, true, &first, &count);
    count = number_min(count, DRAWER_RUN_MAX);
    if (is_open(c, editor) && c->strength == strength && c->first == first && c->count == count) {
        show_next(c, editor);
        return;
    }
    close_candidates(c);
    c->strength = strength;
    EngineRequest request = {.kind = ENGINE_CHOICES};
    Error err = {{0}};
    if (!read_request(c, editor, &request, &err)) {
        messages_refuse(editor->messages, "%s", err.text);
        return;
    }
    c->seed = request.choice.seed;
    c->revision = editor->session.revision;
    c->id = engine_post(editor->derived.engine, &request);
}

static bool take_sources(Candidates *c, const BarSequence *bars) {
    c->source = calloc((size_t)bars->count, sizeof *c->source);
    for (int i = 0; c->source && i < bars->count; i++) {
        c->source[i] = bar_to_source(&bars->bar[i], bars->octave_shift);
        c->source[i].seeded = true;
        c->source[i].seed = c->seed;
    }
    c->choices = bars->count / c->count;
    c->chosen = 0;
    return c->source != NULL;
}

void candidates_take(Candidates *c, Editor *editor, const EngineReply *reply) {
    if (reply->id != c->id) return;
    c->id = 0;
    if (!reply->ok)
        messages_refuse(editor->messages, "%s", reply->error.text);
    else if (editor->session.revision != c->revision)
        messages_refuse(editor->messages, "The song has changed since: press R again.");
    else if (!take_sources(c, &reply->bars))
        messages_refuse(editor->messages, "Memory is short: no candidate can be shown.");
    else if (put(c, editor))
        tell(c, editor);
    else
        close_candidates(c);
}
