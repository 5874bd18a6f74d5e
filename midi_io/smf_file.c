#include "midi_io/smf_file.h"

#include <stdlib.h>

#include "engine/base/file.h"
#include "midi_io/smf_write.h"

enum { FILE_SIZE_MAX = 32 << 20 };

static bool name_file(Error *err, const char *path) {
    return err ? error_set(err, "%s: %s", path, err->text) : false;
}

static bool choose_voice(Score *score, const char *wanted, SmfReport *report, Error *err) {
    SmfRows rows = {0};
    bool done = smf_rows_list(&rows, score, err);
    int row = done && wanted ? smf_rows_find(&rows, wanted, err) : rows.melody;
    if (done && wanted) done = row >= 0;
    if (row < 0 && rows.count > 0) row = 0; /* drums, and nobody asked for more */
    if (done && row >= 0) done = score_add_voice(score, row, err);
    if (done && row >= 0)
        smf_report_taken(report, &rows, row, wanted ? "" : smf_rows_reason(rows.reason), rows.row[row].notes);
    smf_rows_deinit(&rows);
    return done;
}

bool smf_file_parse(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                    const char *wanted, SmfReport *report, Error *err) {
    SmfReport ignored;
    if (!report) report = &ignored;
    *report = (SmfReport){0};
    bool done = smf_read(out, reading, bytes, size, err);
    bool own = smf_state_is_whole(&reading->state);
    if (done && (wanted || !own)) done = choose_voice(out, wanted, report, err);
    if (done) smf_report_repairs(report, reading);
    return done;
}

bool smf_file_open(Score *out, SmfReading *reading, const char *path, const char *wanted, SmfReport *report,
                   Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    bool done = smf_file_parse(out, reading, bytes, size, wanted, report, err);
    free(bytes);
    return done || name_file(err, path);
}

static bool read_file(Score *score, SmfReading *reading, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    bool done = smf_read(score, reading, bytes, size, err) || name_file(err, path);
    free(bytes);
    return done;
}

bool smf_file_rows(SmfRows *out, const char *path, Error *err) {
    Score score = {0};
    SmfReading reading = {0};
    bool done = read_file(&score, &reading, path, err) && smf_rows_list(out, &score, err);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return done;
}

bool smf_file_save(const Score *score, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!smf_write(score, (Key){0}, NULL, &bytes, &size, err)) return false;
    bool done = file_save(path, bytes, size, err);
    free(bytes);
    return done;
}
