#include "engine/measure/measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compose.h"
#include "engine/decoding.h"

/* What is known of the windows at hand; rows are their bars, one window after another. */
typedef struct {
    Tally *tally;
    Reader *reader;
    const FiguresOptions *options;
    const MeasuresWindow *window;
    int count, rows;
    int first[MEASURES_ROWS + 1];
    Bar bar[MEASURES_ROWS];
    Latent latent[MEASURES_ROWS];
    Structure structure[MEASURES_ROWS / 4]; /* of each window */
    StructureKind kind[MEASURES_ROWS];      /* NONE with an onset: a first occurrence */
    uint64_t equal[MEASURES_ROWS];          /* earlier bars of the window that this bar repeats */
    int source[MEASURES_ROWS];              /* the earlier bar that the pointer of this bar names */
    Bar out[MEASURES_ROWS];                 /* what was decoded */
    Bar changed[MEASURES_ROWS];             /* the windows after substitution */
    bool left[MEASURES_ROWS];               /* bars that could not follow: they would leave the alphabet */
    Latent exchanged[MEASURES_ROWS];        /* the latents with those of the bars to replace */
    int t0[MEASURES_ROWS];                  /* of each window, -1 = no bar to replace */
    DecodingTask task[MEASURES_ROWS];
} Chunk;

static Workspace *work_of(Chunk *chunk) {
    return &chunk->reader->work;
}

static bool is_first(const Chunk *chunk, int row) {
    return chunk->kind[row] == STRUCTURE_NONE && bar_has_onset(&chunk->bar[row]);
}

static int steps_of(const Chunk *chunk, int row) {
    return bar_steps(&chunk->bar[row]);
}

static void describe(Chunk *chunk) {
    for (int w = 0; w < chunk->count; w++) {
        const MeasuresWindow *window = &chunk->window[w];
        const int first = chunk->first[w] = chunk->rows;
        Structure *structure = &chunk->structure[w];
        structure_read(structure, window->bar, window->count,
                       interval_find_scale(window->bar, window->count));
        for (int t = 0; t < window->count; t++) {
            chunk->bar[first + t] = window->bar[t];
            chunk->kind[first + t] = structure->kind[t];
            chunk->equal[first + t] = 0;
            for (int k = 0; k < t && structure->kind[t] == STRUCTURE_EXACT; k++)
                if (bar_equal(&window->bar[k], &window->bar[t])) chunk->equal[first + t] |= (uint64_t)1 << k;
        }
        chunk->rows += window->count;
        chunk->tally->windows++;
        chunk->tally->bars += window->count;
    }
    chunk->first[chunk->count] = chunk->rows;
}

/* The figure that a bar's kind of relation has of three such. */
static Figure moved_figure(int interval, Figure diatonic, Figure chromatic) {
    return interval_is_diatonic(interval) ? diatonic : chromatic;
}

/* One batch of all windows with the given bars. */
static bool batch(Chunk *chunk, const Bar *bars, Error *err) {
    int longest = 0;
    for (int w = 0; w < chunk->count; w++)
        if (chunk->window[w].count > longest) longest = chunk->window[w].count;
    if (!workspace_begin(work_of(chunk), chunk->count, chunk->rows, longest, err)) return false;
    for (int w = 0; w < chunk->count; w++) {
        workspace_add(work_of(chunk), bars + chunk->first[w], chunk->window[w].count);
        work_of(chunk)->told_scale[w] = (int8_t)chunk->structure[w].scale;
    }
    return true;
}

/* ---- cost, true past ---- */

static void count_costs(Chunk *chunk) {
    for (int w = 0; w < chunk->count; w++)
        for (int row = chunk->first[w]; row < chunk->first[w + 1]; row++) {
            Tally *tally = chunk->tally;
            float kl = latent_kl(&chunk->latent[row], NULL);
            if (is_first(chunk, row)) {
                tally_add(tally, FIGURE_KL_FIRST, kl, 1);
                tally_list(tally, &tally->first_cost, kl);
            } else if (chunk->kind[row] == STRUCTURE_EXACT) {
                int t = row - chunk->first[w], distance = 1;
                while (!(chunk->equal[row] >> (t - distance) & 1)) distance++;
                tally_add(tally, FIGURE_KL_EXACT, kl, 1);
                tally_list(tally, &tally->exact_cost, kl);
                tally_list(tally, &tally->cost_at[distance], kl);
            } else if (chunk->kind[row] == STRUCTURE_NEAR) {
                tally_add(tally, FIGURE_KL_NEAR, kl, 1);
            } else if (chunk->kind[row] == STRUCTURE_MOVED) {
                tally_add(tally,
                          moved_figure(chunk->latent[row].interval, FIGURE_KL_DIATONIC, FIGURE_KL_CHROMATIC),
                          kl, 1);
            } else if (chunk->kind[row] == STRUCTURE_NEAR_MOVED) {
                tally_add(tally, FIGURE_KL_NEARMOVED, kl, 1);
            }
        }
}

