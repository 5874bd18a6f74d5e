#include "engine/compose.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/composer.h"

Composer *composer_new(const Model *model, Error *err) {
    if (!workspace_check_model(model, err)) return NULL;
    Composer *composer = calloc(1, sizeof *composer);
    if (!composer) {
        error_memory(err, "the composer");
        return NULL;
    }
    composer->work.model = model;
    composer->window = workspace_window(model);
    return composer;
}

void composer_free(Composer *composer) {
    if (!composer) return;
    workspace_deinit(&composer->work);
    prior_acts_free(composer->prior_acts);
    free(composer);
}

/* ---- encoding ---- */

void composer_read_latents(Latent *out, const Workspace *work, int row, int count) {
    const float *mu = acts_mu(work->acts) + (size_t)row * LATENT_SIZE;
    const float *logvar = acts_logvar(work->acts) + (size_t)row * LATENT_SIZE;
    for (int t = 0; t < count; t++) {
        memcpy(out[t].mu, mu + (size_t)t * LATENT_SIZE, sizeof out[t].mu);
        memcpy(out[t].logvar, logvar + (size_t)t * LATENT_SIZE, sizeof out[t].logvar);
        memcpy(out[t].z, out[t].mu, sizeof out[t].z);
    }
}

bool composer_encode_window(Composer *composer, Latent *out, const Bar *bars, int count, Error *err) {
    if (!workspace_begin(&composer->work, 1, count, count, err)) return false;
    workspace_add(&composer->work, bars, count);
    workspace_encode(&composer->work);
    composer_read_latents(out, &composer->work, 0, count);
    return true;
}

bool compose_encode(Composer *composer, LatentSequence *out, const BarSequence *bars, atomic_bool *cancel,
                    Error *err) {
    if (!latent_sequence_resize(out, bars->count, err)) return false;
    for (int begin = 0; begin < bars->count; begin += composer->window) {
        int count = number_min(composer->window, bars->count - begin);
        if (decoding_cancelled(cancel, err)) return false;
        if (!composer_encode_window(composer, out->bar + begin, bars->bar + begin, count, err)) return false;
    }
    return true;
}

/* ---- decoding ---- */

bool composer_begin_bars(BarSequence *out, int count, int steps, const BarSequence *guess, Error *err) {
    BarSequence bars = {.steps = steps};
    if (!bar_sequence_resize(&bars, count, err)) return false;
    if (guess && guess->steps == steps && guess->count > 0)
        memcpy(bars.bar, guess->bar, (size_t)number_min(count, guess->count) * sizeof *bars.bar);
    bar_sequence_deinit(out);
    *out = bars;
    return true;
}

/* One task for each window, all decoded together. uniform: (count, BAR_STEPS) or null. */
static bool decode_windows(Composer *composer, BarSequence *out, const LatentSequence *z, float temperature,
                           const float *uniform, atomic_bool *cancel, Error *err) {
    int window = composer->window, windows = (z->count + window - 1) / window;
    DecodingTask *task = calloc((size_t)windows + 1, sizeof *task);
    if (!task) return error_memory(err, "decoding");
    for (int i = 0; i < windows; i++) {
        int begin = i * window;
        task[i] = (DecodingTask){.count = number_min(window, z->count - begin),
                                 .steps = out->steps,
                                 .latent = z->bar + begin,
                                 .replaced = -1,
                                 .temperature = temperature,
                                 .uniform = uniform ? uniform + (size_t)begin * BAR_STEPS : NULL,
                                 .bars = out->bar + begin};
    }
    bool decoded = decoding_run(&composer->work, task, windows, NULL, NULL, cancel, err);
    free(task);
    return decoded;
}

