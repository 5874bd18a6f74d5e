/* Evaluation: the words for measured figures: a table for people, JSON for programs, a plot for papers. */
#ifndef REFRAIN_APP_VERBS_EVALUATION_H
#define REFRAIN_APP_VERBS_EVALUATION_H

#include <stdio.h>

#include "engine/measure/figures.h"

typedef struct {
    const Figures *figures;     /* borrowed */
    const char *model, *corpus; /* names; borrowed */
    double read_notes; /* share of the onsets of MIDI tracks that their bars have; NaN where none were read */
} Evaluation;

void evaluation_print(FILE *out, const Evaluation *evaluation);
/* {"all": {key: number or null, .., "windows", "bars", "cases": {..}}, "4/4": {..}, .., "by_length": {"8": {..}, ..}, "by_register": {"low": {..}, ..},
 * "distance": [{"bars", "repeats", "mean", "low_quartile", "median", "high_quartile"}], "model", "corpus"}; malloc'ed. */
char *evaluation_json(const Evaluation *evaluation);
/* Only the figures over all melodies, compact: what a model file says about itself. malloc'ed. */
char *evaluation_json_all(const Evaluation *evaluation);
/* The cost of exact repeats against their distance to the nearest earlier copy, as SVG 1.1; malloc'ed. */
char *evaluation_svg(const Evaluation *evaluation);

#endif
