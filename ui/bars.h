/* Bars: the bars that the lanes and the matrix speak of, and what to call them.
 *
 * The model's bars are not always the written ones (bar.h regroups some meters); here they are counted from 0, given
 * their ticks and the names that a person knows: "5", or "5a" and "5b" where a written bar is two of the model's. */
#ifndef REFRAIN_UI_BARS_H
#define REFRAIN_UI_BARS_H

#include "ui/view.h"

/* Where a model bar of the shown version begins, and the bar that a tick lies in (engine/music/grouping.h). */
int32_t bars_start(const View *view, int bar);
int bars_at(const View *view, int32_t tick);
int32_t bars_ticks(const View *view);            /* of the model bar that the cursor is in */
int bars_count(const View *view);                /* model bars of the shown version, >= 1 */
int bars_focus(const View *view);                /* the model bar that the cursor is in */
const Analysis *bars_analysis(const View *view); /* of the shown version, or null */
const BarSource *bars_source(const View *view,
                             int bar); /* of the shown result; null beyond it, and of other versions */
bool bars_follows(const View *view,
                  int bar); /* the shown result's bar changed because it refers to a changed one */
void bars_name(const View *view, int bar, char out[16]);
/* What is referred to, in words (engine/reference.h). */
void bars_reference(const View *view, const Reference *reference, char out[48]);

#endif
