#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/headless.h"
#include "app/cli/interrupt.h"
#include "engine/base/file.h"

enum { MIXES_MAX = 64 }; /* as options.def has it */

/* Writes melody number i: blend-01 is A as the model reads it, the last one B. */
static bool write_mix(const Options *options, HeadlessModel *model, const BarSequence *bars,
                      const Score *like, int i, float mix, Error *err) {
    char name[32], track[32];
    snprintf(name, sizeof name, "blend-%02d%s", i + 1, format_ending(options->format));
    snprintf(track, sizeof track, "blend %.2f", (double)mix);
    BarSequence result = {0};
    char *path = file_join(options->out, name);
    bool ok = path ? compose_blend(model->reader, &result, &bars[0], &bars[1], mix, interrupt_flag(), err) &&
                         headless_write(options, &result, like, track, path, err)
                   : error_memory(err, "a path");
    if (ok) console_print("%s", path);
    free(path);
    bar_sequence_deinit(&result);
    return ok;
}

int verb_blend(const Options *options) {
    Error err = {0};
    Score score[2] = {{0}, {0}};
    BarSequence bars[2] = {{0}, {0}};
    HeadlessModel model = {0};
    if (!headless_has_place(options, &err)) return headless_usage(&err);
    bool ok = headless_open(&model, options, &err) && headless_read_pair(&score[0], &score[1], options, &err);
    for (int i = 0; i < 2 && ok; i++) ok = headless_bars(&bars[i], &score[i], options->operand[i], &err);
    if (ok) headless_say_lengths(&bars[1], options->operand[1], &bars[0], options->operand[0]);
    float mix[MIXES_MAX];
    ok = ok && headless_make_folder(options->out, &err) &&
         compose_blend_mixes(model.reader, mix, options->mixes, &bars[0], &bars[1], interrupt_flag(), &err);
    Progress progress = progress_begin("blending", "melodies", 0, options->mixes);
    for (int i = 0; i < options->mixes && ok; i++) {
        progress_show(&progress, i, NULL);
        ok = write_mix(options, &model, bars, &score[0], i, mix[i], &err);
    }
    progress_end(&progress);
    headless_close(&model);
    for (int i = 0; i < 2; i++) {
        bar_sequence_deinit(&bars[i]);
        score_deinit(&score[i]);
    }
    return ok ? VERB_OK : headless_fail(&err);
}
