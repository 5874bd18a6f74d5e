/* Reads MIDI files as scores and writes them again, unedited: tool_resave IN OUT [IN OUT ..]. One line on each that was refused,
 * repaired or is read-only; 0 unless a file could be read but not written. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "midi_io/smf_read.h"
#include "midi_io/smf_write.h"

enum { FILE_SIZE_MAX = 32 << 20 };

static void say_repairs(const SmfReading *reading, const char *path) {
    const SmfRepairs *r = &reading->repairs;
    const char *read_only = smf_check_read_only(r);
    if (read_only) printf("%s: read-only: %s\n", path, read_only);
    if (r->cut_short || r->damaged || r->masked || r->stray || r->behind)
        printf("%s: repaired:%s%s %d masked, %d stray, %d bytes behind\n", path,
               r->cut_short ? " cut short," : "", r->damaged ? " damaged," : "", r->masked, r->stray,
               r->behind);
}

/* False only where what was read cannot be written. */
static bool resave(const char *from, const char *to) {
    Error err = {0};
    unsigned char *bytes = NULL, *written = NULL;
    size_t size = 0, written_size = 0;
    Score score = {0};
    SmfReading reading = {0};
    bool done =
        file_read(from, FILE_SIZE_MAX, &bytes, &size, &err) && smf_read(&score, &reading, bytes, size, &err);
    if (!done) printf("%s: refused: %s\n", from, err.text);
    bool saved = !done || (smf_write(&score, (Key){0}, NULL, &written, &written_size, &err) &&
                           file_save(to, written, written_size, &err));
    if (done) say_repairs(&reading, from);
    if (!saved) printf("%s: not written: %s\n", from, err.text);
    score_deinit(&score);
    smf_read_deinit(&reading);
    free(bytes);
    free(written);
    return saved;
}

int main(int count, char **argument) {
    bool done = true;
    for (int i = 1; i + 1 < count; i += 2) done = resave(argument[i], argument[i + 1]) && done;
    return done ? 0 : 1;
}
