#include <stdlib.h>

#include "app/cli/console.h"
#include "app/verbs/headless.h"

/* The whole song, with nothing but its format changed: every track, and the file's own events where they have a place there. */
static bool convert(const Options *options, Score *score, SmfReading *reading, SmfReport *report,
                    Error *err) {
    const char *path = options->operand[0];
    const ScoreFileWish wish = headless_wish(options);
    unsigned char *in = NULL, *out = NULL;
    size_t size = 0, written = 0;
    Format format;
    char lost[SCORE_FILE_LOST_SIZE] = "";
    const bool ok = score_file_format(&format, options->out, options->format, err) &&
                    headless_bytes(path, SCORE_FILE_SIZE_MAX, &in, &size, err) &&
                    score_file_parse(score, reading, in, size, headless_path(path), &wish, report, err) &&
                    score_file_write(score, reading->key, format, &out, &written, lost, err) &&
                    headless_save(options->out, out, written, err);
    if (ok && reading->remarks[0]) console_say("%s: %s", headless_name(path), reading->remarks);
    if (ok && lost[0]) console_say("%s cannot hold everything: %s", format_label(format), lost);
    free(in);
    free(out);
    return ok;
}

int verb_convert(const Options *options) {
    Error err = {0};
    Score score = {0};
    SmfReading reading = {0};
    SmfReport report;
    const bool ok = convert(options, &score, &reading, &report, &err);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return ok ? VERB_OK : headless_fail(&err);
}
