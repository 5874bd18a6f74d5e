#include "engine/music/document.h"

#include <math.h>
#include <string.h>

#include "engine/music/edit.h"
#include "engine/bar.h"

static const char *const ALIGN_NAMES[DOCUMENT_ALIGNS] = {"none", "key", "register"};

void document_init(Document *document) {
    *document = (Document){.temperature = DOCUMENT_TEMPERATURE, .seed = DOCUMENT_SEED};
    melody_init(&document->original);
    melody_init(&document->context);
}

void document_deinit(Document *document) {
    melody_deinit(&document->original);
    melody_deinit(&document->context);
    recipe_deinit(&document->recipe);
    *document = (Document){0};
}

bool document_copy(Document *to, const Document *from, Error *err) {
    document_deinit(to);
    Document copy = *from;
    copy.original = (Melody){0};
    copy.context = (Melody){0};
    copy.recipe = (Recipe){0};
    if (!melody_copy(&copy.original, &from->original, err)) goto fail;
    if (!melody_copy(&copy.context, &from->context, err)) goto fail;
    if (!recipe_copy(&copy.recipe, &from->recipe, err)) goto fail;
    *to = copy;
    return true;
fail:
    document_deinit(&copy);
    return false;
}

static bool settings_equal(const Document *a, const Document *b) {
    if (a->key_is_set != b->key_is_set) return false;
    if (a->key_is_set && (a->key.tonic != b->key.tonic || a->key.mode != b->key.mode)) return false;
    return a->has_context == b->has_context && a->loop_start == b->loop_start && a->loop_end == b->loop_end &&
           a->looping == b->looping && a->align == b->align && a->temperature == b->temperature &&
           a->seed == b->seed;
}

bool document_equal(const Document *a, const Document *b) {
    return settings_equal(a, b) && melody_equal(&a->original, &b->original) &&
           melody_equal(&a->context, &b->context) && recipe_equal(&a->recipe, &b->recipe);
}

size_t document_bytes(const Document *document) {
    return sizeof *document +
           (size_t)(document->original.capacity + document->context.capacity) * sizeof(Note) +
           (size_t)document->recipe.count * sizeof(BarSource);
}

const Melody *document_base(const Document *document) {
    return document->has_context ? &document->context : &document->original;
}

/* Steps of the melody's engine bars and how written bars are regrouped; 0 where the model cannot read the meter. */
static int engine_steps(const Melody *melody, int *regrouped) {
    return bar_steps_of_meter(melody_beats(melody), melody_unit(melody), regrouped);
}

int document_engine_bars(const Melody *melody, Error *err) {
    if (!engine_steps(melody, NULL)) return melody_bar_count(melody);
    BarSequence bars = {0};
    int count = bar_sequence_from_melody(&bars, melody, NULL, err) ? bars.count : -1;
    bar_sequence_deinit(&bars);
    return count;
}

int32_t document_engine_bar_ticks(const Melody *melody) {
    int regrouped = 1;
    int32_t ticks = melody_bar_ticks(melody);
    if (!engine_steps(melody, &regrouped)) return ticks;
    return regrouped == 2 ? 2 * ticks : regrouped == -2 ? ticks / 2 : ticks;
}

/* A source that names a bar which is gone becomes the default one; locks stay. */
static void repair_sources(Document *document, int originals) {
    Recipe *recipe = &document->recipe;
    for (int i = 0; i < recipe->count; i++) {
        BarSource *source = &recipe->bar[i];
        bool wants_original = source->kind == RECIPE_ORIGINAL || source->kind == RECIPE_MIX;
        bool wants_context = source->kind == RECIPE_CONTEXT || source->kind == RECIPE_MIX;
        bool locked = source->locked;
        if (wants_context && !document->has_context) *source = (BarSource){.kind = RECIPE_ORIGINAL};
        if (wants_original && i >= originals) *source = (BarSource){.kind = RECIPE_CONTEXT};
        source->locked = locked;
    }
}

