#include "engine/measure/tally.h"

#include <math.h>
#include <stdlib.h>

/* ---- adding ---- */

void tally_deinit(Tally *tally) {
    free(tally->first_cost.value);
    free(tally->exact_cost.value);
    for (int i = 0; i < BAR_WINDOW; i++) free(tally->cost_at[i].value);
    *tally = (Tally){0};
}

void tally_add(Tally *tally, Figure figure, double sum, double weight) {
    tally->sum[figure] += sum;
    tally->weight[figure] += weight;
}

void tally_list(Tally *tally, TallyList *list, float value) {
    if (list->count == list->capacity) {
        int capacity = list->capacity ? 2 * list->capacity : 64;
        float *grown = realloc(list->value, (size_t)capacity * sizeof *grown);
        if (!grown) {
            tally->starved = true;
            return;
        }
        list->value = grown;
        list->capacity = capacity;
    }
    list->value[list->count++] = value;
}

static void merge_list(Tally *to, TallyList *list, const TallyList *from) {
    for (int i = 0; i < from->count; i++) tally_list(to, list, from->value[i]);
}

void tally_merge(Tally *to, const Tally *from) {
    to->windows += from->windows;
    to->bars += from->bars;
    for (int i = 0; i < FIGURE_COUNT; i++) tally_add(to, (Figure)i, from->sum[i], from->weight[i]);
    merge_list(to, &to->first_cost, &from->first_cost);
    merge_list(to, &to->exact_cost, &from->exact_cost);
    for (int i = 0; i < BAR_WINDOW; i++) merge_list(to, &to->cost_at[i], &from->cost_at[i]);
    for (int i = 0; i < TALLY_HEADS_MAX; i++) {
        to->head_top1[i] += from->head_top1[i];
        to->head_mass[i] += from->head_mass[i];
    }
    to->head_cases += from->head_cases;
    to->starved |= from->starved;
}

/* ---- finishing ---- */

static int compare_floats(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void sort(TallyList *list) {
    if (list->count > 0) qsort(list->value, (size_t)list->count, sizeof *list->value, compare_floats);
}

double tally_auc(TallyList *low, TallyList *high) {
    if (low->count == 0 || high->count == 0) return NAN;
    sort(low);
    sort(high);
    double pairs = 0;
    int below = 0, not_above = 0; /* of low, against the value of high at hand */
    for (int i = 0; i < high->count; i++) {
        while (below < low->count && low->value[below] < high->value[i]) below++;
        while (not_above < low->count && low->value[not_above] <= high->value[i]) not_above++;
        pairs += below + 0.5 * (not_above - below);
    }
    return pairs / low->count / high->count;
}

double tally_quantile(const TallyList *sorted, double share) {
    if (sorted->count == 0) return 0;
    double at = share * (sorted->count - 1);
    int i = (int)at;
    if (i >= sorted->count - 1) return sorted->value[sorted->count - 1];
    return sorted->value[i] + (at - i) * (sorted->value[i + 1] - sorted->value[i]);
}

static void add_best_head(Tally *tally) {
    int best = 0;
    for (int i = 1; i < TALLY_HEADS_MAX; i++)
        if (tally->head_mass[i] > tally->head_mass[best]) best = i;
    tally_add(tally, FIGURE_ATTENTION_TOP1, tally->head_top1[best], tally->head_cases);
    tally_add(tally, FIGURE_ATTENTION_MASS, tally->head_mass[best], tally->head_cases);
}

void tally_finish(FiguresGroup *group, Tally *tally) {
    add_best_head(tally);
    group->windows = tally->windows;
    group->bars = tally->bars;
    for (int i = 0; i < FIGURE_COUNT; i++) {
        group->cases[i] = tally->weight[i];
        group->value[i] = tally->weight[i] > 0 ? tally->sum[i] / tally->weight[i] : NAN;
    }
    int exact = tally->exact_cost.count;
    group->value[FIGURE_KL_RATIO] = group->value[FIGURE_KL_EXACT] / group->value[FIGURE_KL_FIRST];
    group->value[FIGURE_KL_AUC] = tally_auc(&tally->exact_cost, &tally->first_cost);
    group->cases[FIGURE_KL_RATIO] = group->cases[FIGURE_KL_AUC] = exact;
}

void tally_distances(FiguresDistance *distance, Tally *tally) {
    for (int d = 0; d < BAR_WINDOW; d++) {
        TallyList *costs = &tally->cost_at[d];
        double sum = 0;
        sort(costs);
        for (int i = 0; i < costs->count; i++) sum += costs->value[i];
        distance[d] = (FiguresDistance){.repeats = costs->count,
                                        .mean = costs->count ? sum / costs->count : 0,
                                        .low_quartile = tally_quantile(costs, 0.25),
                                        .median = tally_quantile(costs, 0.5),
                                        .high_quartile = tally_quantile(costs, 0.75)};
    }
}

/* ---- counting ---- */

int tally_equal_steps(const Bar *want, const Bar *got, int steps) {
    int equal = 0;
    for (int s = 0; s < steps; s++) equal += want->token[s] == got->token[s];
    return equal;
}

int tally_equal_onsets(const Bar *want, const Bar *got) {
    int equal = 0;
    for (int s = 0; s < BAR_STEPS; s++)
        equal += bar_is_onset(want->token[s]) && want->token[s] == got->token[s];
    return equal;
}

int tally_onsets(const Bar *bar) {
    int onsets = 0;
    for (int s = 0; s < BAR_STEPS; s++) onsets += bar_is_onset(bar->token[s]);
    return onsets;
}

double tally_chance(int t, uint64_t copies) {
    int count = 0;
    for (int k = 0; k < t; k++) count += copies >> k & 1;
    return t > 0 ? (double)count / t : 0;
}

void tally_find(const float *weight, int t, uint64_t copies, double *top1, double *mass) {
    double all = 0, found = 0;
    int strongest = 0;
    for (int k = 0; k < t; k++) {
        all += weight[k];
        if (copies >> k & 1) found += weight[k];
        if (weight[k] > weight[strongest]) strongest = k;
    }
    *top1 = all > 0 ? (double)(copies >> strongest & 1) : tally_chance(t, copies);
    *mass = all > 0 ? found / all : tally_chance(t, copies);
}
