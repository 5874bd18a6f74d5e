/* Files: songs in and out: open, save, export, render, recover.
 *
 * All of it speaks through the studio's messages; false means that it did not happen, or not yet because a question was
 * asked (studio->question), after which the command is performed again with studio->consent. */
#ifndef REFRAIN_APP_STUDIO_FILES_H
#define REFRAIN_APP_STUDIO_FILES_H

#include "app/studio/studio.h"

/* Opens a song, or the melody of any MIDI file; a context that is there already stays when the file brings none. track: see
 * smf_file_import. The caller has asked about unsaved changes. */
bool files_open(Studio *studio, const char *path, int track);
/* The melody of a MIDI file, or a song's original, as the context: an edit, undoable. */
bool files_open_context(Studio *studio, const char *path);
bool files_new(Studio *studio);
/* path "" = where it was saved before. command is performed again after a question. */
bool files_save(Studio *studio, const char *path, const Command *command);
bool files_export(Studio *studio, const char *path, const Command *command); /* the shown version alone */
bool files_render(Studio *studio, const char *path, const Command *command); /* in the background */

/* What was typed as a path, malloc'ed: blanks around it go, "~/" is the home folder, a name without a suffix gets one. */
char *files_path(const char *typed, const char *suffix);
/* The same for a file to write; null with a message where that names a folder. "" when nothing was typed. */
char *files_target(Studio *studio, const char *typed, const char *suffix);
/* True when path may be written; otherwise the question whether to overwrite it has been asked. */
bool files_may_write(Studio *studio, const char *path, const Command *command);

/* Asks about the next journal that a dead process left, if there is one. */
void files_offer_journal(Studio *studio);
bool files_open_journal(Studio *studio);   /* the offered one; it becomes this process's own */
bool files_delete_journal(Studio *studio); /* the offered one */

#endif
