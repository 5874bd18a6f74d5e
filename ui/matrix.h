/* Matrix: bars x bars as a heat map: how much the row's bar uses the column's.
 *
 * Pictures: the reference head; the measured influence (the column's latent taken away, or another bar's put in its
 * place); encoder, decoder self and decoder inter attention by layer and head, or their mean. Attention is labelled as what it
 * is: where the model looks, not what it uses. Values are percent where three columns are free, shades elsewhere. */
#ifndef REFRAIN_UI_MATRIX_H
#define REFRAIN_UI_MATRIX_H

#include "ui/geometry.h"
#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/view.h"

/* Zeroed shows the references. */
typedef struct {
    AnalysisMatrix picture;
    int map;  /* attention: 0 = the mean, else 1 + layer * heads + head */
    int maps; /* how many the analysis last drawn has */
    int top;  /* first bar shown */
} Matrix;

bool matrix_has_maps(const Matrix *matrix); /* does the picture have layers and heads? */
void matrix_next_map(Matrix *matrix);
/* The columns that a pane of its own would like, gutter included. */
int matrix_width(const View *view, int most);
/* Columns a bar when the matrix has `columns` for all of them: 2 .. 16. */
int matrix_cell(const View *view, int columns);
/* geometry places the columns (the lanes below use the same one); rect is the whole pane. */
void matrix_draw(Matrix *matrix, Canvas *canvas, Rect rect, const Geometry *geometry, const View *view,
                 bool active);
int matrix_rows(int bars); /* rows that a matrix of so many bars takes */
/* The bar whose row stands at y, or -1. */
int matrix_bar(const Matrix *matrix, Rect rect, int y);

#endif
