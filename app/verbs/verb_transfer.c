#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/bar_list.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"

/* Moves the original towards the context's key or register, and says so. */
static void align_original(Document *pair) {
    int semitones = document_align_interval(pair);
    if (semitones == 0) return;
    melody_transpose(&pair->original, semitones);
    fprintf(stderr, "aligned by %s: the original was moved %d semitones %s\n",
            document_align_name(pair->align), abs(semitones), semitones > 0 ? "up" : "down");
}

static bool check_pair(const Options *options, const BarList *list, const BarSequence *original,
                       const BarSequence *context, Error *err) {
    if (original->steps != context->steps)
        return error_set(
            err,
            "%s has bars of %d sixteenths and %s of %d; a transfer needs two melodies with bars of the "
            "same length.",
            file_base(options->operand[0]), original->steps, file_base(options->operand[1]), context->steps);
    for (int i = 0; i < 2; i++) {
        int bars = i == 0 ? original->count : context->count;
        if (bar_list_last(list) > bars)
            return error_set(err, "There is no bar %d in %s, which has %d.", bar_list_last(list),
                             file_base(options->operand[i]), bars);
    }
    return true;
}

static bool pour(HeadlessModel *model, BarSequence *out, const BarList *list, const BarSequence *original,
                 const BarSequence *context, Error *err) {
    Recipe recipe = {0};
    LatentSequence z = {0};
    bool ok = recipe_resize(&recipe, context->count, true, err);
    if (ok) {
        for (int t = 0; t < recipe.count; t++)
            recipe.bar[t].kind = bar_list_has(list, t + 1) ? RECIPE_ORIGINAL : RECIPE_CONTEXT;
        ok = compose_result(model->composer, out, &z, &recipe, original, context, interrupt_flag(), err);
    }
    latent_sequence_deinit(&z);
    recipe_deinit(&recipe);
    return ok;
}

static bool transfer(const Options *options, const BarList *list, Document *pair, Error *err) {
    const char *const *path = options->operand;
    BarSequence original = {0}, context = {0}, result = {0};
    HeadlessModel model = {0};
    bool ok = headless_open(&model, options, err) &&
              headless_read_pair(&pair->original, &pair->context, options, err);
    if (ok) align_original(pair);
    ok = ok && headless_bars(&original, &pair->original, path[0], err) &&
         headless_bars(&context, &pair->context, path[1], err) &&
         check_pair(options, list, &original, &context, err) &&
         pour(&model, &result, list, &original, &context, err) &&
         headless_write(&result, &pair->context, "result", options->out, err);
    headless_close(&model);
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
    bar_sequence_deinit(&result);
    return ok;
}

int verb_transfer(const Options *options) {
    Error err = {0};
    BarList list;
    if (!bar_list_parse(&list, options->bars ? options->bars : "1", &err)) return headless_usage(&err);
    Document pair = {.has_context = true, .align = options->align};
    bool ok = transfer(options, &list, &pair, &err);
    document_deinit(&pair);
    return ok ? VERB_OK : headless_fail(&err);
}
