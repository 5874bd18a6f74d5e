/* Figure: the picture that a paper would print of one inspected melody, as SVG 1.1.
 *
 * From top to bottom, for every window of the melody: piano roll, form line, cost of each bar in nats, arcs from each bar to
 * the bars it refers to; then two heat maps, references and measured influence, with one scale. Letters, outlines and
 * numbers repeat what colours say. The text is malloc'ed and the caller's; null when out of memory. */
#ifndef REFRAIN_APP_VERBS_FIGURE_SVG_H
#define REFRAIN_APP_VERBS_FIGURE_SVG_H

#include "app/verbs/inspection.h"

char *figure_svg(const Inspection *inspection);

#endif
