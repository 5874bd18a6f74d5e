#include "engine/music/takes.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/track.h"

typedef struct {
    char name[TAKES_NAME_SIZE];
    Recipe recipe;
} Take;

struct Takes {
    atomic_int references;
    int count;
    Take take[]; /* room for one more than at first */
};

/* ---- life ---- */

Takes *takes_ref(const Takes *takes) {
    Takes *counted = (Takes *)takes; /* counting is the one thing that may be done to a shared one */
    if (counted) atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
    return counted;
}

void takes_unref(Takes *takes) {
    if (!takes || atomic_fetch_sub_explicit(&takes->references, 1, memory_order_acq_rel) > 1) return;
    for (int i = 0; i < takes->count; i++) recipe_deinit(&takes->take[i].recipe);
    free(takes);
}

static bool add(Takes *takes, const char *name, const Recipe *recipe, Error *err) {
    Take *take = &takes->take[takes->count];
    *take = (Take){0};
    track_write_name(take->name, sizeof take->name, name, strlen(name));
    if (!recipe_copy(&take->recipe, recipe, err)) return false;
    takes->count++;
    return true;
}

/* A copy with room for one more, without the one at `without`. */
static Takes *copy(const Takes *takes, int without, Error *err) {
    int count = takes_count(takes);
    Takes *made = calloc(1, sizeof *made + ((size_t)count + 1) * sizeof *made->take);
    if (!made) {
        error_memory(err, "a take");
        return NULL;
    }
    atomic_init(&made->references, 1);
    for (int i = 0; i < count; i++)
        if (i != without && !add(made, takes->take[i].name, &takes->take[i].recipe, err)) {
            takes_unref(made);
            return NULL;
        }
    return made;
}

/* ---- asking ---- */

int takes_count(const Takes *takes) {
    return takes ? takes->count : 0;
}

const char *takes_name(const Takes *takes, int index) {
    assert(index >= 0 && index < takes_count(takes));
    return takes->take[index].name;
}

const Recipe *takes_recipe(const Takes *takes, int index) {
    assert(index >= 0 && index < takes_count(takes));
    return &takes->take[index].recipe;
}

int takes_find(const Takes *takes, const char *name) {
    for (int i = 0; i < takes_count(takes); i++)
        if (strcmp(takes->take[i].name, name) == 0) return i;
    return -1;
}

int takes_of(const Takes *takes, const Recipe *recipe) {
    for (int i = 0; i < takes_count(takes); i++)
        if (recipe_equal(&takes->take[i].recipe, recipe)) return i;
    return -1;
}

bool takes_equal(const Takes *a, const Takes *b) {
    if (a == b) return true;
    if (takes_count(a) != takes_count(b)) return false;
    for (int i = 0; i < takes_count(a); i++)
        if (strcmp(a->take[i].name, b->take[i].name) != 0 ||
            !recipe_equal(&a->take[i].recipe, &b->take[i].recipe))
            return false;
    return true;
}

size_t takes_bytes(const Takes *takes) {
    size_t bytes = 0;
    for (int i = 0; i < takes_count(takes); i++) {
        const Recipe *recipe = &takes->take[i].recipe;
        bytes += sizeof takes->take[i] + (size_t)recipe->voices * (size_t)recipe->count * sizeof *recipe->bar;
    }
    return bytes;
}

/* ---- other lists ---- */

static bool put(Takes **takes, Takes *made) {
    if (!made) return false;
    takes_unref(*takes);
    *takes = made;
    return true;
}

bool takes_keep(Takes **takes, const char *name, const Recipe *recipe, Error *err) {
    char kept[TAKES_NAME_SIZE];
    track_write_name(kept, sizeof kept, name, strlen(name));
    int index = takes_find(*takes, kept);
    if (!kept[0]) return error_set(err, "A take needs a name: :keep NAME.");
    if (index < 0 && takes_count(*takes) == TAKES_MAX)
        return error_set(err, "There are %d takes already: :forget NAME makes room.", TAKES_MAX);
    Takes *made = copy(*takes, -1, err);
    if (!made) return false;
    if (index < 0 ? add(made, kept, recipe, err) : recipe_copy(&made->take[index].recipe, recipe, err))
        return put(takes, made);
    takes_unref(made);
    return false;
}

bool takes_forget(Takes **takes, int index, Error *err) {
    assert(index >= 0 && index < takes_count(*takes));
    return put(takes, copy(*takes, index, err));
}

bool takes_change(Takes **takes, bool (*change)(Recipe *recipe, void *how, Error *err), void *how,
                  Error *err) {
    if (takes_count(*takes) == 0) return true;
    Takes *made = copy(*takes, -1, err);
    for (int i = 0; i < takes_count(made); i++) {
        if (change(&made->take[i].recipe, how, err)) continue;
        takes_unref(made);
        return false;
    }
    return put(takes, made);
}
