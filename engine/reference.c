#include "engine/reference.h"

#include <stdio.h>

#include "engine/interval.h"

void reference_words(char *out, size_t size, const Reference *reference, const char *bar) {
    if (reference->interval == 0)
        snprintf(out, size, "%s", bar);
    else
        snprintf(out, size, "%s, %s", bar, interval_words(reference->interval));
}
