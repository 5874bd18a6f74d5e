#include "engine/music/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/music/edit.h"
#include "engine/music/grouping.h"
#include "engine/music/harmony.h"

static const char *const ALIGN_NAMES[DOCUMENT_ALIGNS] = {"none", "key", "register"};

const char *document_score_name(DocumentScore score) {
    return score == DOCUMENT_CONTEXT ? "context" : "original";
}

void document_init(Document *document) {
    *document = (Document){.temperature = DOCUMENT_TEMPERATURE, .seed = DOCUMENT_SEED};
}

void document_deinit(Document *document) {
    for (int i = 0; i < DOCUMENT_SCORES; i++) score_deinit(&document->score[i]);
    recipe_deinit(&document->recipe);
    takes_unref(document->takes);
    *document = (Document){0};
}

bool document_copy(Document *to, const Document *from, Error *err) {
    document_deinit(to);
    Document copy = *from;
    copy.recipe = (Recipe){0};
    copy.takes = takes_ref(from->takes);
    for (int i = 0; i < DOCUMENT_SCORES; i++) copy.score[i] = (Score){0};
    for (int i = 0; i < DOCUMENT_SCORES; i++)
        if (!score_copy(&copy.score[i], &from->score[i], err)) goto fail;
    if (!recipe_copy(&copy.recipe, &from->recipe, err)) goto fail;
    *to = copy;
    return true;
fail:
    document_deinit(&copy);
    return false;
}

static bool fit_equal(const DocumentFit *a, const DocumentFit *b) {
    return a->align == b->align && a->semitones == b->semitones && key_equal(a->from, b->from) &&
           key_equal(a->into, b->into);
}

static bool settings_equal(const Document *a, const Document *b) {
    for (int i = 0; i < DOCUMENT_SCORES; i++)
        if (!key_equal(a->key[i], b->key[i])) return false;
    return a->has_context == b->has_context && a->loop_start == b->loop_start && a->loop_end == b->loop_end &&
           a->looping == b->looping && fit_equal(&a->fit, &b->fit) && a->temperature == b->temperature &&
           a->seed == b->seed;
}

bool document_equal(const Document *a, const Document *b) {
    for (int i = 0; i < DOCUMENT_SCORES; i++)
        if (!score_equal(&a->score[i], &b->score[i]) || !harmony_equal(&a->score[i], &b->score[i]))
            return false;
    return settings_equal(a, b) && recipe_equal(&a->recipe, &b->recipe) && takes_equal(a->takes, b->takes);
}

size_t document_bytes_beside(const Document *document, const Document *before) {
    const Recipe *recipe = &document->recipe;
    size_t sources = (size_t)recipe->voices * (size_t)recipe->count;
    size_t bytes = sizeof *document + sources * sizeof *recipe->bar;
    if (!before || before->takes != document->takes) bytes += takes_bytes(document->takes);
    for (int i = 0; i < DOCUMENT_SCORES; i++)
        bytes += score_bytes_beside(&document->score[i], before ? &before->score[i] : NULL);
    return bytes;
}

DocumentScore document_base(const Document *document) {
    return document->has_context ? DOCUMENT_CONTEXT : DOCUMENT_ORIGINAL;
}

const Track *document_voice(const Document *document, DocumentScore score) {
    return score_voice(&document->score[score], 0);
}

BarSource document_default_source(const Document *document, int bar) {
    BarSource source = recipe_default(bar, document->has_context);
    if (bar > 0 || !document->has_context) return source;
    const Timeline *timeline = document->score[DOCUMENT_ORIGINAL].timeline;
    const Track *voice = document_voice(document, DOCUMENT_ORIGINAL);
    int first = voice->count ? grouping_bar_at(timeline, voice->notes[0].start)
                             : 0; /* before it there are only rests */
    if (first > 0) source.bar = first + 1;
    return source;
}

static bool is_chosen(const Document *document, int bar) {
    const BarSource *source = &document->recipe.bar[bar], usual = document_default_source(document, bar);
    return source->kind != usual.kind || source->bar != usual.bar;
}

int document_chosen_sources(const Document *document) {
    int count = 0;
    for (int bar = 0; bar < document->recipe.count; bar++) count += is_chosen(document, bar);
    return count;
}