/* Those of a moved copy's slot, which names one bar. */
static void count_moved(Chunk *chunk, const float *pointer, float gate, int t, uint64_t sources) {
    double top1, mass;
    if (!sources) return;
    tally_find(pointer, t, sources, &top1, &mass);
    tally_add(chunk->tally, FIGURE_REFERENCE_MOVED_TOP1, top1, 1);
    tally_add(chunk->tally, FIGURE_GATE_MOVED, gate, 1);
}

/* Pointer and gate of one bar after teacher forcing. */
static void count_reference(Chunk *chunk, int row, int t, const Structure *structure) {
    const uint64_t *copies = structure->source[t];
    const Acts *acts = work_of(chunk)->acts;
    size_t stride = (size_t)acts_bars(acts);
    const float *pointer = acts_pointer(acts) + (size_t)row * BAR_SLOTS * stride,
                *gate = acts_gate(acts) + row * BAR_SLOTS;
    float total[BAR_WINDOW] = {0}, opened = 0;
    for (int b = 0; b < BAR_SLOTS; b++) {
        opened += gate[b] / BAR_SLOTS;
        for (int k = 0; k < t; k++) total[k] += pointer[(size_t)b * stride + (size_t)k];
        if (structure->interval[t]) count_moved(chunk, pointer + (size_t)b * stride, gate[b], t, copies[b]);
        if (chunk->kind[row] != STRUCTURE_EXACT || copies[b] == 0) continue;
        double top1, mass;
        tally_find(pointer + (size_t)b * stride, t, copies[b], &top1, &mass);
        tally_add(chunk->tally, FIGURE_REFERENCE_TOP1, top1, 1);
        tally_add(chunk->tally, FIGURE_REFERENCE_MASS, mass, 1);
        tally_add(chunk->tally, FIGURE_REFERENCE_CHANCE, tally_chance(t, copies[b]), 1);
    }
    if (chunk->kind[row] == STRUCTURE_EXACT) tally_add(chunk->tally, FIGURE_GATE_EXACT, opened, 1);
    if (is_first(chunk, row)) tally_add(chunk->tally, FIGURE_GATE_FIRST, opened, 1);
    chunk->source[row] = 0;
    for (int k = 1; k < t; k++)
        if (total[k] > total[chunk->source[row]]) chunk->source[row] = k;
}

static void count_teacher(Chunk *chunk) {
    const float *logits = acts_logits(work_of(chunk)->acts);
    for (int w = 0; w < chunk->count; w++) {
        for (int t = 0; t < chunk->window[w].count; t++) {
            int row = chunk->first[w] + t;
            Bar bar;
            const int steps = steps_of(chunk, row);
            decoding_greedy_bar(&bar, logits + (size_t)row * BAR_STEPS * BAR_TOKENS, steps);
            tally_add(chunk->tally, FIGURE_EXPOSURE_GAP, tally_equal_steps(&chunk->bar[row], &bar, steps),
                      steps);
            count_reference(chunk, row, t, &chunk->structure[w]);
        }
    }
}

/* -log of the model's own probability of the bar; pads count too, as in training. */
static double nats_of(const Bar *bar, const float *logits) {
    double nats = 0;
    for (int s = 0; s < BAR_STEPS; s++, logits += BAR_TOKENS) {
        double top = logits[0], sum = 0;
        for (int v = 1; v < BAR_TOKENS; v++) top = fmax(top, logits[v]);
        for (int v = 0; v < BAR_TOKENS; v++) sum += exp(logits[v] - top);
        nats += top + log(sum) - logits[bar->token[s]];
    }
    return nats;
}

