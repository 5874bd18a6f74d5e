/* Tracks: the tracks of the song that is heard, as lines to read. The text twin of what is dim in the roll. */
#ifndef REFRAIN_UI_TRACKS_H
#define REFRAIN_UI_TRACKS_H

#include "ui/pager.h"
#include "ui/view.h"

void tracks_write(Pager *pager, const View *view);

#endif
