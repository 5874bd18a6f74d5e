#include <assert.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/compose_private.h"

static const ComposeDecoding GREEDY = {0};

/* ---- what is asked for ---- */

void compose_request_deinit(ComposeRequest *request) {
    bar_sequence_deinit(&request->original);
    bar_sequence_deinit(&request->context);
    recipe_deinit(&request->recipe);
    *request = (ComposeRequest){0};
}

/* The one place where a melody is moved to meet another. */
static bool read_original(ComposeRequest *out, const Document *document, Error *err) {
    Track donor = {0};
    out->interval = document->fit.semitones;
    bool read = track_copy(&donor, document_voice(document, DOCUMENT_ORIGINAL), err);
    if (read) track_transpose(&donor, out->interval);
    read = read && bar_sequence_from_score(&out->original, &document->score[DOCUMENT_ORIGINAL], &donor,
                                           &out->original_report, err);
    track_deinit(&donor);
    return read;
}

bool compose_request_read(ComposeRequest *out, const Document *document, Error *err) {
    *out = (ComposeRequest){0};
    if (read_original(out, document, err) &&
        (!document->has_context || bar_sequence_from_score(&out->context, &document->score[DOCUMENT_CONTEXT],
                                                           NULL, &out->context_report, err)) &&
        recipe_copy(&out->recipe, &document->recipe, err))
        return true;
    compose_request_deinit(out);
    return false;
}

bool compose_check_meters(const BarSequence *a, const char *name_a, const BarSequence *b, const char *name_b,
                          Error *err) {
    if (b->count == 0 || a->steps == b->steps) return true;
    return error_set(err,
                     "%s has bars of %d sixteenths and %s bars of %d: only melodies with bars of the same "
                     "length can be mixed.",
                     name_a, a->steps, name_b, b->steps);
}

/* ---- mixing ---- */

static bool check_source(const LatentSequence *source, const char *name, const BarSource *asks, int bar,
                         Error *err) {
    if (asks->voice > 1)
        return error_set(err,
                         "Bar %d of the result asks for voice %d of the %s: only the first can be poured.",
                         bar + 1, asks->voice, name);
    if (source && source_bar(asks, bar) < source->count) return true;
    return error_set(
        err, "Bar %d of the result asks for the %s, which has only %d bars: give the bar another source.",
        bar + 1, name, source ? source->count : 0);
}

/* Between two bars, for z as for the distribution it came from. */
static void mix_bars(Latent *out, const Latent *a, const Latent *b, float mix) {
    latent_blend(out->z, a->z, b->z, mix);
    latent_blend(out->mu, a->mu, b->mu, mix);
    for (int d = 0; d < LATENT_SIZE; d++) out->logvar[d] = (1 - mix) * a->logvar[d] + mix * b->logvar[d];
    out->interval = mix < 0.5f ? a->interval : b->interval;
    out->scale = mix < 0.5f ? a->scale : b->scale;
}

static bool mix_bar(Latent *out, int t, const BarSource *source, const LatentSequence *original,
                    const LatentSequence *context, Error *err) {
    RecipeKind kind = source->kind,
               from = kind == RECIPE_POSTERIOR ? recipe_default(t, context != NULL).kind : kind;
    if ((from == RECIPE_ORIGINAL || from == RECIPE_MIX) &&
        !check_source(original, "original", source, t, err))
        return false;
    if ((from == RECIPE_CONTEXT || from == RECIPE_MIX) && !check_source(context, "context", source, t, err))
        return false;
    Rng rng;
    rng_seed(&rng, source->seed);
    switch (from) {
    case RECIPE_ORIGINAL:
        *out = original->bar[source_bar(source, t)];
        break;
    case RECIPE_CONTEXT:
        *out = context->bar[source_bar(source, t)];
        break;
    case RECIPE_MIX:
        mix_bars(out, &original->bar[t], &context->bar[t], source->mix);
        break;
    case RECIPE_PRIOR:
    case RECIPE_POSTERIOR: /* never a default */
        *out = (Latent){0};
        latent_sample_prior(out->z, source->temperature, &rng);
        break;
    case RECIPE_NOTES:
        *out = (Latent){0};
        break;
    }
    if (kind == RECIPE_POSTERIOR) latent_sample(out->z, out, source->temperature, &rng);
    return true;
}

bool compose_mix(LatentSequence *z, const Recipe *recipe, const LatentSequence *original,
                 const LatentSequence *context, Error *err) {
    if (context && context->count == 0) context = NULL;
    if (recipe->count == 0)
        return error_set(err, "The result has no bars yet: enter or open a melody first.");
    if (!latent_sequence_resize(z, recipe->count, err)) return false;
    const LatentSequence *flow = context ? context : original;
    for (int t = 0; t < recipe->count; t++) {
        if (!mix_bar(&z->bar[t], t, &recipe->bar[t], original, context, err)) return false;
        if (flow && t < flow->count) z->bar[t].scale = flow->bar[t].scale;
    }
    return true;
}

/* ---- decoding ---- */

/* A window of a result that has bars to be drawn or read: what is before such a bar must stand before it can be. */
typedef struct {
    BarSequence *out;
    LatentSequence *z;
    const BarSource *source; /* of all bars */
    const BarSequence *flow;
    int begin, count;
} DrawnWindow;

