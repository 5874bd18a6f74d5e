/* What drawer.c and drawer_bar.c share; private to these. */
#ifndef REFRAIN_ENGINE_DRAW_DRAWER_PRIVATE_H
#define REFRAIN_ENGINE_DRAW_DRAWER_PRIVATE_H

#include "engine/draw/content.h"
#include "engine/draw/drawer.h"
#include "engine/draw/form.h"

struct Drawer {
    const Prior *prior; /* borrowed */
    SparseActs *form, *content;
    SparseInput form_input, content_input; /* one row; CONTENT_ROWS */
};

/* The network's scores of the bar's classes, y[FORM_CLASSES], which live until the next call. */
const float *drawer_form_scores(Drawer *drawer, const Sight *sight);
/* Writes the unknown steps of the sight's bar, left to right, into its piece. */
void drawer_fill(Drawer *drawer, Piece *piece, const Sight *sight, float temperature, Rng *rng);
/* Draws the sight's bar, form first, and counts it; copies: exact repeats are allowed. */
void drawer_draw(Drawer *drawer, Piece *piece, Sight sight, bool copies, float temperature, Rng *rng);

#endif
