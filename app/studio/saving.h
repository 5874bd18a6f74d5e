/* Saving: the song, or one version of it, to a file. What is written is made up at once, after the engine has answered; the
 * writing itself is an errand.
 *
 * All of it speaks through the studio's messages. Each function returns false when it was refused for good; true when it is done
 * or under way: a question was asked, a name is asked for, or the engine is waited for. */
#ifndef REFRAIN_APP_STUDIO_SAVING_H
#define REFRAIN_APP_STUDIO_SAVING_H

#include "app/studio/studio.h"

/* command->text "" = where it was saved before. */
bool saving_song(Studio *studio, const Command *command);
bool saving_version(Studio *studio, const Command *command); /* the shown one, with its accompaniment */
/* Is the song being saved, so that what would leave it has only to wait? */
bool saving_goes_on(const Studio *studio);

/* True when path may be written; otherwise the question whether to overwrite it has been asked. */
bool saving_may_write(Studio *studio, const char *path, const Command *command);

#endif
