
#include "app/cli/console.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"

static void say_agreement(const BarSequence *in, const BarSequence *out) {
    int right = 0, bars = 0;
    for (int t = 0; t < in->count; t++) {
        for (int s = 0; s < in->steps; s++) right += in->bar[t].token[s] == out->bar[t].token[s];
        bars += bar_equal(&in->bar[t], &out->bar[t]);
    }
    int steps = in->count * in->steps;
    console_print("%d of %d bars exact, %.1f %% of the steps", bars, in->count, 100.0 * right / steps);
}

int verb_reconstruct(const Options *options) {
    Error err = {0};
    Score score = {0};
    BarSequence bars = {0}, result = {0};
    HeadlessModel model = {0};
    const char *path = options->operand[0];
    const ScoreFileWish wish = headless_wish(options);
    bool ok = headless_open(&model, options, &err) && headless_read(&score, path, &wish, &err) &&
              headless_bars(&bars, &score, path, &err) &&
              compose_reconstruct(model.reader, &result, &bars, interrupt_flag(), &err) &&
              headless_write(options, &result, &score, "reconstruction", options->out, &err);
    if (ok) say_agreement(&bars, &result);
    headless_close(&model);
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&result);
    score_deinit(&score);
    return ok ? VERB_OK : headless_fail(&err);
}
