/* Any bytes as MusicXML, packed or plain: read without a crash or refused with a sentence; what was read is written, and that is read
 * without a word, with as many tracks, and packed it comes back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/format.h"
#include "midi_io/musicxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOTES_MAX = 4000 }; /* repeats make long music out of short texts: writing it tests nothing more */

static void require(bool condition) {
    if (!condition) abort();
}

static void check_round_trip(const Score *score, Key key) {
    Score back = {0};
    Key same = {0};
    char *text = NULL, lost[MUSICXML_LOST_SIZE], remarks[MUSICXML_REMARKS_SIZE];
    unsigned char *packed = NULL, *unpacked = NULL;
    size_t size, packed_size, unpacked_size;
    int tracks = 0;
    require(musicxml_write(score, key, &text, &size, lost, NULL));
    require(musicxml_read(&back, &same, remarks, (unsigned char *)text, size, NULL));
    require(!remarks[0]);
    for (int t = 0; t < score->tracks; t++) tracks += score->track[t]->count > 0;
    require(back.tracks == tracks);
    require(musicxml_pack(text, size, &packed, &packed_size, NULL));
    require(musicxml_unpack(packed, packed_size, &unpacked, &unpacked_size, NULL));
    require(unpacked_size == size && memcmp(unpacked, text, size) == 0);
    free(text);
    free(packed);
    free(unpacked);
    score_deinit(&back);
}

static void read_score(const uint8_t *data, size_t size) {
    Score score = {0};
    Key key = {0};
    Error err = {""};
    char remarks[MUSICXML_REMARKS_SIZE];
    if (musicxml_read(&score, &key, remarks, data, size, &err)) {
        int notes = 0;
        for (int t = 0; t < score.tracks; t++) notes += score.track[t]->count;
        require(notes > 0 && memchr(remarks, '\0', sizeof remarks));
        if (notes <= NOTES_MAX && score_end(&score) < 4000 * timeline_division(score.timeline))
            check_round_trip(&score, key);
    } else {
        require(strlen(err.text) > 8);
    }
    score_deinit(&score);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    unsigned char *unpacked = NULL;
    size_t unpacked_size;
    Error err = {""};
    if (format_of_content(data, size) != FORMAT_MXL)
        read_score(data, size);
    else if (musicxml_unpack(data, size, &unpacked, &unpacked_size, &err))
        read_score(unpacked, unpacked_size);
    else
        require(strlen(err.text) > 8);
    free(unpacked);
    return 0;
}
