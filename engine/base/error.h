/* Error: one sentence for a person, saying what is wrong and what to do.
 *
 * Functions that can fail because of the outside world return bool and take an Error *; on false the text is set, on
 * true it is untouched. A null Error * is allowed everywhere and means that the caller does not want the text. */
#ifndef REFRAIN_ENGINE_BASE_ERROR_H
#define REFRAIN_ENGINE_BASE_ERROR_H

#include <stdbool.h>

typedef struct {
    char text[400];
} Error;

/* Formats the sentence (cut to fit; one full stop at its end) and returns false, so that a caller can write: return error_set(err, ...). */
bool error_set(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* error_set for "out of memory", naming what was wanted. */
bool error_memory(Error *err, const char *what);
/* Is it of error_memory? For who goes on without what is damaged, but not without what there was only no room for. */
bool error_is_memory(const Error *err);

#endif
