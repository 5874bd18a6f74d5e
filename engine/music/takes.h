/* Takes: recipes that somebody wants to come back to, each by its name; in the order in which they were kept.
 *
 * Immutable once shared, and counted, so that undo keeps any number of documents with the same takes: a change makes another
 * list. Null is the empty one, which every question accepts. References may be taken and given back from any thread. */
#ifndef REFRAIN_ENGINE_MUSIC_TAKES_H
#define REFRAIN_ENGINE_MUSIC_TAKES_H

#include "engine/music/recipe.h"

enum { TAKES_MAX = 64, TAKES_NAME_SIZE = 40 };

typedef struct Takes Takes;

Takes *takes_ref(const Takes *takes); /* returns it; null stays null */
void takes_unref(Takes *takes);
bool takes_equal(const Takes *a, const Takes *b);
size_t takes_bytes(const Takes *takes); /* memory that it takes */

int takes_count(const Takes *takes);
const char *takes_name(const Takes *takes, int index);
const Recipe *takes_recipe(const Takes *takes, int index);
int takes_find(const Takes *takes, const char *name);   /* -1 = none of that name */
int takes_of(const Takes *takes, const Recipe *recipe); /* the first that is this recipe, -1 = none */

/* Another list takes the place of *takes, whose reference is given back; on failure, with a sentence, nothing changes.
 * keep: the recipe stands under that name (cut to TAKES_NAME_SIZE, without control characters), instead of an older one or last.
 * forget: without that one. change: all recipes have been changed. */
bool takes_keep(Takes **takes, const char *name, const Recipe *recipe, Error *err);
bool takes_forget(Takes **takes, int index, Error *err);
bool takes_change(Takes **takes, bool (*change)(Recipe *recipe, void *how, Error *err), void *how,
                  Error *err);

#endif
