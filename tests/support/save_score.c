#include "tests/support/save_score.h"

#include <stdlib.h>

#include "engine/base/file.h"
#include "midi_io/score_file.h"

bool save_score(const Score *score, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    Format format;
    char lost[SCORE_FILE_LOST_SIZE];
    bool done = score_file_format(&format, path, FORMAT_OTHER, err) &&
                score_file_write(score, (Key){0}, format, &bytes, &size, lost, err) &&
                file_save(path, bytes, size, err);
    free(bytes);
    return done;
}
