/* Opening: another song, or another context, comes onto the desk: a file, nothing, or the work of a refrain that has died.
 *
 * All of it speaks through the studio's messages; false means that it did not happen. The caller has asked about unsaved
 * changes. */
#ifndef REFRAIN_APP_STUDIO_OPENING_H
#define REFRAIN_APP_STUDIO_OPENING_H

#include "app/studio/studio.h"
#include "midi_io/score_file.h"

/* A song, or the melody of any file of notes; a context that is there already stays when the file brings none. wish: which
 * track or tune of it, null = the melody. */
bool opening_song(Studio *studio, const char *path, const ScoreFileWish *wish);
/* The melody of a MIDI file, or a song's original, as the context: an edit, undoable. Where the two have other keys, a fit is
 * offered unless this is one. */
bool opening_context(Studio *studio, const char *path, DocumentAlign align);
bool opening_new(Studio *studio);

/* Asks about the next journal that a dead process left, if there is one. */
void opening_offer_journal(Studio *studio);
bool opening_journal(Studio *studio);         /* the offered one; it becomes this process's own */
bool opening_discard_journal(Studio *studio); /* the offered one */

#endif
