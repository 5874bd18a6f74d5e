#include "ui/names.h"

#include <stdio.h>

#include "engine/music/melody.h"

void names_pitch(int pitch, char out[8]) {
    static const char *const names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    if (pitch < 0 || pitch > 127)
        snprintf(out, 8, "?");
    else
        snprintf(out, 8, "%s%d", names[pitch % 12], pitch / 12 - 1);
}

void names_length(int32_t ticks, char *out, size_t size) {
    static const struct {
        int32_t ticks;
        const char *name;
    } names[] = {{60, "1/32"}, {120, "1/16"}, {240, "1/8"}, {480, "1/4"}, {960, "1/2"}, {1920, "1/1"}};
    snprintf(out, size, "%.4g/16", (double)ticks / MELODY_STEP_TICKS);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].ticks == ticks) snprintf(out, size, "%s", names[i].name);
        if (names[i].ticks * 3 / 2 == ticks) snprintf(out, size, "%s.", names[i].name);
    }
}
