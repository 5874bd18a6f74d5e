/* Lanes: one cell group per bar under the roll, aligned with its bar lines.
 *
 *   form   A  B  A=  B'  A+2   = exact repeat, ' near copy, +2 transposed copy, - no onsets
 *   whose  1  2  25%  ~        whose latent the result's bar uses: original, context, a mix, a sample; * locked
 *   cost   blocks              what the bar costs the model, KL in nats; the number for the bar in focus
 *   refs   -> 1 83% [beats]    the bar that it refers to most; a bent arrow where the bar changed because of that
 *   arcs   `-83%--+-12%--'     every reference of the bar in focus, as an arc to the bars it uses
 *
 * Where there is no row for the arcs and the lanes have the keyboard, they take the place of refs. */
#ifndef REFRAIN_UI_LANES_H
#define REFRAIN_UI_LANES_H

#include "ui/geometry.h"
#include "ui/layout.h"
#include "ui/canvas.h"
#include "ui/view.h"

void lanes_draw(Canvas *canvas, const Layout *layout, const Geometry *geometry, const View *view,
                bool active);

#endif
