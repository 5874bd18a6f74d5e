#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"

/* Changes one bar's source; false with a sentence when it cannot be. */
typedef bool (*Recast)(BarSource *source, int bar, Document *draft, Error *err);

static bool needs_both(const Document *document, int bar, Error *err) {
    if (!document->has_context)
        return error_set(err, "There is no context to take bars from: :context-file FILE opens one.");
    if (document_voice(document, DOCUMENT_ORIGINAL)->count == 0)
        return error_set(err, "The original has no notes yet.");
    int originals = bar_count(&document->score[DOCUMENT_ORIGINAL], err);
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

static bool recast_original(BarSource *source, int bar, Document *draft, Error *err) {
    if (!needs_both(draft, bar, err)) return false;
    set_source(source, (BarSource){.kind = RECIPE_ORIGINAL});
    return true;
}

static bool recast_context(BarSource *source, int bar, Document *draft, Error *err) {
    (void)bar;
    if (!needs_both(draft, 0, err)) return false;
    set_source(source, (BarSource){.kind = RECIPE_CONTEXT});
    return true;
}

/* In tenths, so that ten steps lead exactly from one end to the other. */
static bool recast_mix(BarSource *source, int bar, Document *draft, int tenths, Error *err) {
    if (!needs_both(draft, bar, err)) return false;
    BarSource from =
        source->kind == RECIPE_POSTERIOR || source->kind == RECIPE_PRIOR || source->kind == RECIPE_NOTES
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

static bool recast_restore(BarSource *source, int bar, Document *draft, Error *err) {
    (void)err;
    set_source(source, document_default_source(draft, bar));
    return true;
}

/* What became of a range of bars. */
typedef struct {
    int done, locked, left; /* left: they cannot have that source */
    Error reason;           /* why the first of those cannot */
} Outcome;

/* Locked bars are left alone, and those that cannot have the source: a range takes what there is. */
static Outcome apply(Document *draft, Recast recast, int first, int count) {
    Outcome outcome = {0};
    for (int bar = first; bar < first + count; bar++) {
        BarSource *source = &draft->recipe.bar[bar];
        Error err = {{0}};
        if (source->locked)
            outcome.locked++;
        else if (recast(source, bar, draft, &err))
            outcome.done++;
        else if (outcome.left++ == 0)
            outcome.reason = err;
    }
    return outcome;
}

static void tell(Editor *editor, int first, int count, const Outcome *outcome) {
    char text[96], kept[64] = "", left[sizeof outcome->reason.text + 32] = "";
    if (count == 1) {
        source_words(text, sizeof text, &editor_document(editor)->recipe.bar[first], SOURCE_LONG);
        messages_say(editor->messages, "bar %d is now %s", first + 1, text);
        return;
    }
    if (outcome->locked) snprintf(kept, sizeof kept, ", %d locked", outcome->locked);
    if (outcome->left) snprintf(left, sizeof left, ", %d left: %s", outcome->left, outcome->reason.text);
    messages_say(editor->messages, "bars %d to %d: %d changed%s%s", first + 1, first + count, outcome->done,
                 kept, left);
}

/* `times` over; what can be done less often is done as often as it can. False when nothing is done. */
static bool recast_again(Editor *editor, const char *name, Recast how, bool selected, int times) {
    int first, count;
    editor_bars(editor, selected, &first, &count);
    if (count == 0) {
        messages_refuse(editor->messages, "The result has no bar here: it has %d bars.",
                        editor_document(editor)->recipe.count);
        return false;
    }
    Document *draft = editor_begin_document(editor, name);
    if (!draft) return false;
    const Outcome outcome = apply(draft, how, first, count);
    for (int i = 1; i < times; i++) apply(draft, how, first, count);
    if (outcome.done == 0 && outcome.left > 0) {
        editor_refuse(editor, &outcome.reason);
    } else if (outcome.done == 0) {
        editor_cancel(editor);
        messages_refuse(editor->messages, "Bar %d is locked: * unlocks it.", first + 1);
    } else {
        editor_commit(editor);
        tell(editor, first, count, &outcome);
        const char *reason = editor->derived.reason[VERSION_RESULT].text;
        if (reason[0]) messages_refuse(editor->messages, "%s", reason); /* nothing will be heard of it */
        return true;
    }
    return false;
}

static void recast(Editor *editor, const char *name, Recast how, bool selected) {
    recast_again(editor, name, how, selected, 1);
}

void action_swap(Editor *editor) {
    recast(editor, "swap", recast_swap, false);
}

/* Over bars of several sources: all from the original, as far as it has them; once they are, all from the context. */
void action_swap_bars(Editor *editor) {
    const Document *document = editor_document(editor);
    int first, count, originals = bar_count(&document->score[DOCUMENT_ORIGINAL], NULL);
    bool set = false;
    editor_bars(editor, true, &first, &count);
    for (int bar = first; bar < first + count && bar < originals; bar++)
        set |= !document->recipe.bar[bar].locked && document->recipe.bar[bar].kind != RECIPE_ORIGINAL;
    recast(editor, set ? "original bars" : "context bars", set ? recast_original : recast_context, true);
}

/* ---- steps of the mix that are heard ---- */

static void forget_step(EditorMixStep *step) {
    track_deinit(&step->before);
    *step = (EditorMixStep){0};
}

static void mix(Editor *editor, int direction, int tenths) {
    EditorMixStep *step = &editor->mix_step;
    const Recast how = direction < 0 ? recast_mix_original : recast_mix_context;
    if (recast_again(editor, "mix", how, true, tenths)) {
        step->direction = direction;
        step->tenths = tenths;
        step->revision = editor->session.revision;
    } else {
        forget_step(step);
    }
}

/* Without an answer to wait for, a tenth it is. */
static void begin_mix(Editor *editor, int direction) {
    const Derived *derived = &editor->derived;
    EditorMixStep *step = &editor->mix_step;
    forget_step(step);
    const bool heard = derived->engine && derived->has_model &&
                       track_copy(&step->before, score_voice(&derived->result, 0), NULL);
    mix(editor, direction, 1);
    if (!heard) forget_step(step);
}

void action_mix_original(Editor *editor) {
    begin_mix(editor, -1);
}

void action_mix_context(Editor *editor) {
    begin_mix(editor, 1);
}

static bool any_mixed(const Editor *editor) {
    const Recipe *recipe = &editor_document(editor)->recipe;
    int first, count;
    bool any = false;
    editor_bars(editor, true, &first, &count);
    for (int bar = first; bar < first + count; bar++)
        any |= recipe->bar[bar].kind == RECIPE_MIX && !recipe->bar[bar].locked;
    return any;
}

bool action_mix_on(Editor *editor) {
    EditorMixStep *step = &editor->mix_step;
    if (step->direction == 0 || editor->derived.stale[VERSION_RESULT]) return false;
    if (editor->session.revision != step->revision || !any_mixed(editor) ||
        !track_equal(score_voice(&editor->derived.result, 0), &step->before)) {
        forget_step(step);
        return false;
    }
    session_undo(&editor->session);
    mix(editor, step->direction, step->tenths + 1);
    return true;
}

/* The first bar of an empty song is a continuation of nothing. */
void action_resample(Editor *editor, Candidates *candidates, Continuation *continuation) {
    const Document *document = editor_document(editor);
    if (document_voice(document, DOCUMENT_ORIGINAL)->count == 0 && !document->has_context)
        continuation_ask(continuation, editor, 1, false);
    else
        candidates_ask(candidates, editor, 0);
}

void action_vary(Editor *editor, Candidates *candidates, const Command *command) {
    const double strength = command->has_argument ? command->number : 1;
    if (strength == 1 || strength == 2 || strength == DRAWER_STRENGTH_MAX)
        candidates_ask(candidates, editor, (int)strength);
    else
        messages_refuse(editor->messages, "How much? :vary 1 a little, 2 more, 3 most of the bar.");
}

void action_restore(Editor *editor) {
    recast(editor, "restore", recast_restore, true);
}

void action_lock(Editor *editor) {
    int first, count;
    editor_bars(editor, true, &first, &count);
    if (count == 0) {
        messages_refuse(editor->messages, "The result has no bar here to lock.");
        return;
    }
    bool on = !editor_document(editor)->recipe.bar[first].locked;
    Document *draft = editor_begin_document(editor, on ? "lock" : "unlock");
    if (!draft) return;
    for (int i = first; i < first + count; i++) draft->recipe.bar[i].locked = on;
    editor_commit(editor);
    if (count == 1)
        messages_say(editor->messages, "bar %d %s", first + 1, on ? "locked" : "unlocked");
    else
        messages_say(editor->messages, "bars %d to %d %s", first + 1, first + count,
                     on ? "locked" : "unlocked");
}

/* ---- settings ---- */

void action_temperature(Editor *editor, const Command *command) {
    if (!command->has_argument || !document_temperature_fits(command->number)) {
        messages_refuse(editor->messages, "Temperature is %.2f; :temperature %g to %g sets it.",
                        editor_document(editor)->temperature, DOCUMENT_TEMPERATURE_MIN,
                        DOCUMENT_TEMPERATURE_MAX);
        return;
    }
    Document *draft = editor_begin_document(editor, "temperature");
    if (!draft) return;
    draft->temperature = round(command->number * 100) / 100;
    editor_commit(editor);
    messages_say(editor->messages, "temperature %.2f", editor_document(editor)->temperature);
}

void action_seed(Editor *editor, const Command *command) {
    if (!command->has_argument || !(command->number >= 0 && command->number < 9e15)) {
        messages_refuse(editor->messages, "The next seed is %llu; :seed NUMBER sets it.",
                        (unsigned long long)editor_document(editor)->seed);
        return;
    }
    Document *draft = editor_begin_document(editor, "seed");
    if (!draft) return;
    draft->seed = (uint64_t)command->number;
    editor_commit(editor);
    messages_say(editor->messages, "seed %llu", (unsigned long long)editor_document(editor)->seed);
}

void action_align(Editor *editor, const Command *command) {
    DocumentAlign mode;
    if (!command->has_argument || !document_align_parse(&mode, command->text)) {
        messages_refuse(editor->messages, "Align is %s; :align none, key or register sets it.",
                        document_align_name(editor_document(editor)->fit.align));
        return;
    }
    const Document *document = editor_document(editor);
    if (!document->has_context || document_voice(document, DOCUMENT_ORIGINAL)->count == 0) {
        messages_refuse(editor->messages,
                        "There are no two melodies to fit: :context-file FILE opens another.");
        return;
    }
    Document *draft = editor_begin_document(editor, "align");
    if (!draft) return;
    document_decide_fit(draft, mode);
    editor_commit(editor);
    const DocumentFit *fit = &editor_document(editor)->fit;
    char words[32];
    document_fit_words(fit, words, sizeof words);
    if (fit->semitones == 0)
        messages_say(editor->messages, "%s%sthe original lends its bars at their own pitch", words,
                     words[0] ? ": " : "");
    else
        messages_say(editor->messages,
                     "%s: the original is moved by %+d semitones for the result, and stays so", words,
                     fit->semitones);
}

/* "8", or "8 end". */
void action_continue(Editor *editor, Continuation *continuation, const Command *command) {
    char word[8] = "", rest[2] = "";
    int bars = 0;
    const int read = command->has_argument ? sscanf(command->text, "%d %7s %1s", &bars, word, rest) : 0;
    const bool closes = read == 2 && strcmp(word, "end") == 0;
    if (bars < 1 || bars > BAR_WINDOW || (read != 1 && !closes))
        messages_refuse(editor->messages, "How many bars? :continue 1 to %d, or :continue 8 end for a close.",
                        (int)BAR_WINDOW);
    else
        continuation_ask(continuation, editor, bars, closes);
}