static bool decode_part(Reader *reader, const DrawnWindow *window, int from, int to, atomic_bool *cancel,
                        Error *err) {
    return from == to || compose_decode_part(reader, window->out->bar + window->begin,
                                             window->z->bar + window->begin, from, to, cancel, err);
}

static bool draw_bar(Reader *reader, const DrawnWindow *window, int bar, Error *err) {
    const BarSource *source = &window->source[bar];
    Rng rng;
    rng_seed(&rng, source->seed);
    return compose_draw(reader, &window->z->bar[bar], window->out->bar, window->begin, bar,
                        window->out->steps, window->flow, source->temperature, &rng, err);
}

/* The bar is its notes; the model reads them after the bars of the window before it. */
static bool keep_bar(Reader *reader, const DrawnWindow *window, int bar, Error *err) {
    const int count = bar + 1 - window->begin;
    Bar *bars = window->out->bar, *kept = &bars[bar];
    Latent read[BAR_WINDOW];
    bar_from_source(kept, &window->source[bar], bar_steps(kept), window->flow->octave_shift);
    if (bar == 0 || !bar_sounds_at_end(&bars[bar - 1])) bar_cut_holds(kept);
    if (!reader_encode(reader, read, bars + window->begin, count, err)) return false;
    window->z->bar[bar] = read[count - 1];
    return true;
}

/* Does this bar wait for what stands before it? Without a fitted prior its z is drawn already. */
static bool waits(const Reader *reader, const BarSequence *flow, const BarSource *source) {
    return source->kind == RECIPE_NOTES || (source->kind == RECIPE_PRIOR && compose_can_draw(reader, flow));
}

static bool decode_drawn(Reader *reader, const DrawnWindow *window, atomic_bool *cancel, Error *err) {
    int stand = 0;
    for (int t = 0; t < window->count; t++) {
        const int bar = window->begin + t;
        const bool notes = window->source[bar].kind == RECIPE_NOTES;
        if (!waits(reader, window->flow, &window->source[bar])) continue;
        if (!decode_part(reader, window, stand, t, cancel, err) ||
            !(notes ? keep_bar : draw_bar)(reader, window, bar, err))
            return false;
        stand = notes ? t + 1 : t;
    }
    return decode_part(reader, window, stand, window->count, cancel, err);
}

static bool any_waits(const Reader *reader, const BarSequence *flow, const Recipe *recipe) {
    for (int t = 0; t < recipe->count; t++)
        if (waits(reader, flow, &recipe->bar[t])) return true;
    return false;
}

/* z -> bars, greedily. Where the model has a fitted prior, bars that the recipe draws from the prior get their z only here, each
 * after the bars before it; the very first one in the key of flow, the melody that the result is poured into. So do bars that are
 * kept as their notes. */
static bool decode_recipe(Reader *reader, BarSequence *out, LatentSequence *z, const Recipe *recipe,
                          const BarSequence *flow, const BarSequence *guess, atomic_bool *cancel,
                          Error *err) {
    assert(z->count == recipe->count);
    if (!any_waits(reader, flow, recipe))
        return compose_decode(reader, out, z, flow->steps, guess, GREEDY, cancel, err);
    if (!compose_begin_bars(out, z->count, flow->steps, guess, err)) return false;
    for (int begin = 0; begin < z->count; begin += reader->window) {
        const int count = number_min(reader->window, z->count - begin);
        const DrawnWindow window = {out, z, recipe->bar, flow, begin, count};
        if (!decode_drawn(reader, &window, cancel, err)) return false;
    }
    bar_sequence_repair(out);
    return true;
}

/* ---- results ---- */

bool compose_result(Reader *reader, BarSequence *out, LatentSequence *z, const ComposeRequest *request,
                    const BarSequence *guess, atomic_bool *cancel, Error *err) {
    const BarSequence *original = &request->original, *context = &request->context,
                      *flow = context->count > 0 ? context : original;
    if (!compose_check_meters(original, "The original", context, "the context", err)) return false;
    LatentSequence from_original = {0}, from_context = {0};
    bool done = compose_encode(reader, &from_original, original, cancel, err) &&
                compose_encode(reader, &from_context, context, cancel, err) &&
                compose_mix(z, &request->recipe, &from_original, &from_context, err) &&
                decode_recipe(reader, out, z, &request->recipe, flow, guess ? guess : flow, cancel, err);
    if (done) out->octave_shift = flow->octave_shift;
    latent_sequence_deinit(&from_original);
    latent_sequence_deinit(&from_context);
    return done;
}

bool compose_blend(Reader *reader, BarSequence *out, const BarSequence *a, const BarSequence *b, float mix,
                   atomic_bool *cancel, Error *err) {
    if (!compose_check_meters(a, "The first melody", b, "the second", err)) return false;
    LatentSequence from_a = {0}, from_b = {0}, z = {0};
    int steps = a->steps, octave_shift = mix < 0.5f ? a->octave_shift : b->octave_shift;
    bool done = compose_encode(reader, &from_a, a, cancel, err) &&
                compose_encode(reader, &from_b, b, cancel, err) &&
                latent_sequence_resize(&z, number_min(a->count, b->count), err);
    for (int t = 0; done && t < z.count; t++) mix_bars(&z.bar[t], &from_a.bar[t], &from_b.bar[t], mix);
    done = done && compose_decode(reader, out, &z, steps, mix < 0.5f ? a : b, GREEDY, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&from_a);
    latent_sequence_deinit(&from_b);
    latent_sequence_deinit(&z);
    return done;
}
