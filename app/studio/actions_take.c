#include <stdio.h>
#include <string.h>

#include "app/studio/actions.h"
#include "engine/music/instrument.h"

/* ---- takes: recipes by name ---- */

/* "NAME N" that no take has. */
static void free_name(const Takes *takes, const char *name, char *out, size_t size) {
    int number = 1;
    do snprintf(out, size, "%s %d", name, number++);
    while (takes_find(takes, out) >= 0);
}

static void tell_take(Editor *editor, int index, bool unkept) {
    const Takes *takes = editor_document(editor)->takes;
    messages_say(editor->messages, "take %d of %d: %s%s", index + 1, takes_count(takes),
                 takes_name(takes, index), unkept ? "; what stood here was not kept: u brings it back" : "");
}

static void choose(Editor *editor, int index) {
    const Document *document = editor_document(editor);
    bool unkept = takes_of(document->takes, &document->recipe) < 0;
    Document *draft = editor_begin_document(editor, "take");
    if (!draft) return;
    Error err = {{0}};
    if (!document_choose_take(draft, index, &err)) {
        editor_refuse(editor, &err);
        return;
    }
    tell_take(editor, index, editor_commit(editor) && unkept);
}

/* Names them all, so far as the line has room. */
static void list_takes(Editor *editor) {
    const Document *document = editor_document(editor);
    const int count = takes_count(document->takes), now = takes_of(document->takes, &document->recipe);
    char text[300] = "";
    size_t used = 0;
    for (int i = 0; i < count && used + TAKES_NAME_SIZE + 16 < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", i ? ", " : "",
                                 takes_name(document->takes, i), i == now ? " (this one)" : "");
    if (count == 0)
        messages_refuse(editor->messages, "There are no takes yet: :keep NAME keeps this recipe as one.");
    else
        messages_say(editor->messages, "takes: %s. & goes on to the next, :take NAME to that one", text);
}

void action_take(Editor *editor, const Command *command) {
    int index = takes_find(editor_document(editor)->takes, command->text);
    if (!command->has_argument)
        list_takes(editor);
    else if (index < 0)
        messages_refuse(editor->messages,
                        "There is no take \"%.60s\": :take lists them, :keep NAME keeps this recipe.",
                        command->text);
    else
        choose(editor, index);
}

void action_next_take(Editor *editor) {
    const Document *document = editor_document(editor);
    const int count = takes_count(document->takes), now = takes_of(document->takes, &document->recipe);
    if (count == 0)
        list_takes(editor);
    else if (count == 1 && now == 0)
        messages_say(editor->messages, "\"%s\" is the only take; :keep NAME keeps another recipe",
                     takes_name(document->takes, 0));
    else
        choose(editor, (now + 1) % count);
}

void action_keep(Editor *editor, const Command *command) {
    char name[TAKES_NAME_SIZE];
    free_name(editor_document(editor)->takes, "take", name, sizeof name);
    if (command->has_argument) track_write_name(name, sizeof name, command->text, strlen(command->text));
    Document *draft = editor_begin_document(editor, "keep a take");
    if (!draft) return;
    Error err = {{0}};
    bool again = takes_find(draft->takes, name) >= 0;
    if (!takes_keep(&draft->takes, name, &draft->recipe, &err)) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    messages_say(editor->messages, "the recipe is kept as \"%s\"%s", name,
                 again ? " in the place of the older one" : "; & steps through the takes");
}

void action_forget(Editor *editor, const Command *command) {
    int index = takes_find(editor_document(editor)->takes, command->text);
    if (index < 0) {
        messages_refuse(editor->messages, "Forget which take? :forget NAME; :take lists them.");
        return;
    }
    Document *draft = editor_begin_document(editor, "forget a take");
    if (!draft) return;
    Error err = {{0}};
    if (!takes_forget(&draft->takes, index, &err)) {
        editor_refuse(editor, &err);
        return;
    }
    editor_commit(editor);
    messages_say(editor->messages, "the take \"%s\" is forgotten; u brings it back", command->text);
}

/* ---- taking the result over ---- */

