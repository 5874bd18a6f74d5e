/* Fuzz target: any bytes as a score with everything in it. What was read and written again is a file that needs no repair, and
 * from then on the same bytes for ever. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_read.h"
#include "midi_io/smf_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads and writes again: null where the bytes are refused, which takes a sentence. */
static unsigned char *resave(const uint8_t *data, size_t size, size_t *written, SmfRepairs *repairs) {
    Score score = {0};
    SmfReading reading = {0};
    Error err = {""};
    unsigned char *bytes = NULL;
    if (smf_read(&score, &reading, data, size, &err)) {
        if (!smf_write(&score, (Key){0}, &reading.state, &bytes, written, NULL)) abort();
    } else if (!err.text[0] || strchr(err.text, '\n')) {
        abort();
    }
    *repairs = reading.repairs;
    score_deinit(&score);
    smf_read_deinit(&reading);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    SmfRepairs first, none;
    size_t written, again;
    unsigned char *bytes = resave(data, size, &written, &first);
    if (!bytes) return 0;
    unsigned char *same = resave(bytes, written, &again, &none);
    if (!same) abort();
    if (none.cut_short || none.damaged || none.too_long || none.frames || none.patterns || none.masked ||
        none.stray || none.behind)
        abort();
    if (again != written || memcmp(bytes, same, written) != 0) abort();
    free(bytes);
    free(same);
    return 0;
}
