/* Rendering: the shown version as a sound file, made in the background. */
#ifndef REFRAIN_APP_STUDIO_RENDERING_H
#define REFRAIN_APP_STUDIO_RENDERING_H

#include "app/studio/studio.h"

/* command->text is the file, WAV or FLAC by its ending. What comes of it is said in the messages. */
void rendering_start(Studio *studio, const Command *command);

#endif
