#include <stdio.h>

#include "app/studio/actions.h"
#include "engine/music/grouping.h"

/* Bars of the original, by its own numbers: "5", "5-8". */
typedef struct {
    int first, last;
    bool several; /* a range was given, else only where it begins */
} Passage;

static bool read_passage(Passage *passage, const char *text) {
    char rest;
    int read = sscanf(text, "%d-%d %c", &passage->first, &passage->last, &rest);
    passage->several = read == 2;
    if (read == 1) passage->last = passage->first;
    if (read == 1 && sscanf(text, "%d %c", &passage->first, &rest) != 1) return false;
    return (read == 1 || read == 2) && passage->first <= passage->last;
}

/* A written bar as the model counts them, which may be two to one or one to two; -1 where the score has no such number. */
static int model_bar(const Score *score, int number) {
    int index = timeline_bar_index(score->timeline, number);
    if (timeline_bar_number(score->timeline, index) != number) return -1;
    return grouping_bar_at(score->timeline, timeline_bar(score->timeline, index).start);
}

/* Bars from, from + 1 .. of the original into count bars of the recipe; locked ones are left alone. Returns how many were not. */
static int pour(Recipe *recipe, int first, int count, int from) {
    int done = 0;
    for (int i = 0; i < count; i++) {
        BarSource *source = &recipe->bar[first + i];
        if (source->locked) continue;
        *source = (BarSource){.kind = RECIPE_ORIGINAL, .bar = from == first ? 0 : from + i + 1};
        done++;
    }
    return done;
}

static void tell(Editor *editor, int first, int count, int wanted, int done) {
    char words[96];
    source_words(words, sizeof words, &editor_document(editor)->recipe.bar[first], SOURCE_LONG);
    if (wanted == 1)
        messages_say(editor->messages, "bar %d is now %s", first + 1, words);
    else
        messages_say(editor->messages,
                     "bars %d to %d are poured from the original: %d changed, %d locked, %d left", first + 1,
                     first + count, done, count - done, wanted - count);
}

void action_from(Editor *editor, const Command *command) {
    Passage passage;
    if (!read_passage(&passage, command->text)) {
        messages_refuse(editor->messages,
                        "Which bar? :from 5 pours bar 5 of the original in here, :from 5-8 four of them.");
        return;
    }
    const Document *document = editor_document(editor);
    const Score *original = &document->score[DOCUMENT_ORIGINAL];
    Error err = {{0}};
    int first, count, originals = bar_count(original, &err), from = model_bar(original, passage.first),
                      last = model_bar(original, passage.last);
    editor_bars(editor, true, &first, &count);
    if (originals < 0 || score_voice(original, 0)->count == 0 || from < 0 || from >= originals) {
        messages_refuse(editor->messages, "%s", err.text[0] ? err.text : "The original has no such bar.");
        return;
    }
    if (count == 0) {
        messages_refuse(editor->messages, "The result has no bar here: it has %d bars.",
                        document->recipe.count);
        return;
    }
    bool selected = editor->session.selecting != SESSION_SELECT_NONE;
    int wanted = !passage.several ? count : selected && count < last - from + 1 ? count : last - from + 1;
    count = wanted;
    if (count > originals - from) count = originals - from;
    if (count > document->recipe.count - first) count = document->recipe.count - first;
    Document *draft = editor_begin_document(editor, "pour bars");
    if (!draft) return;
    int done = pour(&draft->recipe, first, count, from);
    editor_commit(editor);
    if (done == 0)
        messages_refuse(editor->messages, "Bar %d is locked: * unlocks it.", first + 1);
    else
        tell(editor, first, count, wanted, done);
}
