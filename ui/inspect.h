/* Inspect: one bar in words: form, source, cost, references beat by beat, influence both ways. The text twin of lanes and
 * matrix. */
#ifndef REFRAIN_UI_INSPECT_H
#define REFRAIN_UI_INSPECT_H

#include "ui/pager.h"
#include "ui/view.h"

void inspect_write(Pager *pager, const View *view, int bar);

#endif
