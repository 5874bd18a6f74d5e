/* Recipe: where each bar of the result comes from. The result is derived, result = decode(recipe); it is edited only by giving
 * one of its bars another source.
 *
 * Text form (stored in songs and journals): the line "refrain-recipe 2", then a line for each voice, from top to bottom, with one
 * word for each bar; all lines have equally many. A recipe of no bars is the first line alone.
 *   o  the same bar of the original    o5  its bar 5    ov2  the same bar of its voice 2    o5v2  bar 5 of its voice 2
 *   c  the context, likewise           m0.25  a mix of the two same-numbered bars (0 = original .. 1 = context)
 *   p12345@0.8  sample of this bar's own posterior with seed and temperature    n12345@1  sample of the prior
 *   k3c---3e---........~7  a bar kept as its notes: 16 steps, each . for a rest, - for what goes on sounding, or two hexadecimal
 *       digits, 00 to 7f: the MIDI pitch of a note that begins; / makes a triplet of the quarter that it ends; short bars end with rests. Then, where it is known,
 *       ~ and the seed that the bar was drawn with.
 * followed by "!" when the bar is locked. Example: "refrain-recipe 2\no c5 c! m0.5 p7@1".
 * Read too: "refrain-recipe 1", one voice, its words behind it, of the kinds o, c, m, p and n, without numbers of bars. */
#ifndef REFRAIN_ENGINE_MUSIC_RECIPE_H
#define REFRAIN_ENGINE_MUSIC_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

enum { RECIPE_STEPS = 16 };

/* The first two are the scores of a document, by their numbers. */
typedef enum {
    RECIPE_ORIGINAL, /* a bar of the original */
    RECIPE_CONTEXT,  /* a bar of the context */
    RECIPE_MIX,
    RECIPE_POSTERIOR, /* seeded sample around the bar's default source */
    RECIPE_PRIOR, /* seeded sample of the prior: the model's fitted one, after the bars before, or N(0, 1) */
    RECIPE_NOTES, /* kept as its notes: drawn once or edited; these stand, and the model reads them */
} RecipeKind;

/* One step of a bar that is kept as its notes; a pitch p as it sounds is STEP_PITCH + p. STEP_TRIPLET in the fourth place of a
 * quarter: the three before it are thirds (engine/bar.h). */
enum { STEP_REST, STEP_HOLD, STEP_PITCH, STEP_LAST = STEP_PITCH + 127, STEP_TRIPLET };

typedef struct {
    RecipeKind kind;
    bool locked;                /* bulk actions leave it alone */
    bool seeded;                /* RECIPE_NOTES: it was drawn with this seed, which is shown */
    uint8_t voice;              /* a score's: 0 = the voice of the row, else this one, counted from 1 */
    int32_t bar;                /* a score's: 0 = the bar of the same number, else this one, counted from 1 */
    float mix;                  /* RECIPE_MIX: 0 = original .. 1 = context */
    float temperature;          /* samples */
    uint64_t seed;              /* samples; of notes see seeded */
    uint8_t step[RECIPE_STEPS]; /* RECIPE_NOTES */
} BarSource;

/* A row of sources for each voice, from top to bottom; all are equally long. */
typedef struct {
    BarSource *bar; /* (voices, count), owned: so bar[t] is bar t of the first voice */
    int count;      /* bars */
    int voices;     /* 0 = not said yet, which grows into 1 */
} Recipe;

void recipe_deinit(Recipe *recipe);
/* Grows or shrinks all rows; new bars get the default source: bar 0 the original, later ones the context (original when there
 * is no context). */
bool recipe_resize(Recipe *recipe, int count, bool has_context, Error *err);
/* `bars` default ones open at bar `at` of all rows, or the bars from there are taken out. */
bool recipe_insert_bars(Recipe *recipe, int at, int bars, bool has_context, Error *err);
void recipe_delete_bars(Recipe *recipe, int at, int bars);
/* What names a bar of this score (RECIPE_ORIGINAL or RECIPE_CONTEXT) goes on naming it when `bars` have opened at its bar `at`, or
 * -bars from there are gone; what names one of these becomes the default. */
void recipe_follow_bars(Recipe *recipe, RecipeKind score, int at, int bars, bool has_context);
bool recipe_copy(Recipe *to, const Recipe *from, Error *err);
bool recipe_equal(const Recipe *a, const Recipe *b);
BarSource recipe_default(int bar, bool has_context);
/* Which bar of its score a source of bar t names, counted from 0. */
int source_bar(const BarSource *source, int t);
/* Where a bar of the result comes from, in words; a lock is not told. 80 bytes hold every one. */
typedef enum {
    SOURCE_SIGN, /* "1", "2", "1:5" bar 5, "25%" of the context, "~" a variation, "~n" drawn anew, "=" kept notes */
    SOURCE_SHORT, /* "1 original", "1 bar 5", "25% of 2", "~vary 7 @0.8", "~new 7 @0.8": seed and temperature, "=kept 7" */
    SOURCE_LONG, /* "the original", "bar 5 of the original", "a mix: 25% context, 75% original", "kept notes, seed 7" .. */
} SourceWords;
void source_words(char *out, size_t size, const BarSource *source, SourceWords words);
/* malloc'ed text / reads it back; a malformed text is refused with a sentence. */
char *recipe_to_text(const Recipe *recipe);
bool recipe_from_text(Recipe *recipe, const char *text, Error *err);

#endif
