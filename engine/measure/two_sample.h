/* Two-sample test: can a simple classifier tell two sets of melodies apart? (Lopez-Paz and Oquab, "Revisiting classifier
 * two-sample tests", ICLR 2017.)
 *
 * Each window of TWO_SAMPLE_BARS bars is described by numbers of pitch, rhythm, repetition and contour; a logistic regression
 * is fitted to the standardised numbers, and every window is judged by one that has not seen it (five folds). The area under
 * the curve is the probability that it finds a window of the first set the likelier of two: 0.5 = cannot be told apart, 1 =
 * always. Two random halves of one corpus give 0.5, give or take 0.02 with 300 windows each. */
#ifndef REFRAIN_ENGINE_MEASURE_TWO_SAMPLE_H
#define REFRAIN_ENGINE_MEASURE_TWO_SAMPLE_H

#include "engine/bar.h"

enum { TWO_SAMPLE_BARS = 16, TWO_SAMPLE_FEATURES = 63 };

/* What a window is like. features[TWO_SAMPLE_FEATURES]; steps 16 or 12. */
void two_sample_describe(double *features, const Bar *window, int steps);
const char *two_sample_feature_name(int index);

/* Rows of TWO_SAMPLE_FEATURES numbers each, at least ten in either set. auc: of the classifier; one_auc (may be null,
 * TWO_SAMPLE_FEATURES): of each number alone, 0.5 .. 1. The seed shares the windows out among the folds. */
bool two_sample_auc(double *auc, double *one_auc, const double *first, int first_count, const double *second,
                    int second_count, uint64_t seed, Error *err);

#endif
