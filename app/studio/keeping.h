/* Keeping: small things that outlive the session - typed lines, recent files, chosen devices - go to files that every refrain
 * of this user shares. Each is merged into its file by an errand, so that nobody waits for the disk and nothing that another
 * refrain has kept is lost.
 *
 * UI thread. errands may be null: then it happens at once. */
#ifndef REFRAIN_APP_STUDIO_KEEPING_H
#define REFRAIN_APP_STUDIO_KEEPING_H

#include "app/studio/errands.h"
#include "app/studio/messages.h"

void keeping_line(Errands *errands, const char *path, const char *line);
void keeping_recent(Errands *errands, const char *path);
/* name = value in the [sound] section of the config file; a failure is told. */
void keeping_sound(Errands *errands, Messages *messages, const char *name, const char *value);

#endif