/* Sources name their defaults again when a context comes or goes; locked bars keep what they are told. */
static void follow_context(Document *document) {
    bool has_context = document->context.count > 0;
    if (document->has_context == has_context) return;
    document->has_context = has_context;
    for (int i = 0; i < document->recipe.count; i++)
        if (!document->recipe.bar[i].locked) document->recipe.bar[i] = recipe_default(i, has_context);
}

bool document_normalise(Document *document, Error *err) {
    follow_context(document);
    int originals = document_engine_bars(&document->original, err);
    int count = document->has_context ? document_engine_bars(&document->context, err) : originals;
    if (originals < 0 || count < 0) return false;
    if (document->recipe.count != count &&
        !recipe_resize(&document->recipe, count, document->has_context, err))
        return false;
    repair_sources(document, originals);
    if (document->loop_end <= document->loop_start) document->looping = false;
    return true;
}

Key document_key(const Document *document, const Melody *melody) {
    return document->key_is_set ? document->key : key_detect(melody);
}

/* Mean pitch weighted by length, which is what the ear takes as the register. */
static double mean_pitch(const Melody *melody) {
    double sum = 0, weight = 0;
    for (int i = 0; i < melody->count; i++) {
        sum += (double)melody->notes[i].pitch * melody->notes[i].length;
        weight += melody->notes[i].length;
    }
    return weight > 0 ? sum / weight : 0;
}

int document_align_interval(const Document *document) {
    const Melody *original = &document->original, *context = &document->context;
    if (!original->count || !context->count) return 0;
    switch (document->align) {
    case DOCUMENT_ALIGN_KEY: /* a set key speaks of the original; the context's is heard from its notes */
        return key_interval(document_key(document, original), key_detect(context));
    case DOCUMENT_ALIGN_REGISTER:
        return 12 * (int)lround((mean_pitch(context) - mean_pitch(original)) / 12);
    default:
        return 0;
    }
}

const char *document_align_name(DocumentAlign align) {
    return ALIGN_NAMES[align];
}

bool document_align_parse(DocumentAlign *align, const char *text) {
    for (int i = 0; i < DOCUMENT_ALIGNS; i++) {
        if (strcmp(text, ALIGN_NAMES[i]) != 0) continue;
        *align = (DocumentAlign)i;
        return true;
    }
    return false;
}

bool document_temperature_fits(double temperature) {
    return temperature >= DOCUMENT_TEMPERATURE_MIN && temperature <= DOCUMENT_TEMPERATURE_MAX;
}

/* The recipe speaks of engine bars; where these are not the written ones, its sources stay where they are. */
static bool recipe_moves_with(const Document *document, const Melody *melody) {
    return melody == document_base(document) && document_engine_bar_ticks(melody) == melody_bar_ticks(melody);
}

bool document_insert_bars(Document *document, Melody *melody, int at, int bars, Error *err) {
    int32_t ticks = melody_bar_ticks(melody);
    bool inside = (int64_t)at * ticks < melody_end(melody);
    if (edit_insert_time(melody, at * ticks, bars * ticks, err) < 0) return false;
    Recipe *recipe = &document->recipe;
    int old = recipe->count;
    if (!inside || at > old || !recipe_moves_with(document, melody)) return true;
    if (!recipe_resize(recipe, old + bars, document->has_context, err)) return false;
    memmove(recipe->bar + at + bars, recipe->bar + at, (size_t)(old - at) * sizeof *recipe->bar);
    for (int i = at; i < at + bars; i++) recipe->bar[i] = recipe_default(i, document->has_context);
    return true;
}

bool document_delete_bars(Document *document, Melody *melody, int at, int bars, Error *err) {
    int32_t ticks = melody_bar_ticks(melody);
    if (edit_delete_time(melody, at * ticks, (at + bars) * ticks, err) < 0) return false;
    Recipe *recipe = &document->recipe;
    int after = recipe->count - at - bars;
    if (after <= 0 || !recipe_moves_with(document, melody)) return true;
    memmove(recipe->bar + at, recipe->bar + at + bars, (size_t)after * sizeof *recipe->bar);
    recipe->count -= bars;
    return true;
}
