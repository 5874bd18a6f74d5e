#include "app/align.h"

#include <string.h>

#include "engine/key.h"

static const char *const NAMES[ALIGN_MODES] = {"none", "key", "register"};

const char *align_name(AlignMode mode) {
    return NAMES[mode];
}

AlignMode align_parse(const char *name) {
    int mode = 0;
    while (mode < ALIGN_MODES && strcmp(NAMES[mode], name) != 0) mode++;
    return (AlignMode)mode;
}

/* The pitch that a melody sounds around: the mean weighted by length. */
static double middle(const Melody *melody) {
    double sum = 0.0, length = 0.0;
    for (int i = 0; i < melody->count; i++) {
        sum += (double)melody->notes[i].pitch * melody->notes[i].length;
        length += melody->notes[i].length;
    }
    return sum / length;
}

static int nearest_octaves(double semitones) {
    double octaves = semitones / 12.0;
    return 12 * (int)(octaves < 0.0 ? octaves - 0.5 : octaves + 0.5);
}

int align_semitones(AlignMode mode, const Melody *donor, const Melody *host) {
    if (donor->count == 0 || host->count == 0) return 0;
    if (mode == ALIGN_KEY) return key_interval(key_detect(donor), key_detect(host));
    if (mode == ALIGN_REGISTER) return nearest_octaves(middle(host) - middle(donor));
    return 0;
}