/* Teacher forcing again with one sample of each posterior. */
static void count_nelbo(Chunk *chunk) {
    Workspace *work = work_of(chunk);
    for (int w = 0; w < chunk->count; w++) {
        Rng rng;
        rng_seed(&rng, chunk->window[w].seed);
        for (int row = chunk->first[w]; row < chunk->first[w + 1]; row++)
            latent_sample(work->z + (size_t)row * LATENT_SIZE, &chunk->latent[row], 1, &rng);
    }
    workspace_decode(work, false, false);
    for (int w = 0; w < chunk->count; w++)
        for (int row = chunk->first[w]; row < chunk->first[w + 1]; row++)
            tally_add(
                chunk->tally, FIGURE_NELBO_STEP,
                nats_of(&chunk->bar[row], acts_logits(work->acts) + (size_t)row * BAR_STEPS * BAR_TOKENS) +
                    latent_kl(&chunk->latent[row], NULL),
                steps_of(chunk, row));
}

static bool measure_reading(Chunk *chunk, Error *err) {
    Workspace *work = work_of(chunk);
    if (!batch(chunk, chunk->bar, err)) return false;
    workspace_encode(work);
    reader_latents(chunk->latent, work, 0, chunk->rows);
    count_costs(chunk);
    for (int row = 0; row < chunk->rows; row++)
        memcpy(work->z + (size_t)row * LATENT_SIZE, chunk->latent[row].mu, sizeof chunk->latent[row].mu);
    workspace_decode(work, false, false);
    count_teacher(chunk);
    count_nelbo(chunk);
    return true;
}

/* ---- reconstruction ---- */

static void count_window(Chunk *chunk, int w) {
    Tally *tally = chunk->tally;
    Bar holds;
    memset(holds.token, BAR_HOLD, sizeof holds.token);
    for (int row = chunk->first[w]; row < chunk->first[w + 1]; row++) {
        const Bar *want = &chunk->bar[row], *got = &chunk->out[row];
        const Bar *previous = row > chunk->first[w] ? want - 1 : &holds;
        const int steps = steps_of(chunk, row), right = tally_equal_steps(want, got, steps);
        tally_add(tally, FIGURE_RECONSTRUCTION_STEP, right, steps);
        tally_add(tally, FIGURE_EXPOSURE_GAP, -right, 0);
        tally_add(tally, FIGURE_RECONSTRUCTION_ONSET_F1, 2 * tally_equal_onsets(want, got),
                  tally_onsets(want) + tally_onsets(got));
        tally_add(tally, FIGURE_RECONSTRUCTION_BAR, bar_equal(want, got), 1);
        tally_add(tally, FIGURE_BASELINE_HOLD_STEP, tally_equal_steps(want, &holds, steps), steps);
        tally_add(tally, FIGURE_BASELINE_COPY_STEP, tally_equal_steps(want, previous, steps), steps);
    }
}

/* Decodes all windows from latents into chunk->out, from a guess. */
static bool decode(Chunk *chunk, const Latent *latent, const Bar *guess, Error *err) {
    memcpy(chunk->out, guess, (size_t)chunk->rows * sizeof *guess);
    for (int w = 0; w < chunk->count; w++)
        chunk->task[w] = (DecodingTask){.count = chunk->window[w].count,
                                        .latent = latent + chunk->first[w],
                                        .replaced = -1,
                                        .bars = chunk->out + chunk->first[w]};
    return decoding_run(work_of(chunk), chunk->task, chunk->count, NULL, NULL, chunk->options->cancel, err);
}

static bool measure_reconstruction(Chunk *chunk, Error *err) {
    if (!decode(chunk, chunk->latent, chunk->bar, err)) return false;
    for (int w = 0; w < chunk->count; w++) count_window(chunk, w);
    return true;
}

/* ---- substitution ---- */

/* The earliest first occurrence that later bars (moved_only: moved ones) refer to; else, but for those, the first bar with an
 * onset; else -1. */
static int choose_bar(const Chunk *chunk, int w, bool moved_only) {
    const Structure *structure = &chunk->structure[w];
    for (int t = 0; t < structure->count; t++)
        if (is_first(chunk, chunk->first[w] + t) && structure_is_named(structure, t, moved_only)) return t;
    for (int t = 0; t < structure->count && !moved_only; t++)
        if (bar_has_onset(&chunk->window[w].bar[t])) return t;
    return -1;
}