bool document_take_recipe(Document *document, const Document *from, Error *err) {
    if (!recipe_copy(&document->recipe, &from->recipe, err)) return false;
    takes_unref(document->takes);
    document->takes = takes_ref(from->takes);
    document->has_context = from->has_context;
    for (int bar = 0; bar < from->recipe.count; bar++)
        if (!is_chosen(from, bar) && !from->recipe.bar[bar].locked)
            document->recipe.bar[bar] = document_default_source(document, bar);
    return true;
}

static bool source_exists(const Document *document, const int bars[DOCUMENT_SCORES], const BarSource *source,
                          int bar) {
    for (int i = 0; i < DOCUMENT_SCORES; i++) {
        if (source->kind != RECIPE_MIX && (int)source->kind != i) continue;
        if (i == DOCUMENT_CONTEXT && !document->has_context) return false;
        if (source_bar(source, bar) >= bars[i]) return false;
        if (source->voice > 0 && source->voice > document->score[i].voices) return false;
    }
    return true;
}

/* A source that names a bar which is gone becomes the default one, or the context where that is gone too; locks stay. */
static void repair_sources(Document *document, const int bars[DOCUMENT_SCORES]) {
    Recipe *recipe = &document->recipe;
    for (int i = 0; i < recipe->voices * recipe->count; i++) {
        BarSource *source = &recipe->bar[i];
        int bar = i % recipe->count;
        bool locked = source->locked;
        if (source_exists(document, bars, source, bar)) continue;
        *source = document_default_source(document, bar);
        if (bar >= bars[DOCUMENT_ORIGINAL]) *source = (BarSource){.kind = RECIPE_CONTEXT};
        source->locked = locked;
    }
}

/* Sources name their defaults again when a context comes or goes; locked bars keep what they are told. */
static void follow_context(Document *document) {
    bool has_context = score_voices_end(&document->score[DOCUMENT_CONTEXT]) > 0;
    if (document->has_context == has_context) return;
    document->has_context = has_context;
    if (!has_context) document->fit = (DocumentFit){0};
    Recipe *recipe = &document->recipe;
    for (int i = 0; i < recipe->voices * recipe->count; i++)
        if (!recipe->bar[i].locked) recipe->bar[i] = document_default_source(document, i % recipe->count);
}

bool document_normalise(Document *document, const int bars[DOCUMENT_SCORES], Error *err) {
    follow_context(document);
    int count = bars[document_base(document)];
    if (document->recipe.count != count &&
        !recipe_resize(&document->recipe, count, document->has_context, err))
        return false;
    repair_sources(document, bars);
    if (document->loop_end <= document->loop_start) document->looping = false;
    return true;
}

bool document_choose_take(Document *document, int take, Error *err) {
    int count = document->recipe.count;
    return recipe_copy(&document->recipe, takes_recipe(document->takes, take), err) &&
           recipe_resize(&document->recipe, count, document->has_context, err);
}

Key document_key(const Document *document, DocumentScore score, const Track *voice) {
    return document->key[score].known ? document->key[score] : key_detect(voice);
}

/* Mean pitch weighted by length, which is what the ear takes as the register. */
static double mean_pitch(const Track *track) {
    double sum = 0, weight = 0;
    for (int i = 0; i < track->count; i++) {
        sum += (double)track->notes[i].pitch * track->notes[i].length;
        weight += track->notes[i].length;
    }
    return weight > 0 ? sum / weight : 0;
}

void document_decide_fit(Document *document, DocumentAlign align) {
    const Track *original = document_voice(document, DOCUMENT_ORIGINAL);
    const Track *context = document_voice(document, DOCUMENT_CONTEXT);
    DocumentFit fit = {.align = original->count && context->count ? align : DOCUMENT_ALIGN_NONE};
    if (fit.align == DOCUMENT_ALIGN_KEY) {
        fit.from = document_key(document, DOCUMENT_ORIGINAL, original);
        fit.into = document_key(document, DOCUMENT_CONTEXT, context);
        if (fit.from.known && fit.into.known) fit.semitones = (int16_t)key_interval(fit.from, fit.into);
    } else if (fit.align == DOCUMENT_ALIGN_REGISTER) {
        fit.semitones = (int16_t)(12 * lround((mean_pitch(context) - mean_pitch(original)) / 12));
    }
    document->fit = fit;
}

