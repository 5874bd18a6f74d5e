/* Any bytes as ABC: every tune of them is read without a crash or refused with a sentence; what was read is written, and that is read
 * without a word, has as many tracks, and is from then on the same text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/abc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    TUNES_MAX = 8,
    NOTES_MAX = 4000
}; /* repeats make long music out of short texts: writing it tests nothing more */

static void require(bool condition) {
    if (!condition) abort();
}

static bool read_text(Score *score, const char *text, size_t size, char remarks[ABC_REMARKS_SIZE], Key *key) {
    AbcTune tune = {0};
    Error err = {""};
    require(abc_next(&tune, text, size));
    const bool done = abc_read(score, key, remarks, &tune, &err);
    require(done || err.text[0]);
    return done;
}

static void check_round_trip(const Score *score, Key key) {
    Score back = {0}, again = {0};
    Key same = {0};
    char *text = NULL, *once_more = NULL, lost[ABC_LOST_SIZE], remarks[ABC_REMARKS_SIZE];
    size_t size, more;
    require(abc_write(score, key, NULL, &text, &size, lost, NULL));
    require(read_text(&back, text, size, remarks, &same));
    require(!remarks[0]);
    require(abc_write(&back, same, NULL, &once_more, &more, lost, NULL));
    require(read_text(&again, once_more, more, remarks, &same));
    require(again.tracks == back.tracks);
    free(text);
    free(once_more);
    score_deinit(&back);
    score_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AbcTune tune = {0};
    for (int i = 0; i < TUNES_MAX && abc_next(&tune, (const char *)data, size); i++) {
        Score score = {0};
        Key key = {0};
        Error err = {""};
        char remarks[ABC_REMARKS_SIZE], title[TRACK_NAME_SIZE];
        abc_title(&tune, title);
        require(tune.line >= 1);
        if (abc_read(&score, &key, remarks, &tune, &err)) {
            int notes = 0;
            for (int t = 0; t < score.tracks; t++) notes += score.track[t]->count;
            require(notes > 0 && memchr(remarks, '\0', sizeof remarks));
            if (notes <= NOTES_MAX && score_end(&score) < 4000 * timeline_division(score.timeline))
                check_round_trip(&score, key);
        } else {
            require(err.text[0]);
        }
        score_deinit(&score);
    }
    return 0;
}
