#include "ui/names.h"

#include <stdio.h>

void names_length(int32_t ticks, int division, char *out, size_t size) {
    snprintf(out, size, "%.4g/16", 4.0 * ticks / division);
    for (int part = 1; part <= 32; part *= 2) { /* of a whole note */
        int64_t parts = (int64_t)ticks * part, whole = 4 * (int64_t)division;
        if (parts == whole) snprintf(out, size, "1/%d", part);
        if (3 * parts == 2 * whole) snprintf(out, size, "1/%dt", part);
        if (2 * parts == 3 * whole) snprintf(out, size, "1/%d.", part);
    }
}
