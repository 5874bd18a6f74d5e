/* Loop: the one place where the program sleeps. Waits for keys, signals, the engine, the player, MIDI keyboards and
 * background work; draws when something changed, and thirty times a second while the song plays. Idle, it costs nothing. */
#ifndef REFRAIN_APP_LOOP_H
#define REFRAIN_APP_LOOP_H

#include "app/studio/studio.h"
#include "ui/screen.h"

/* Runs until the studio wants to quit (0) or a signal ends it (128 + its number; unsaved work is then in the journal). */
int loop_run(Studio *studio, Screen *screen, Canvas *canvas, int signal_fd);
/* Draws once. The canvas is kept between frames and gets the screen's size. */
void loop_draw(Studio *studio, Screen *screen, Canvas *canvas);

#endif
