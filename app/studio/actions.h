/* Actions: perform one Command on the studio. Every command of ui/commands.def does its job here, or is refused with a
 * sentence that says why and what to do.
 *
 * One file per group of commands; each group's function returns false when the command is not its own. */
#ifndef REFRAIN_APP_STUDIO_ACTIONS_H
#define REFRAIN_APP_STUDIO_ACTIONS_H

#include "app/studio/studio.h"

/* Performs the command and lets engine, player and journal follow. */
void actions_perform(Studio *studio, const Command *command);
/* A note from a MIDI keyboard: heard through, and entered in step entry. velocity 0 is a release. */
void actions_midi_note(Studio *studio, int pitch, int velocity);

bool actions_move(Studio *studio, const Command *command);   /* cursor, mouse */
bool actions_edit(Studio *studio, const Command *command);   /* notes */
bool actions_step(Studio *studio, const Command *command);   /* step entry */
bool actions_clip(Studio *studio, const Command *command);   /* selection, clipboard, bars, undo */
bool actions_play(Studio *studio, const Command *command);   /* transport and versions */
bool actions_latent(Studio *studio, const Command *command); /* the recipe of the result */
bool actions_view(Studio *studio, const Command *command);   /* panes, inspection, Esc */
bool actions_song(Studio *studio, const Command *command);   /* title, tempo, meter, key, program */
bool actions_file(Studio *studio, const Command *command);   /* files, quitting, answers */
bool actions_device(Studio *studio, const Command *command); /* MIDI devices, clock, model */

#endif
