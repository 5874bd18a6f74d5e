/* Random song: a whole Document for the tests of app; the same for the same seed. */
#ifndef REFRAIN_TESTS_SUPPORT_RANDOM_SONG_H
#define REFRAIN_TESTS_SUPPORT_RANDOM_SONG_H

#include "engine/music/document.h"
#include "engine/base/rng.h"

/* Two melodies, a mixed recipe with locks and samples, loop, key, seed. deinit it. */
void random_song(Document *out, Rng *rng);
/* The bytes that a file of it would hold, malloc'ed. */
unsigned char *random_song_bytes(const Document *document, size_t *size);

#endif