static void substitute(Chunk *chunk, bool moved_only) {
    for (int w = 0; w < chunk->count; w++) {
        const MeasuresWindow *window = &chunk->window[w];
        const int first = chunk->first[w], t0 = chunk->t0[w] = choose_bar(chunk, w, moved_only);
        Bar donor = window->donor;
        memcpy(chunk->changed + first, window->bar, (size_t)window->count * sizeof *window->bar);
        if (t0 < 0) continue;
        bar_set_steps(&donor, bar_steps(&window->bar[t0]));
        structure_propagate(chunk->changed + first, chunk->left + first, &chunk->structure[w], window->bar,
                            t0, &donor);
    }
}

static void count_right(Chunk *chunk, Figure figure, const Bar *want, const Bar *got) {
    tally_add(chunk->tally, figure, bar_equal(want, got), 1);
}

/* Bar `bar` when it follows the replaced bar alone, as it is related to that; NONE where it does not. */
static StructureKind follow_alone(Bar *out, const Bar *bar, const Bar *replaced, const Bar *by) {
    unsigned slots = 0;
    int interval = 0, onsets = 0;
    bool moved = true;
    for (int s = 0; s < BAR_STEPS; s++) {
        const int from = replaced->token[s], to = bar->token[s];
        const bool pair = bar_is_onset(from) && bar_is_onset(to);
        if (pair && onsets++ == 0) interval = to - from;
        moved &= pair ? to - from == interval : from == to;
    }
    moved &= onsets >= 3 && interval != 0 && abs(interval) <= 12;
    for (int b = 0, s = 0; b < BAR_SLOTS; b++, s += BAR_SLOT_STEPS)
        if (!memcmp(bar->token + s, replaced->token + s, BAR_SLOT_STEPS)) slots |= 1u << b;
    *out = moved ? *by : *bar;
    for (int s = 0; s < BAR_STEPS; s++) {
        if (!moved && slots >> (s / BAR_SLOT_STEPS) & 1) out->token[s] = by->token[s];
        if (!moved || !bar_is_onset(by->token[s])) continue;
        const int token = by->token[s] + interval;
        if (!bar_is_onset(token)) return STRUCTURE_NONE;
        out->token[s] = (uint8_t)token;
    }
    return moved ? STRUCTURE_MOVED : STRUCTURE_NEAR;
}

/* Bars beside each other as the replaced bar's relatives, whatever else they refer to. */
static void count_alone(Chunk *chunk, int row, const Bar *replaced, const Bar *by, bool is_near) {
    Bar want;
    const StructureKind kind = follow_alone(&want, &chunk->bar[row], replaced, by);
    if (kind == STRUCTURE_MOVED) count_right(chunk, FIGURE_TRANSFER_TRANSPOSED, &want, &chunk->out[row]);
    if (kind == STRUCTURE_NEAR && is_near)
        count_right(chunk, FIGURE_TRANSFER_NEAR_OLD, &want, &chunk->out[row]);
}

static void count_transfer(Chunk *chunk, int w, int t) {
    const int row = chunk->first[w] + t, t0 = chunk->first[w] + chunk->t0[w], steps = steps_of(chunk, row);
    const Bar *want = &chunk->changed[row], *got = &chunk->out[row];
    if (row == t0) {
        count_right(chunk, FIGURE_TRANSFER_OWN, want, got);
        return;
    }
    const StructureRelation relation =
        structure_relation(&chunk->bar[t0], &chunk->bar[row], chunk->structure[w].scale);
    count_alone(chunk, row, &chunk->bar[t0], &chunk->changed[t0], relation.kind == STRUCTURE_NEAR);
    if (chunk->left[row]) return;
    if (relation.kind == STRUCTURE_EXACT) count_right(chunk, FIGURE_TRANSFER_EXACT, want, got);
    if (relation.kind == STRUCTURE_NEAR) {
        count_right(chunk, FIGURE_TRANSFER_NEAR, want, got);
        tally_add(chunk->tally, FIGURE_TRANSFER_NEAR_STEP, tally_equal_steps(want, got, steps), steps);
    }
    if (relation.kind == STRUCTURE_NONE)
        count_right(chunk,
                    bar_equal(want, &chunk->bar[row]) ? FIGURE_TRANSFER_OTHER : FIGURE_TRANSFER_INDIRECT,
                    want, got);
}

