#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"

/* Changes one bar's source; false with a sentence when it cannot be. */
typedef bool (*Recast)(BarSource *source, int bar, Document *draft, Error *err);

static bool needs_both(const Document *document, int bar, Error *err) {
    if (!document->has_context)
        return error_set(err, "There is no context to take bars from: :context-file FILE opens one.");
    if (document->original.count == 0) return error_set(err, "The original has no notes yet.");
    int originals = document_engine_bars(&document->original, err);
    if (originals < 0) return false;
    if (bar < originals) return true;
    return error_set(err, "The original has only %d bars, so bar %d can only come from the context.",
                     originals, bar + 1);
}

static void set_source(BarSource *source, BarSource wanted) {
    wanted.locked = source->locked;
    *source = wanted;
}

static bool recast_swap(BarSource *source, int bar, Document *draft, Error *err) {
    if (!needs_both(draft, bar, err)) return false;
    RecipeKind kind = source->kind == RECIPE_ORIGINAL ? RECIPE_CONTEXT : RECIPE_ORIGINAL;
    set_source(source, (BarSource){.kind = kind});
    return true;
}

/* In tenths, so that ten steps lead exactly from one end to the other. */
static bool recast_mix(BarSource *source, int bar, Document *draft, int tenths, Error *err) {
    if (!needs_both(draft, bar, err)) return false;
    BarSource from = source->kind == RECIPE_POSTERIOR || source->kind == RECIPE_PRIOR
                         ? recipe_default(bar, draft->has_context)
                         : *source;
    int mix = from.kind == RECIPE_ORIGINAL  ? 0
              : from.kind == RECIPE_CONTEXT ? 10
                                            : (int)lroundf(from.mix * 10);
    mix += tenths;
    if (mix < 0 || mix > 10)
        return error_set(err, "Bar %d is all %s already.", bar + 1, mix < 0 ? "original" : "context");
    if (mix == 0)
        set_source(source, (BarSource){.kind = RECIPE_ORIGINAL});
    else if (mix == 10)
        set_source(source, (BarSource){.kind = RECIPE_CONTEXT});
    else
        set_source(source, (BarSource){.kind = RECIPE_MIX, .mix = (float)mix / 10});
    return true;
}

static bool recast_mix_original(BarSource *source, int bar, Document *draft, Error *err) {
    return recast_mix(source, bar, draft, -1, err);
}

static bool recast_mix_context(BarSource *source, int bar, Document *draft, Error *err) {
    return recast_mix(source, bar, draft, 1, err);
}

static bool draw(BarSource *source, RecipeKind kind, Document *draft, Error *err) {
    if (draft->original.count == 0) return error_set(err, "The original has no notes yet.");
    set_source(source,
               (BarSource){.kind = kind, .temperature = (float)draft->temperature, .seed = draft->seed});
    draft->seed++;
    return true;
}

static bool recast_sample(BarSource *source, int bar, Document *draft, Error *err) {
    (void)bar;
    return draw(source, RECIPE_PRIOR, draft, err);
}

static bool recast_vary(BarSource *source, int bar, Document *draft, Error *err) {
    (void)bar;
    return draw(source, RECIPE_POSTERIOR, draft, err);
}

static bool recast_restore(BarSource *source, int bar, Document *draft, Error *err) {
    (void)err;
    set_source(source, recipe_default(bar, draft->has_context));
    return true;
}

/* Applies to bars first .. first + count - 1; locked ones are left alone. Returns how many were, or -1. */
static int apply(Document *draft, Recast recast, int first, int count, int *locked, Error *err) {
    int done = 0;
    *locked = 0;
    for (int bar = first; bar < first + count; bar++) {
        BarSource *source = &draft->recipe.bar[bar];
        if (source->locked) {
            (*locked)++;
            continue;
        }
        if (!recast(source, bar, draft, err)) return -1;
        done++;
    }
    return done;
}

static void tell(Studio *studio, int first, int count, int done) {
    char text[96];
    if (done == 1 && count == 1) {
        source_words(text, sizeof text, &studio_document(studio)->recipe.bar[first], SOURCE_LONG);
        messages_say(&studio->messages, "bar %d is now %s", first + 1, text);
    } else {
        messages_say(&studio->messages, "bars %d to %d: %d changed, locked ones kept", first + 1,
                     first + count, done);
    }
}

static void recast(Studio *studio, const char *name, Recast how, bool selected) {
    int first, count, locked;
    studio_bars(studio, selected, &first, &count);
    if (count == 0) {
        messages_refuse(&studio->messages, "The result has no bar here: it has %d bars.",
                        studio_document(studio)->recipe.count);
        return;
    }
    Document *draft = studio_begin_document(studio, name);
    if (!draft) return;
    Error err = {{0}};
    int done = apply(draft, how, first, count, &locked, &err);
    if (done < 0) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
    } else if (done == 0) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "Bar %d is locked: * unlocks it.", first + 1);
    } else {
        studio_commit(studio);
        tell(studio, first, count, done);
        const char *reason = studio->derived.reason[VERSION_RESULT].text;
        if (reason[0]) messages_refuse(&studio->messages, "%s", reason); /* nothing will be heard of it */
    }
}

void action_swap(Studio *studio) {
    recast(studio, "swap", recast_swap, false);
}

void action_swap_bars(Studio *studio) {
    recast(studio, "swap bars", recast_swap, true);
}

