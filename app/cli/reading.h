/* Reading: what reading a melody as the model's bars had to change or leave out, in words: for the verbs, and for the composer
 * when it opens a file. */
#ifndef REFRAIN_APP_CLI_READING_H
#define REFRAIN_APP_CLI_READING_H

#include "engine/bar.h"

enum { READING_WORDS_SIZE = 128 };

/* The index-th thing, from 0: "3 notes under a higher one, not read". False when there are no more. */
bool reading_words(const BarReport *report, int index, char *out, size_t size);

#endif
