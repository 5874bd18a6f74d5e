/* Tally: the counting behind figures; pure arithmetic on bars and numbers, no model.
 *
 * Every figure is a sum over a weight; tallies of parts add up to the tally of the whole. A zeroed Tally is empty. */
#ifndef REFRAIN_ENGINE_MEASURE_TALLY_H
#define REFRAIN_ENGINE_MEASURE_TALLY_H

#include "engine/analysis.h"
#include "engine/measure/figure.h"

typedef struct {
    float *value; /* owned */
    int count, capacity;
} TallyList;

enum { TALLY_HEADS_MAX = ANALYSIS_LAYERS_MAX * ANALYSIS_HEADS_MAX };

typedef struct {
    int windows, bars;
    double sum[FIGURE_COUNT], weight[FIGURE_COUNT];
    TallyList first_cost, exact_cost; /* for KL_AUC */
    TallyList cost_at[BAR_WINDOW];    /* costs of repeats by distance */
    double
        head_top1[TALLY_HEADS_MAX]; /* attention of every decoder head on true copies, for the best of them */
    double head_mass[TALLY_HEADS_MAX];
    double head_cases;
    bool starved; /* memory was out: what was counted is not whole */
} Tally;

void tally_deinit(Tally *tally);
void tally_add(Tally *tally, Figure figure, double sum, double weight);
void tally_list(Tally *tally, TallyList *list, float value);
void tally_merge(Tally *to, const Tally *from);
/* Fills values and cases of a group. */
void tally_finish(FiguresGroup *group, Tally *tally);
void tally_distances(FiguresDistance *distance, Tally *tally); /* distance[BAR_WINDOW] */

/* Steps among the first `steps` that are equal. */
int tally_equal_steps(const Bar *want, const Bar *got, int steps);
/* Onsets of got that want has at the same step and pitch. */
int tally_equal_onsets(const Bar *want, const Bar *got);
int tally_onsets(const Bar *bar);
/* P(a < b) + P(a = b) / 2 for a of `low` and b of `high`, which get sorted. NaN when one is empty. */
double tally_auc(TallyList *low, TallyList *high);
/* The value below which a share of a sorted list lies, between neighbours linearly. */
double tally_quantile(const TallyList *sorted, double share);
/* How well weights over the earlier bars 0 .. t-1 find those in `copies`: is the strongest one among them (the first, when
 * several are equal), and what share of all weight do they have. No weight at all counts as chance. */
void tally_find(const float *weight, int t, uint64_t copies, double *top1, double *mass);
double tally_chance(int t, uint64_t copies); /* share of copies among the t earlier bars */

#endif
