/* Document: everything that a song is, and nothing else: two scores, the recipe of the result, others that are kept, loop, key, seed.
 *
 * The result is not part of it: it is derived, result = decode(recipe). A Document is plain data of one thread; a zeroed
 * one is valid. A copy shares the tracks and timelines: it costs a pointer a track, and an edit costs the track that it
 * touches. Bars of the recipe are the model's (grouping.h), so a song in 2/4 has half as many as it has measures.
 *
 * Invariants, kept by document_normalise: there is a context when the context has notes; the recipe has one source per
 * model bar of the score that gives the result its structure (the context, or the original when there is no context), and
 * no source names a bar that does not exist. */
#ifndef REFRAIN_ENGINE_MUSIC_DOCUMENT_H
#define REFRAIN_ENGINE_MUSIC_DOCUMENT_H

#include <stddef.h>

#include "engine/music/key.h"
#include "engine/music/recipe.h"
#include "engine/music/score.h"
#include "engine/music/takes.h"

/* How the original is transposed to fit the context before their latents meet: not at all; tonic onto tonic (relative major
 * where the modes differ); by octaves, so that the middles of the two come closest. */
typedef enum {
    DOCUMENT_ALIGN_NONE,
    DOCUMENT_ALIGN_KEY,
    DOCUMENT_ALIGN_REGISTER,
    DOCUMENT_ALIGNS
} DocumentAlign;

/* How far that is: decided once, from the notes as they were, and kept while they change; shown, and only decided anew when
 * somebody asks. Zeroed = not at all. */
typedef struct {
    DocumentAlign align;
    int16_t semitones;
    Key from, into; /* the original's and the context's as they were then; of DOCUMENT_ALIGN_KEY */
} DocumentFit;

/* Which score; the numbers stand in files. */
typedef enum { DOCUMENT_ORIGINAL, DOCUMENT_CONTEXT, DOCUMENT_SCORES } DocumentScore;

const char *document_score_name(DocumentScore score); /* "original", "context" */

typedef struct {
    Score score[DOCUMENT_SCORES]; /* the original's title is the song's */
    bool has_context;             /* set by document_normalise */
    Recipe recipe;
    Takes *takes;                 /* other recipes, by name; null = none */
    int32_t loop_start, loop_end; /* ticks */
    bool looping;
    Key key[DOCUMENT_SCORES]; /* as somebody has set it; not known = detected */
    DocumentFit fit;          /* of the original to the context; none without one */
    double temperature;       /* of resampled bars, DOCUMENT_TEMPERATURE_MIN .. _MAX */
    uint64_t seed;            /* of the next resampled bar */
} Document;

enum { DOCUMENT_SEED = 1 };
#define DOCUMENT_TEMPERATURE 0.8
#define DOCUMENT_TEMPERATURE_MIN 0.1
#define DOCUMENT_TEMPERATURE_MAX 2.0

void document_init(Document *document); /* an empty song; cannot fail */
void document_deinit(Document *document);
bool document_copy(Document *to, const Document *from, Error *err); /* to is deinited first */
bool document_equal(const Document *a, const Document *b);
/* Memory that it holds and that before (may be null), the document that it was made from, does not share: what undo pays. */
size_t document_bytes_beside(const Document *document, const Document *before);

/* Restores the invariants after a change of the scores, which have so many model bars (engine/bar.h, bar_normalise). */
bool document_normalise(Document *document, const int bars[DOCUMENT_SCORES], Error *err);
/* The source that bar `bar` of the result has until somebody chooses: the first is the original's first that has a note. */
BarSource document_default_source(const Document *document, int bar);
/* How many sources of bars somebody has chosen. */
int document_chosen_sources(const Document *document);
/* The recipe and takes of another document, for the same context: what nobody had chosen there is this document's default. */
bool document_take_recipe(Document *document, const Document *from, Error *err);
/* The score whose structure, timeline and instrument the result has. */
DocumentScore document_base(const Document *document);
/* Its first voice; never null. */
const Track *document_voice(const Document *document, DocumentScore score);

/* A kept take becomes the recipe, as far as the result has its bars. document_normalise follows. */
bool document_choose_take(Document *document, int take, Error *err);

/* The key of a voice of this score, or of one derived from it: the set one, else the detected one. */
Key document_key(const Document *document, DocumentScore score, const Track *voice);
/* Decides the fit of the notes as they are: none where one of the two has none. */
void document_decide_fit(Document *document, DocumentAlign align);
/* "D into F: +3", "octaves: -12"; "" for none. */
void document_fit_words(const DocumentFit *fit, char *out, size_t size);
const char *document_align_name(DocumentAlign align); /* "none", "key", "register" */
bool document_align_parse(DocumentAlign *align, const char *text);

bool document_temperature_fits(double temperature);

/* `bars` empty written bars open at (or close from) written bar `at` of one score, in all its tracks and in its timeline; the
 * recipe and the takes move along. */
bool document_insert_bars(Document *document, DocumentScore score, int at, int bars, Error *err);
bool document_delete_bars(Document *document, DocumentScore score, int at, int bars, Error *err);

#endif