void document_fit_words(const DocumentFit *fit, char *out, size_t size) {
    out[0] = '\0';
    if (fit->align == DOCUMENT_ALIGN_KEY)
        snprintf(out, size, "%s into %s: %+d", key_name(fit->from), key_name(fit->into), fit->semitones);
    if (fit->align == DOCUMENT_ALIGN_REGISTER) snprintf(out, size, "octaves: %+d", fit->semitones);
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

/* ---- bars ---- */

/* The recipe speaks of model bars; where these are not the written ones, its sources stay where they are. */
static bool recipe_follows(const Document *document, DocumentScore score) {
    return grouping_is_plain(document->score[score].timeline);
}

static RecipeKind kind_of(DocumentScore score) {
    return score == DOCUMENT_CONTEXT ? RECIPE_CONTEXT : RECIPE_ORIGINAL;
}

static bool move_chunks(Score *score, int32_t at, int32_t ticks, Error *err) {
    for (int i = 0; i < score->chunks; i++) {
        if (strcmp(events_kind(score->chunk[i]), "MTrk") != 0) continue;
        Events *moved = events_with_gap(score->chunk[i], at, ticks, err);
        if (!moved) return false;
        events_unref(score->chunk[i]);
        score->chunk[i] = moved;
    }
    return true;
}

static bool move_tracks(Score *score, int32_t at, int32_t ticks, Error *err) {
    for (int i = 0; i < score->tracks; i++) {
        if (track_end(score->track[i]) <= at) continue;
        Track *track = score_edit_track(score, i, err);
        if (!track || (ticks > 0 ? edit_insert_time(track, at, ticks, err)
                                 : edit_delete_time(track, at, at - ticks, err)) < 0)
            return false;
    }
    return true;
}

/* Opens (ticks > 0) or closes (ticks < 0) time at a tick, in everything that the score has. Behind its end it gets longer. */
static bool move_time(Score *score, int32_t at, int32_t ticks, Error *err) {
    const int32_t end = score_end(score), till = end > at ? end : at;
    Timeline *moved = timeline_with_gap(score->timeline, at, ticks, err);
    if (!moved) return false;
    if (timeline_equal(moved, score->timeline))
        timeline_unref(moved);
    else
        score_set_timeline(score, moved);
    if (!move_tracks(score, at, ticks, err) || !move_chunks(score, at, ticks, err)) return false;
    score_set_end(score, till + ticks > at ? till + ticks : at);
    return true;
}

/* What happens to a recipe when bars open (bars > 0) or close at a bar of one score. */
typedef struct {
    RecipeKind score;
    int at, bars;
    bool own; /* the result has the bars of that score */
    bool has_context;
} BarsMove;

static bool move_sources(Recipe *recipe, void *how, Error *err) {
    const BarsMove *move = how;
    int at = move->at, bars = move->bars;
    recipe_follow_bars(recipe, move->score, at, bars, move->has_context);
    if (!move->own || at > recipe->count) return true;
    if (bars > 0) return recipe_insert_bars(recipe, at, bars, move->has_context, err);
    if (at - bars < recipe->count) recipe_delete_bars(recipe, at, -bars);
    return true;
}

static bool move_recipes(Document *document, DocumentScore score, int at, int bars, Error *err) {
    BarsMove move = {kind_of(score), at, bars, score == document_base(document), document->has_context};
    return !recipe_follows(document, score) || (move_sources(&document->recipe, &move, err) &&
                                                takes_change(&document->takes, move_sources, &move, err));
}

bool document_insert_bars(Document *document, DocumentScore score, int at, int bars, Error *err) {
    Score *changed = &document->score[score];
    TimelineBar first = timeline_bar(changed->timeline, at);
    const bool inside = first.start < score_bars_end(changed);
    const int32_t whole = meter_bar_ticks(first.meter, timeline_division(changed->timeline));
    if (!move_time(changed, first.start, bars * whole, err)) return false;
    return !inside || move_recipes(document, score, at, bars, err);
}

bool document_delete_bars(Document *document, DocumentScore score, int at, int bars, Error *err) {
    Score *changed = &document->score[score];
    int32_t start = timeline_bar(changed->timeline, at).start,
            end = timeline_bar(changed->timeline, at + bars).start;
    return move_time(changed, start, start - end, err) && move_recipes(document, score, at, -bars, err);
}
