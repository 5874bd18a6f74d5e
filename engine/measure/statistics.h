/* Statistics: four numbers that say whether bars sound like music of a kind, for setting samples beside a corpus.
 *
 *   pitch class entropy  of a melody's onsets, in bits, 0 .. log2 12 = 3.58; low = few notes of the scale are used; the
 *                        mean over melodies, weighted by onsets. Longer melodies use more notes: compare equal lengths.
 *   onset density        onsets a quarter note
 *   repeated bar share   bars with an onset that equal an earlier bar of their melody (of its last BAR_WINDOW bars)
 *   scale consistency    per melody, the largest share of its onsets that fits one major or natural minor scale;
 *                        weighted by onsets. As in Mogren, "C-RNN-GAN", 2016, whose scales these are. */
#ifndef REFRAIN_ENGINE_MEASURE_STATISTICS_H
#define REFRAIN_ENGINE_MEASURE_STATISTICS_H

#include "engine/bar.h"

typedef struct {
    long melodies, bars, quarters, onsets, sounding_bars, repeated_bars;
    long in_scale;  /* onsets of the best scale of each melody */
    double entropy; /* each melody's, times its onsets */
} Statistics;

/* Adds one melody's bars `from` .. count - 1; earlier ones only count as what may be repeated. A zeroed Statistics is empty. */
void statistics_add(Statistics *statistics, const Bar *bars, int count, int steps, int from);

/* 0 where there is nothing to measure. */
double statistics_pitch_class_entropy(const Statistics *statistics);
double statistics_onset_density(const Statistics *statistics);
double statistics_repeated_bars(const Statistics *statistics);
double statistics_scale_consistency(const Statistics *statistics);

#endif