static void count_moved_transfer(Chunk *chunk, int w, int t) {
    const int row = chunk->first[w] + t, t0 = chunk->first[w] + chunk->t0[w];
    const Bar *want = &chunk->changed[row], *got = &chunk->out[row];
    if (row == t0 || chunk->left[row]) return;
    const StructureRelation relation =
        structure_relation(&chunk->bar[t0], &chunk->bar[row], chunk->structure[w].scale);
    if (relation.kind == STRUCTURE_MOVED)
        count_right(chunk,
                    moved_figure(relation.interval, FIGURE_TRANSFER_DIATONIC, FIGURE_TRANSFER_CHROMATIC),
                    want, got);
    if (relation.kind == STRUCTURE_NEAR_MOVED) count_right(chunk, FIGURE_TRANSFER_NEARMOVED, want, got);
}

/* The latent of bar t0 alone comes from the changed window; all else from the window as it was. */
static bool measure_substitution(Chunk *chunk, bool moved_only, Error *err) {
    substitute(chunk, moved_only);
    if (!batch(chunk, chunk->changed, err)) return false;
    workspace_encode(work_of(chunk));
    memcpy(chunk->exchanged, chunk->latent, sizeof chunk->exchanged);
    for (int w = 0; w < chunk->count; w++)
        if (chunk->t0[w] >= 0) {
            const int row = chunk->first[w] + chunk->t0[w];
            reader_latents(&chunk->exchanged[row], work_of(chunk), row, 1);
        }
    if (!decode(chunk, chunk->exchanged, chunk->changed, err)) return false;
    for (int w = 0; w < chunk->count; w++)
        for (int t = chunk->t0[w]; t >= 0 && t < chunk->window[w].count; t++) {
            if (moved_only)
                count_moved_transfer(chunk, w, t);
            else
                count_transfer(chunk, w, t);
        }
    return true;
}

/* ---- knock-out ---- */

/* A repeat whose decoding must do without one earlier bar. */
typedef struct {
    int window, t, hidden;
    Figure figure;
} Knockout;

/* Repeats with at least two earlier bars: once without the pointer's bar, once without one of the others. */
static int list_knockouts(const Chunk *chunk, Knockout *knockout) {
    int count = 0;
    for (int w = 0; w < chunk->count; w++) {
        Rng rng;
        rng_seed(&rng, ~chunk->window[w].seed);
        for (int t = 2; t < chunk->window[w].count; t++) {
            int row = chunk->first[w] + t, source = chunk->source[row], other;
            if (chunk->kind[row] != STRUCTURE_EXACT) continue;
            other = rng_below(&rng, t - 1);
            if (other >= source) other++;
            knockout[count++] = (Knockout){w, t, source, FIGURE_KNOCKOUT_SOURCE};
            knockout[count++] = (Knockout){w, t, other, FIGURE_KNOCKOUT_RANDOM};
        }
    }
    return count;
}

/* One sequence for each, ending with the repeat, whose row alone hides the bar and alone is read. */
static bool run_knockouts(Chunk *chunk, const Knockout *knockout, int count, int rows, Error *err) {
    Workspace *work = work_of(chunk);
    if (!workspace_begin(work, count, rows, workspace_window(work->model), err)) return false;
    for (int i = 0; i < count; i++) {
        int first = chunk->first[knockout[i].window], bars = knockout[i].t + 1;
        int row = workspace_add(work, chunk->bar + first, bars);
        for (int t = 0; t < bars; t++)
            memcpy(work->z + (size_t)(row + t) * LATENT_SIZE, chunk->latent[first + t].mu,
                   LATENT_SIZE * sizeof(float));
        work->hide[row + bars - 1] = knockout[i].hidden;
    }
    workspace_decode(work, true, true);
    for (int i = 0; i < count; i++) {
        int last = work->first[i + 1] - 1;
        Bar bar;
        decoding_greedy_bar(&bar, acts_logits(work->acts) + (size_t)last * BAR_STEPS * BAR_TOKENS,
                            steps_of(chunk, chunk->first[knockout[i].window] + knockout[i].t));
        const int repeat = chunk->first[knockout[i].window] + knockout[i].t;
        const bool survives = bar_equal(&bar, &chunk->bar[repeat]),
                   only = chunk->equal[repeat] == (uint64_t)1 << knockout[i].hidden;
        tally_add(chunk->tally, knockout[i].figure, survives, 1);
        if (only && knockout[i].figure == FIGURE_KNOCKOUT_SOURCE)
            tally_add(chunk->tally, FIGURE_KNOCKOUT_ONLY, survives, 1);
    }
    return true;
}