bool compose_decode(Composer *composer, BarSequence *out, const LatentSequence *z, int steps_per_bar,
                    const BarSequence *guess, ComposeDecoding decoding, atomic_bool *cancel, Error *err) {
    assert(steps_per_bar == 16 || steps_per_bar == 12);
    if (!composer_begin_bars(out, z->count, steps_per_bar, guess, err)) return false;
    float *uniform = NULL;
    if (decoding.temperature > 0) {
        uniform = malloc(((size_t)z->count + 1) * BAR_STEPS * sizeof *uniform);
        if (!uniform) return error_memory(err, "decoding");
        decoding_uniform(uniform, z->count, decoding.seed);
    }
    bool decoded = decode_windows(composer, out, z, decoding.temperature, uniform, cancel, err);
    free(uniform);
    if (decoded) bar_sequence_repair(out);
    return decoded;
}

static const ComposeDecoding GREEDY = {0};

bool compose_reconstruct(Composer *composer, BarSequence *out, const BarSequence *bars, atomic_bool *cancel,
                         Error *err) {
    LatentSequence z = {0};
    int octave_shift = bars->octave_shift;
    bool done = compose_encode(composer, &z, bars, cancel, err) &&
                compose_decode(composer, out, &z, bars->steps, bars, GREEDY, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&z);
    return done;
}

/* ---- mixing and results ---- */

static bool check_source(const LatentSequence *source, const char *name, int bar, Error *err) {
    if (source && bar < source->count) return true;
    return error_set(
        err, "Bar %d of the result asks for the %s, which has only %d bars: give the bar another source.",
        bar + 1, name, source ? source->count : 0);
}

/* Between two bars, for z as for the distribution it came from. */
static void mix_bars(Latent *out, const Latent *a, const Latent *b, float mix) {
    latent_blend(out->z, a->z, b->z, mix);
    latent_blend(out->mu, a->mu, b->mu, mix);
    for (int d = 0; d < LATENT_SIZE; d++) out->logvar[d] = (1 - mix) * a->logvar[d] + mix * b->logvar[d];
}

