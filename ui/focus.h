/* Focus: who gets a key: a question, the prompt, what lies open on top, the mouse, or the key map of the pane. */
#ifndef REFRAIN_UI_FOCUS_H
#define REFRAIN_UI_FOCUS_H

#include "ui/desk.h"

/* True when *command is for app. */
bool focus_key(Ui *ui, const UiKey *key, const View *view, Command *command);

#endif
