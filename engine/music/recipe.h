/* Recipe: whose latent each bar of the result uses. The result is derived, result = decode(recipe), and never edited.
 *
 * Text form (one line, stored in songs and journals): "refrain-recipe 1" then one word per bar:
 *   o  original    c  context    m0.25  mix (0 = original .. 1 = context)
 *   p12345@0.8  sample of this bar's own posterior with seed and temperature    n12345@1  sample of the prior
 * followed by "!" when the bar is locked. Example: "refrain-recipe 1 o c c! m0.5 p7@1". */
#ifndef REFRAIN_ENGINE_MUSIC_RECIPE_H
#define REFRAIN_ENGINE_MUSIC_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"

typedef enum {
    RECIPE_ORIGINAL,
    RECIPE_CONTEXT,
    RECIPE_MIX,
    RECIPE_POSTERIOR, /* seeded sample around the bar's default source */
    RECIPE_PRIOR, /* seeded sample of the prior: the model's fitted one, after the bars before, or N(0, 1) */
} RecipeKind;

typedef struct {
    RecipeKind kind;
    bool locked;       /* bulk actions leave it alone */
    float mix;         /* RECIPE_MIX: 0 = original .. 1 = context */
    float temperature; /* samples */
    uint64_t seed;     /* samples */
} BarSource;

typedef struct {
    BarSource *bar; /* owned */
    int count;
} Recipe;

void recipe_deinit(Recipe *recipe);
/* Grows or shrinks; new bars get the default source: bar 0 the original, later ones the context (original when there
 * is no context). */
bool recipe_resize(Recipe *recipe, int count, bool has_context, Error *err);
bool recipe_copy(Recipe *to, const Recipe *from, Error *err);
bool recipe_equal(const Recipe *a, const Recipe *b);
BarSource recipe_default(int bar, bool has_context);
/* Where a bar of the result comes from, in words; a lock is not told. 80 bytes hold every one. */
typedef enum {
    SOURCE_SIGN, /* "1", "2", "25%" of the context, "~" a variation, "~n" drawn anew */
    SOURCE_SHORT, /* "1 original", "2 context", "25% of 2", "~vary 7 @0.8", "~new 7 @0.8": seed and temperature */
    SOURCE_LONG, /* "the original", "a mix: 25% context, 75% original", "drawn anew, seed 7, temperature 0.8" .. */
} SourceWords;
void source_words(char *out, size_t size, const BarSource *source, SourceWords words);
/* malloc'ed text / reads it back; a malformed text is refused with a sentence. */
char *recipe_to_text(const Recipe *recipe);
bool recipe_from_text(Recipe *recipe, const char *text, Error *err);

#endif