void action_mix_original(Studio *studio) {
    recast(studio, "mix", recast_mix_original, true);
}

void action_mix_context(Studio *studio) {
    recast(studio, "mix", recast_mix_context, true);
}

void action_resample(Studio *studio) {
    recast(studio, "resample", recast_sample, true);
}

void action_vary(Studio *studio) {
    recast(studio, "vary", recast_vary, true);
}

void action_restore(Studio *studio) {
    recast(studio, "restore", recast_restore, true);
}

void action_lock(Studio *studio) {
    int first, count;
    studio_bars(studio, true, &first, &count);
    if (count == 0) {
        messages_refuse(&studio->messages, "The result has no bar here to lock.");
        return;
    }
    bool on = !studio_document(studio)->recipe.bar[first].locked;
    Document *draft = studio_begin_document(studio, on ? "lock" : "unlock");
    if (!draft) return;
    for (int i = first; i < first + count; i++) draft->recipe.bar[i].locked = on;
    studio_commit(studio);
    if (count == 1)
        messages_say(&studio->messages, "bar %d %s", first + 1, on ? "locked" : "unlocked");
    else
        messages_say(&studio->messages, "bars %d to %d %s", first + 1, first + count,
                     on ? "locked" : "unlocked");
}

void action_take(Studio *studio) {
    studio_settle(studio);
    const Derived *derived = &studio->derived;
    if (derived->result.count == 0 || derived->stale[VERSION_RESULT]) {
        messages_refuse(&studio->messages, "%s", studio_why_empty(studio, VERSION_RESULT));
        return;
    }
    Document *draft = studio_begin_document(studio, "take over");
    if (!draft) return;
    char name[MELODY_NAME_SIZE];
    Error err = {{0}};
    memcpy(name, draft->original.name, sizeof name);
    if (!melody_copy(&draft->original, &derived->result, &err)) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
        return;
    }
    memcpy(draft->original.name, name, sizeof name);
    if (!studio_commit(studio)) {
        messages_say(&studio->messages, "The original is the result already.");
        return;
    }
    studio_show_version(studio, VERSION_ORIGINAL);
    messages_say(&studio->messages, "the result is the original now; u takes that back");
}

/* ---- settings ---- */

void action_temperature(Studio *studio, const Command *command) {
    if (!command->has_argument || !document_temperature_fits(command->number)) {
        messages_refuse(&studio->messages, "Temperature is %.2f; :temperature %g to %g sets it.",
                        studio_document(studio)->temperature, DOCUMENT_TEMPERATURE_MIN,
                        DOCUMENT_TEMPERATURE_MAX);
        return;
    }
    Document *draft = studio_begin_document(studio, "temperature");
    if (!draft) return;
    draft->temperature = round(command->number * 100) / 100;
    studio_commit(studio);
    messages_say(&studio->messages, "temperature %.2f", studio_document(studio)->temperature);
}

void action_seed(Studio *studio, const Command *command) {
    if (!command->has_argument || !(command->number >= 0 && command->number < 9e15)) {
        messages_refuse(&studio->messages, "The next seed is %llu; :seed NUMBER sets it.",
                        (unsigned long long)studio_document(studio)->seed);
        return;
    }
    Document *draft = studio_begin_document(studio, "seed");
    if (!draft) return;
    draft->seed = (uint64_t)command->number;
    studio_commit(studio);
    messages_say(&studio->messages, "seed %llu", (unsigned long long)studio_document(studio)->seed);
}

void action_align(Studio *studio, const Command *command) {
    DocumentAlign mode;
    if (!command->has_argument || !document_align_parse(&mode, command->text)) {
        messages_refuse(&studio->messages, "Align is %s; :align none, key or register sets it.",
                        document_align_name(studio_document(studio)->align));
        return;
    }
    Document *draft = studio_begin_document(studio, "align");
    if (!draft) return;
    draft->align = mode;
    studio_commit(studio);
    const Document *document = studio_document(studio);
    int interval = document_align_interval(document);
    if (interval == 0)
        messages_say(&studio->messages, "align %s: the original lends its bars at their own pitch",
                     document_align_name(mode));
    else
        messages_say(&studio->messages, "align %s: the original is moved by %+d semitones for the result",
                     document_align_name(mode), interval);
}

void action_continue(Studio *studio, const Command *command) {
    const Document *document = studio_document(studio);
    Error err = {{0}};
    EngineRequest request = {.kind = ENGINE_CONTINUE,
                             .count = (int)command->number,
                             .temperature = (float)document->temperature,
                             .seed = document->seed};
    if (!command->has_argument || !(command->number >= 1 && command->number <= BAR_WINDOW)) {
        messages_refuse(&studio->messages, "How many bars? :continue 1 to %d.", (int)BAR_WINDOW);
    } else if (!studio->engine || !studio->derived.has_model) {
        messages_refuse(&studio->messages, "No model is loaded: :model FILE loads one.");
    } else if (!bar_sequence_from_melody(&request.bars, &document->original, NULL, &err)) {
        messages_refuse(&studio->messages, "%s", err.text);
    } else {
        if (document->original.count == 0) bar_sequence_resize(&request.bars, 0, NULL);
        studio->continue_revision = studio->session.revision;
        studio->continuing = engine_post(studio->engine, &request);
        messages_say(&studio->messages, "the model is writing (seed %llu) ..",
                     (unsigned long long)document->seed);
    }
}
