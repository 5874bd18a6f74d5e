#include <stdlib.h>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/verbs/bar_list.h"
#include "app/verbs/headless.h"
#include "engine/base/file.h"
#include "midi_io/smf_tracks.h"

/* What had to be changed so that the two can meet, on stderr. */
static void say_reading(const Options *options, const ComposeRequest *request) {
    if (request->interval)
        console_say("aligned by %s: the original was moved %d semitones %s",
                    document_align_name(options->align), abs(request->interval),
                    request->interval > 0 ? "up" : "down");
    headless_say_bars(&request->original_report, options->operand[0]);
    headless_say_bars(&request->context_report, options->operand[1]);
}

static bool check_bars(const BarList *list, const BarSequence *bars, const char *path, Error *err) {
    if (bar_list_last(list) <= bars->count) return true;
    return error_set(err, "There is no bar %d in %s, which has %d.", bar_list_last(list), headless_name(path),
                     bars->count);
}

/* The listed bars from the original, all others from the context. Where none were listed, bar 1 is what it is in the composer. */
static bool list_sources(Recipe *recipe, const Options *options, const BarList *list, const Document *pair,
                         int bars, Error *err) {
    if (!recipe_resize(recipe, bars, true, err)) return false;
    for (int t = 0; t < bars; t++)
        recipe->bar[t].kind = bar_list_has(list, t + 1) ? RECIPE_ORIGINAL : RECIPE_CONTEXT;
    if (options->bars) return true;
    recipe->bar[0] = document_default_source(pair, 0);
    const int first = source_bar(&recipe->bar[0], 0);
    if (first > 0)
        console_say("%s: bar %d, the first that has a note, is poured into bar 1",
                    headless_name(options->operand[0]), first + 1);
    return true;
}

static bool pour(const Options *options, HeadlessModel *model, BarSequence *out, const BarList *list,
                 const Document *pair, Error *err) {
    const char *const *path = options->operand;
    ComposeRequest request;
    LatentSequence z = {0};
    if (!compose_request_read(&request, pair, err)) return false;
    say_reading(options, &request);
    headless_say_lengths(&request.original, path[0], &request.context, path[1]);
    bool ok = check_bars(list, &request.original, path[0], err) &&
              check_bars(list, &request.context, path[1], err) &&
              list_sources(&request.recipe, options, list, pair, request.context.count, err) &&
              compose_result(model->reader, out, &z, &request, NULL, interrupt_flag(), err);
    latent_sequence_deinit(&z);
    compose_request_deinit(&request);
    return ok;
}

static bool decide_fit(Document *pair, DocumentAlign align) {
    for (int i = 0; i < DOCUMENT_SCORES; i++) pair->key[i] = smf_tracks_key(&pair->score[i]);
    document_decide_fit(pair, align);
    return true;
}

static bool transfer(const Options *options, const BarList *list, Document *pair, Error *err) {
    BarSequence result = {0};
    HeadlessModel model = {0};
    bool ok =
        headless_open(&model, options, err) &&
        headless_read_pair(&pair->score[DOCUMENT_ORIGINAL], &pair->score[DOCUMENT_CONTEXT], options, err) &&
        decide_fit(pair, options->align) && pour(options, &model, &result, list, pair, err) &&
        headless_write(options, &result, &pair->score[DOCUMENT_CONTEXT], "result", options->out, err);
    headless_close(&model);
    bar_sequence_deinit(&result);
    return ok;
}

int verb_transfer(const Options *options) {
    Error err = {0};
    BarList list;
    if (!bar_list_parse(&list, options->bars ? options->bars : "1", &err)) return headless_usage(&err);
    Document pair = {.has_context = true};
    bool ok = transfer(options, &list, &pair, &err);
    document_deinit(&pair);
    return ok ? VERB_OK : headless_fail(&err);
}
