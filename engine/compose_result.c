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

/* ---- bars in places of another length ---- */

static int place_steps(const BarSequence *flow, int t) {
    return t < flow->count ? bar_steps(&flow->bar[t]) : flow->steps;
}

static bool has_other_length(const BarSequence *bars, int t, int steps) {
    return t < bars->count && bar_steps(&bars->bar[t]) != steps;
}

/* Does place t take a bar that is longer or shorter than it? */
static bool takes_other_length(const ComposeRequest *request, int t, int steps) {
    const BarSource *source = &request->recipe.bar[t];
    const RecipeKind kind =
        source->kind == RECIPE_POSTERIOR ? recipe_default(t, request->context.count > 0).kind : source->kind;
    const int from = kind == RECIPE_MIX ? t : source_bar(source, t);
    return ((kind == RECIPE_ORIGINAL || kind == RECIPE_MIX) &&
            has_other_length(&request->original, from, steps)) ||
           ((kind == RECIPE_CONTEXT || kind == RECIPE_MIX) &&
            has_other_length(&request->context, from, steps));
}

/* The latents of a melody all of whose bars have been given so many steps. */
static bool encode_at(Reader *reader, LatentSequence *out, const BarSequence *bars, int steps,
                      atomic_bool *cancel, Error *err) {
    BarSequence set = {0};
    bool ok = bar_sequence_copy(&set, bars, err);
    for (int t = 0; ok && t < set.count; t++) bar_set_steps(&set.bar[t], steps);
    ok = ok && compose_encode(reader, out, &set, cancel, err);
    bar_sequence_deinit(&set);
    return ok;
}

/* Bars that came from one of another length are read again at that of their place, as they will stand there. */
static bool mix_at(Reader *reader, LatentSequence *z, const ComposeRequest *request, const BarSequence *flow,
                   int steps, atomic_bool *cancel, Error *err) {
    LatentSequence original = {0}, context = {0};
    bool ok = encode_at(reader, &original, &request->original, steps, cancel, err) &&
              encode_at(reader, &context, &request->context, steps, cancel, err);
    for (int t = 0; ok && t < z->count; t++) {
        if (place_steps(flow, t) != steps || !takes_other_length(request, t, steps)) continue;
        const uint8_t scale = z->bar[t].scale;
        ok = mix_bar(&z->bar[t], t, &request->recipe.bar[t], &original, context.count ? &context : NULL, err);
        z->bar[t].scale = scale;
    }
    latent_sequence_deinit(&original);
    latent_sequence_deinit(&context);
    return ok;
}

static bool fit_lengths(Reader *reader, LatentSequence *z, const ComposeRequest *request,
                        const BarSequence *flow, atomic_bool *cancel, Error *err) {
    for (int steps = 1; steps <= BAR_STEPS; steps++) {
        bool any = false;
        for (int t = 0; t < z->count; t++)
            any |= place_steps(flow, t) == steps && takes_other_length(request, t, steps);
        if (any && !mix_at(reader, z, request, flow, steps, cancel, err)) return false;
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
    LatentSequence from_original = {0}, from_context = {0};
    bool done = compose_encode(reader, &from_original, original, cancel, err) &&
                compose_encode(reader, &from_context, context, cancel, err) &&
                compose_mix(z, &request->recipe, &from_original, &from_context, err) &&
                fit_lengths(reader, z, request, flow, cancel, err) &&
                decode_recipe(reader, out, z, &request->recipe, flow, guess ? guess : flow, cancel, err);
    if (done) out->octave_shift = flow->octave_shift;
    latent_sequence_deinit(&from_original);
    latent_sequence_deinit(&from_context);
    return done;
}

/* b in the lengths of the bars of a. */
static bool encode_in_place(Reader *reader, LatentSequence *out, const BarSequence *b, const BarSequence *a,
                            atomic_bool *cancel, Error *err) {
    BarSequence set = {0};
    bool ok = bar_sequence_copy(&set, b, err);
    for (int t = 0; ok && t < set.count; t++)
        if (has_other_length(a, t, bar_steps(&set.bar[t]))) bar_set_steps(&set.bar[t], bar_steps(&a->bar[t]));
    ok = ok && compose_encode(reader, out, &set, cancel, err);
    bar_sequence_deinit(&set);
    return ok;
}

bool compose_blend(Reader *reader, BarSequence *out, const BarSequence *a, const BarSequence *b, float mix,
                   atomic_bool *cancel, Error *err) {
    LatentSequence from_a = {0}, from_b = {0}, z = {0};
    const int octave_shift = mix < 0.5f ? a->octave_shift : b->octave_shift;
    bool done = compose_encode(reader, &from_a, a, cancel, err) &&
                encode_in_place(reader, &from_b, b, a, cancel, err) &&
                latent_sequence_resize(&z, number_min(a->count, b->count), err);
    for (int t = 0; done && t < z.count; t++) mix_bars(&z.bar[t], &from_a.bar[t], &from_b.bar[t], mix);
    done = done && compose_decode(reader, out, &z, a->steps, a, GREEDY, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&from_a);
    latent_sequence_deinit(&from_b);
    latent_sequence_deinit(&z);
    return done;
}