static bool mix_bar(Latent *out, int t, const BarSource *source, const LatentSequence *original,
                    const LatentSequence *context, Error *err) {
    RecipeKind kind = source->kind,
               from = kind == RECIPE_POSTERIOR ? recipe_default(t, context != NULL).kind : kind;
    if ((from == RECIPE_ORIGINAL || from == RECIPE_MIX) && !check_source(original, "original", t, err))
        return false;
    if ((from == RECIPE_CONTEXT || from == RECIPE_MIX) && !check_source(context, "context", t, err))
        return false;
    Rng rng;
    rng_seed(&rng, source->seed);
    switch (from) {
    case RECIPE_ORIGINAL:
        *out = original->bar[t];
        break;
    case RECIPE_CONTEXT:
        *out = context->bar[t];
        break;
    case RECIPE_MIX:
        mix_bars(out, &original->bar[t], &context->bar[t], source->mix);
        break;
    case RECIPE_PRIOR:
    case RECIPE_POSTERIOR: /* never a default */
        *out = (Latent){0};
        latent_sample_prior(out->z, source->temperature, &rng);
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
    for (int t = 0; t < recipe->count; t++)
        if (!mix_bar(&z->bar[t], t, &recipe->bar[t], original, context, err)) return false;
    return true;
}

/* A window of a result that has bars to be drawn: what is before such a bar must stand before it can be. */
typedef struct {
    BarSequence *out;
    LatentSequence *z;
    const BarSource *source; /* of all bars */
    const BarSequence *flow;
    int begin, count;
} DrawnWindow;

static bool decode_part(Composer *composer, const DrawnWindow *window, int from, int to, atomic_bool *cancel,
                        Error *err) {
    return from == to ||
           composer_decode_part(composer, window->out->bar + window->begin, window->z->bar + window->begin,
                                window->out->steps, from, to, cancel, err);
}

static bool draw_bar(Composer *composer, const DrawnWindow *window, int bar, Error *err) {
    const BarSource *source = &window->source[bar];
    Rng rng;
    rng_seed(&rng, source->seed);
    return composer_draw(composer, window->z->bar[bar].z, window->out->bar, bar, window->out->steps, bar,
                         window->flow, source->temperature, &rng, err);
}

static bool decode_drawn(Composer *composer, const DrawnWindow *window, atomic_bool *cancel, Error *err) {
    int stand = 0;
    for (int t = 0; t < window->count; t++) {
        if (window->source[window->begin + t].kind != RECIPE_PRIOR) continue;
        if (!decode_part(composer, window, stand, t, cancel, err) ||
            !draw_bar(composer, window, window->begin + t, err))
            return false;
        stand = t;
    }
    return decode_part(composer, window, stand, window->count, cancel, err);
}

static bool draws_from_prior(const Recipe *recipe) {
    for (int t = 0; t < recipe->count; t++)
        if (recipe->bar[t].kind == RECIPE_PRIOR) return true;
    return false;
}

bool compose_decode_recipe(Composer *composer, BarSequence *out, LatentSequence *z, const Recipe *recipe,
                           const BarSequence *flow, const BarSequence *guess, atomic_bool *cancel,
                           Error *err) {
    assert(z->count == recipe->count);
    if (!model_prior(composer->work.model) || !draws_from_prior(recipe))
        return compose_decode(composer, out, z, flow->steps, guess, GREEDY, cancel, err);
    if (!composer_begin_bars(out, z->count, flow->steps, guess, err)) return false;
    for (int begin = 0; begin < z->count; begin += composer->window) {
        const int count = number_min(composer->window, z->count - begin);
        const DrawnWindow window = {out, z, recipe->bar, flow, begin, count};
        if (!decode_drawn(composer, &window, cancel, err)) return false;
    }
    bar_sequence_repair(out);
    return true;
}

bool compose_check_meters(const BarSequence *a, const BarSequence *b, Error *err) {
    if (!b || b->count == 0 || a->steps == b->steps) return true;
    return error_set(
        err,
        "The original has bars of %d sixteenths and the context bars of %d: only melodies with bars of "
        "the same length can be mixed.",
        a->steps, b->steps);
}

bool compose_result(Composer *composer, BarSequence *out, LatentSequence *z, const Recipe *recipe,
                    const BarSequence *original, const BarSequence *context, atomic_bool *cancel,
                    Error *err) {
    if (context && context->count == 0) context = NULL;
    if (!compose_check_meters(original, context, err)) return false;
    LatentSequence from_original = {0}, from_context = {0};
    const BarSequence *flow = context ? context : original;
    int octave_shift = flow->octave_shift;
    bool done = compose_encode(composer, &from_original, original, cancel, err) &&
                (!context || compose_encode(composer, &from_context, context, cancel, err)) &&
                compose_mix(z, recipe, &from_original, context ? &from_context : NULL, err) &&
                compose_decode_recipe(composer, out, z, recipe, flow, flow, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&from_original);
    latent_sequence_deinit(&from_context);
    return done;
}

bool compose_blend(Composer *composer, BarSequence *out, const BarSequence *a, const BarSequence *b,
                   float mix, atomic_bool *cancel, Error *err) {
    if (!compose_check_meters(a, b, err)) return false;
    LatentSequence from_a = {0}, from_b = {0}, z = {0};
    int steps = a->steps, octave_shift = mix < 0.5f ? a->octave_shift : b->octave_shift;
    bool done = compose_encode(composer, &from_a, a, cancel, err) &&
                compose_encode(composer, &from_b, b, cancel, err) &&
                latent_sequence_resize(&z, number_min(a->count, b->count), err);
    for (int t = 0; done && t < z.count; t++) mix_bars(&z.bar[t], &from_a.bar[t], &from_b.bar[t], mix);
    done = done && compose_decode(composer, out, &z, steps, mix < 0.5f ? a : b, GREEDY, cancel, err);
    if (done) out->octave_shift = octave_shift;
    latent_sequence_deinit(&from_a);
    latent_sequence_deinit(&from_b);
    latent_sequence_deinit(&z);
    return done;
}