static bool measure_knockout(Chunk *chunk, Error *err) {
    Knockout knockout[2 * MEASURES_ROWS];
    int count = list_knockouts(chunk, knockout);
    for (int begin = 0, end = 0; begin < count; begin = end) {
        int rows = 0;
        while (end < count && (end == begin || rows + knockout[end].t + 1 <= MEASURES_ROWS))
            rows += knockout[end++].t + 1;
        if (decoding_cancelled(chunk->options->cancel, err)) return false;
        if (!run_knockouts(chunk, knockout + begin, end - begin, rows, err)) return false;
    }
    return true;
}

/* ---- influence ---- */

static void find_copies(Tally *tally, Figure top1_figure, Figure mass_figure, const Analysis *analysis,
                        AnalysisMatrix matrix, int t, uint64_t copies) {
    double top1, mass;
    float weight[BAR_WINDOW];
    for (int k = 0; k < t; k++) weight[k] = analysis_cell(analysis, matrix, t, k);
    tally_find(weight, t, copies, &top1, &mass);
    tally_add(tally, top1_figure, top1, 1);
    tally_add(tally, mass_figure, mass, 1);
}

static void count_influence(Tally *tally, const Analysis *analysis, int t, uint64_t copies) {
    find_copies(tally, FIGURE_INFLUENCE_TOP1, FIGURE_INFLUENCE_MASS, analysis, ANALYSIS_INFLUENCE, t, copies);
    find_copies(tally, FIGURE_INFLUENCE_SWAP_TOP1, FIGURE_INFLUENCE_SWAP_MASS, analysis,
                ANALYSIS_INFLUENCE_SWAP, t, copies);
    tally_add(tally, FIGURE_EARLIER_CHANCE, tally_chance(t, copies), 1);
    for (int layer = 0; layer < analysis_layers(analysis); layer++)
        for (int head = 0; head < analysis_heads(analysis); head++) {
            float weight[BAR_WINDOW];
            double top1, mass;
            for (int k = 0; k < t; k++)
                weight[k] = analysis_attention(analysis, ANALYSIS_DECODER_SELF, layer, head, t, k);
            tally_find(weight, t, copies, &top1, &mass);
            tally->head_top1[layer * ANALYSIS_HEADS_MAX + head] += top1;
            tally->head_mass[layer * ANALYSIS_HEADS_MAX + head] += mass;
        }
    tally->head_cases++;
}

static bool measure_influence(Chunk *chunk, int w, Error *err) {
    BarSequence bars = {.bar = chunk->bar + chunk->first[w],
                        .count = chunk->window[w].count,
                        .steps = chunk->window[w].steps};
    const uint64_t *equal = chunk->equal + chunk->first[w];
    bool repeats = false;
    for (int t = 0; t < bars.count; t++) repeats |= equal[t] != 0;
    if (!repeats) return true;
    Analysis *analysis = compose_analyse(chunk->reader, &bars, NULL, err);
    bool fine = analysis && compose_influence(chunk->reader, analysis, &bars, NULL, err);
    for (int t = 0; fine && t < bars.count; t++)
        if (equal[t]) count_influence(chunk->tally, analysis, t, equal[t]);
    analysis_free(analysis);
    return fine;
}

bool measures_take(Tally *tally, Reader *reader, const MeasuresWindow *window, int count,
                   const FiguresOptions *options, Error *err) {
    Chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk) return error_memory(err, "the figures");
    chunk->tally = tally;
    chunk->reader = reader;
    chunk->options = options;
    chunk->window = window;
    chunk->count = count;
    describe(chunk);
    bool fine = measure_reading(chunk, err) && measure_reconstruction(chunk, err) &&
                (!options->knockout || measure_knockout(chunk, err));
    for (int w = 0; fine && options->influence && w < count; w++)
        fine = !decoding_cancelled(options->cancel, err) && measure_influence(chunk, w, err);
    fine = fine && measure_substitution(chunk, false, err) && measure_substitution(chunk, true, err);
    free(chunk);
    if (fine && tally->starved) return error_memory(err, "the figures");
    return fine;
}
