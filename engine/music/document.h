/* Document: everything that a song is, and nothing else: two melodies, the recipe of the result, loop, key, seed.
 *
 * The result is not part of it: it is derived, result = decode(recipe). A Document is plain data of one thread; a zeroed
 * one is valid. Bars of the recipe are the engine's bars (bar.h), so a song in 2/4 has half as many as it has measures.
 *
 * Invariants, kept by document_normalise: there is a context when the context has notes; the recipe has one source per
 * engine bar of the melody that gives the result its structure (the context, or the original when there is no context), and
 * no source names a bar that does not exist. */
#ifndef REFRAIN_ENGINE_MUSIC_DOCUMENT_H
#define REFRAIN_ENGINE_MUSIC_DOCUMENT_H

#include <stddef.h>

#include "engine/music/key.h"
#include "engine/music/melody.h"
#include "engine/music/recipe.h"

/* How the original is transposed to fit the context before their latents meet: not at all; tonic onto tonic (relative major
 * where the modes differ); by octaves, so that the middles of the two come closest. */
typedef enum {
    DOCUMENT_ALIGN_NONE,
    DOCUMENT_ALIGN_KEY,
    DOCUMENT_ALIGN_REGISTER,
    DOCUMENT_ALIGNS
} DocumentAlign;

typedef struct {
    Melody original; /* its name is the song's title */
    Melody context;
    bool has_context; /* set by document_normalise */
    Recipe recipe;
    int32_t loop_start, loop_end; /* ticks */
    bool looping;
    Key key; /* used when key_is_set, else the key is detected */
    bool key_is_set;
    DocumentAlign align;
    double temperature; /* of resampled bars, DOCUMENT_TEMPERATURE_MIN .. _MAX */
    uint64_t seed;      /* of the next resampled bar */
} Document;

enum { DOCUMENT_SEED = 1 };
#define DOCUMENT_TEMPERATURE 0.8
#define DOCUMENT_TEMPERATURE_MIN 0.1
#define DOCUMENT_TEMPERATURE_MAX 2.0

void document_init(Document *document); /* an empty song; cannot fail */
void document_deinit(Document *document);
bool document_copy(Document *to, const Document *from, Error *err); /* to is deinited first */
bool document_equal(const Document *a, const Document *b);
size_t document_bytes(const Document *document); /* memory it owns, for the undo bound */

/* Restores the invariants after a change of the melodies. */
bool document_normalise(Document *document, Error *err);
/* Engine bars of a melody; written bars where the model cannot read its meter. -1 when memory is short. */
int document_engine_bars(const Melody *melody, Error *err);
/* Ticks of one engine bar. */
int32_t document_engine_bar_ticks(const Melody *melody);
/* The melody whose structure, tempo, meter and program the result has. */
const Melody *document_base(const Document *document);

/* The key of a melody of this document: the set one, else the detected one. */
Key document_key(const Document *document, const Melody *melody);
/* Semitones by which the original is moved before its latents are used; 0 without a context. */
int document_align_interval(const Document *document);
const char *document_align_name(DocumentAlign align); /* "none", "key", "register" */
bool document_align_parse(DocumentAlign *align, const char *text);

bool document_temperature_fits(double temperature);

/* `bars` empty written bars open at (or close from) bar `at` of one of the document's melodies; the recipe moves along. */
bool document_insert_bars(Document *document, Melody *melody, int at, int bars, Error *err);
bool document_delete_bars(Document *document, Melody *melody, int at, int bars, Error *err);

#endif
