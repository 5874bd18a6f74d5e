/* Mouse: what a click, a drag or the wheel means, by what was drawn last under it.
 *
 * Roll: press moves the cursor, release without a drag places or removes a note, a drag selects. Ruler and lanes: to that
 * bar. Versions: show one. Wheel: scrolls. Everything can be done without a mouse as well. */
#ifndef REFRAIN_UI_MOUSE_H
#define REFRAIN_UI_MOUSE_H

#include "ui/desk.h"

/* True when *command is for app. */
bool mouse_event(Ui *ui, const UiKey *key, const View *view, Command *command);

#endif
