/* Studio: the open song and everything around it: its file, what waits, the sound, the journal, the messages.
 *
 * No terminal: a test drives a Studio with commands and looks at it, exactly as the loop does. Belongs to the UI thread.
 * Each part is a noun of its own; the whole is for those few that bring parts together: opening, saving, rendering, what
 * follows a command, and the picture of it all (app/view.c). */
#ifndef REFRAIN_APP_STUDIO_STUDIO_H
#define REFRAIN_APP_STUDIO_STUDIO_H

#include "app/studio/errands.h"
#include "app/studio/candidates.h"
#include "app/studio/continuation.h"
#include "app/studio/editor.h"
#include "app/studio/outlet.h"
#include "app/studio/pending.h"
#include "app/studio/playback.h"
#include "app/studio/recent.h"
#include "app/studio/recovery.h"
#include "app/studio/song_file.h"
#include "app/studio/tap.h"
#include "ui/ui.h"

typedef struct {
    Editor editor; /* the song, its versions */
    SongFile file;
    Pending pending;
    Continuation continuation;
    Candidates candidates;
    Playback playback;
    Tap tap;
    Outlet outlet;
    Messages messages;
    Recent recent;
    Recovery recovery; /* zeroed = unsaved work is not kept */
    RecoveryFinds finds;

    Errands *errands; /* borrowed, may be null: then slow work is done at once */
    Ui *ui;           /* borrowed, may be null */

    uint64_t followed;     /* the session's revision that engine and player know */
    uint64_t heard;        /* derived.changes that the player knows .. */
    Version heard_version; /* .. and the version .. */
    uint64_t heard_mix;    /* .. and the mixer's changes */
    Error told;            /* why there is no result, as it was said last */
    int64_t now_ms;        /* monotonic, set by the loop before each turn; tests set what they like */

    bool quit;    /* the loop ends */
    bool suspend; /* the loop gives the terminal back and stops the process */
    bool redraw;  /* the loop draws everything anew */
} Studio;

/* engine, player, errands: borrowed, each may be null. */
bool studio_init(Studio *studio, Engine *engine, Player *player, Errands *errands, Error *err);
void studio_deinit(Studio *studio);

/* After a command: posts to the engine, refreshes the player, tells the journal. */
void studio_follow(Studio *studio);
/* It was opened or saved: first among the recent files. */
void studio_remember_file(Studio *studio, const char *path);
/* Takes all replies of the engine. */
void studio_take_replies(Studio *studio);
/* Writes the journal if it is due (or at once), in the background. False with a message when it cannot, or when an
 * earlier write has turned out to have failed. */
bool studio_journal(Studio *studio, bool at_once);

#endif
