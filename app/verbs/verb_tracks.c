#include <jansson.h>
#include <stdlib.h>

#include "app/cli/console.h"
#include "app/verbs/headless.h"
#include "app/cli/json_text.h"
#include "engine/music/key.h"

/* The tunes of a file that has several, the one that is listed below marked. */
static bool print_tune(void *to, const ScoreFileTune *tune) {
    const int *listed = to;
    console_print("%4d %s  %s", tune->number, tune->number == *listed ? "*" : " ",
                  tune->title[0] ? tune->title : "(no title)");
    return true;
}

static bool is_first(void *to, const ScoreFileTune *tune) {
    (void)to;
    return tune->number == 1;
}

static void print_tunes(const unsigned char *bytes, size_t size, const char *path, int listed) {
    if (score_file_tunes(bytes, size, path, is_first, NULL) < 2) return;
    console_print("tune  title");
    score_file_tunes(bytes, size, path, print_tune, &listed);
    console_text("\n");
}

static void print_text(const SmfRows *rows) {
    console_print("track  channel  program  notes  range    chords  name");
    for (int r = 0; r < rows->count; r++) {
        const SmfRow *row = &rows->row[r];
        char low[KEY_SPELLING_SIZE], high[KEY_SPELLING_SIZE];
        key_spell((Key){0}, row->low, low);
        key_spell((Key){0}, row->high, high);
        console_print("%4d %s  %5d  %7d  %5d  %3s %-3s  %5.0f%%  %s%s", r + 1, r == rows->melody ? "*" : " ",
                      row->channel + 1, row->program, row->notes, low, high, 100 * row->chords, row->name,
                      row->lyrics ? " (sung)" : "");
    }
    console_text("\n");
    if (rows->melody < 0)
        console_print("No melody: there is only percussion.");
    else if (smf_rows_reason(rows->reason)[0])
        console_print("The melody (*) is track %d, %s.", rows->melody + 1, smf_rows_reason(rows->reason));
    else
        console_print("The melody (*) is track %d.", rows->melody + 1);
}

static json_t *row_json(const SmfRows *rows, int index) {
    const SmfRow *row = &rows->row[index];
    return json_pack("{s:i, s:i, s:o, s:i, s:i, s:i, s:i, s:i, s:f, s:b, s:b}", "track", index + 1, "chunk",
                     row->chunk, "name", json_text(row->name), "channel", row->channel + 1, "program",
                     row->program, "notes", row->notes, "low", row->low, "high", row->high, "chords",
                     row->chords, "lyrics", (int)row->lyrics, "melody", (int)(index == rows->melody));
}

static bool print_json(const SmfRows *rows, Error *err) {
    json_t *list = json_array();
    bool ok = list != NULL;
    for (int r = 0; ok && r < rows->count; r++) ok = json_array_append_new(list, row_json(rows, r)) == 0;
    char *text = ok ? json_dumps(list, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6)) : NULL;
    bool done = text != NULL;
    if (done) console_text(text);
    if (done) console_text("\n");
    json_decref(list);
    free(text);
    return done || error_memory(err, "the JSON text");
}

int verb_tracks(const Options *options) {
    Error err = {0};
    SmfRows rows = {0};
    const char *path = options->operand[0];
    const ScoreFileWish wish = headless_wish(options);
    unsigned char *bytes = NULL;
    size_t size = 0;
    bool ok = headless_bytes(path, SCORE_FILE_SIZE_MAX, &bytes, &size, &err) &&
              score_file_rows(&rows, bytes, size, headless_path(path), &wish, &err);
    if (ok && !options->json) print_tunes(bytes, size, path, options->tune ? options->tune : 1);
    free(bytes);
    if (ok && options->json)
        ok = print_json(&rows, &err);
    else if (ok)
        print_text(&rows);
    smf_rows_deinit(&rows);
    return ok ? VERB_OK : headless_fail(&err);
}