/* The result's notes and bars in the place of the score's own: among its own tracks and at its own tempo, or, where they are to
 * come along, among those of the score that gave the structure. The title stays. */
static bool take_result(Score *score, const Score *result, const Score *base, bool along, Error *err) {
    Score taken = {0};
    if (!score_copy(&taken, along ? base : score, err)) return false;
    score_set_title(&taken, score->title);
    if (!score_take_voice(&taken, result, err)) {
        score_deinit(&taken);
        return false;
    }
    score_deinit(score);
    *score = taken;
    return true;
}

/* The result with the bars that are still those of the score which gives the structure as they are written there. */
static bool write_result(Score *out, const Document *document, const Score *result, Error *err) {
    const DocumentScore base = document_base(document);
    if (!score_copy(out, result, err)) return false;
    Track *voice = score_edit_voice(out, 0, err);
    return voice &&
           bar_keep_written(voice, result->timeline, document_voice(document, base), &document->recipe,
                            base == DOCUMENT_CONTEXT ? RECIPE_CONTEXT : RECIPE_ORIGINAL, err);
}

/* True when it has been asked whether the context's tempo, instrument and other tracks come along. */
static bool ask_along(Pending *pending, const Document *document, const Command *command) {
    const Score *own = &document->score[DOCUMENT_ORIGINAL],
                *other = &document->score[document_base(document)];
    int program = score_voice(own, 0)->program, others = score_voice(other, 0)->program;
    int beside = other->tracks - other->voices;
    double bpm = timeline_bpm(own->timeline, 0), others_bpm = timeline_bpm(other->timeline, 0);
    if (pending->consent || own == other || (program == others && bpm == others_bpm && beside == 0))
        return false;
    char tracks[48] = "";
    if (beside > 0) snprintf(tracks, sizeof tracks, ", and %d other track%s", beside, beside == 1 ? "" : "s");
    pending_ask(
        pending, PENDING_TAKE, command,
        "Take the context's tempo %.4g, instrument (%s)%s along (y), keep %.4g and %s (n), or stop (c)?",
        others_bpm, instrument_name(others), tracks, bpm, instrument_name(program));
    return true;
}

/* What the result was made by can be come back to, unless that is what it always is. */
static bool keep_taken(Document *draft, Error *err) {
    char name[TAKES_NAME_SIZE];
    if (document_chosen_sources(draft) == 0 || takes_of(draft->takes, &draft->recipe) >= 0 ||
        takes_count(draft->takes) == TAKES_MAX)
        return true;
    free_name(draft->takes, "taken over", name, sizeof name);
    return takes_keep(&draft->takes, name, &draft->recipe, err);
}

/* The command's number where it was asked: 1 = they come along. */
void action_take_over(Editor *editor, Pending *pending, const Command *command) {
    if (pending_wait(pending, editor_waits(editor), "the model", command, editor->messages)) return;
    const Derived *derived = &editor->derived;
    if (score_voice(&derived->result, 0)->count == 0 || derived->stale[VERSION_RESULT]) {
        messages_refuse(editor->messages, "%s", editor_why_empty(editor, VERSION_RESULT));
        return;
    }
    if (ask_along(pending, editor_document(editor), command)) return;
    bool along = pending->consent && command->number != 0;
    Document *draft = editor_begin_document(editor, "take over");
    if (!draft) return;
    Error err = {{0}};
    Score written = {0};
    bool taken = keep_taken(draft, &err) && write_result(&written, draft, &derived->result, &err) &&
                 take_result(&draft->score[DOCUMENT_ORIGINAL], &written, &draft->score[document_base(draft)],
                             along, &err);
    score_deinit(&written);
    if (!taken) {
        editor_refuse(editor, &err);
        return;
    }
    draft->key[DOCUMENT_ORIGINAL] = draft->key[document_base(draft)]; /* as the result had it */
    draft->fit = (DocumentFit){0};                                    /* its notes have been moved already */
    if (!editor_commit(editor)) {
        messages_say(editor->messages, "The original is the result already.");
        return;
    }
    editor_show(editor, VERSION_ORIGINAL);
    messages_say(editor->messages, "the result is the original now; u takes that back");
}
