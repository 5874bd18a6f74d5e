/* Studio: everything that a command may touch: the session, what the engine derived from it, the player, the messages.
 *
 * No terminal: a test drives a Studio with commands and looks at it, exactly as the loop does. Belongs to the UI thread.
 * Whoever performs commands calls studio_follow afterwards, which lets the engine and the player know what changed. */
#ifndef REFRAIN_APP_STUDIO_STUDIO_H
#define REFRAIN_APP_STUDIO_STUDIO_H

#include "app/studio/derived.h"
#include "app/errands.h"
#include "app/studio/recent.h"
#include "app/studio/messages.h"
#include "app/studio/playback.h"
#include "app/studio/question.h"
#include "app/studio/recovery.h"
#include "app/studio/session.h"
#include "midi_io/input.h"
#include "midi_io/output.h"
#include "midi_io/smf_file.h"
#include "ui/ui.h"

typedef struct {
    Session session;
    Derived derived;
    Playback playback;
    Messages messages;
    Recent recent;
    Question question;
    Recovery recovery;   /* zeroed = unsaved work is not kept */
    RecoveryFind *finds; /* journals to offer; owned */
    int find_count, find_next;

    Engine *engine;   /* borrowed, may be null */
    Errands *errands; /* borrowed, may be null: then slow work is done at once */
    Ui *ui;           /* borrowed, may be null */
    MidiInput *input; /* borrowed, null = off */

    Version version;
    int ghost;               /* a Version, or -1 */
    uint64_t followed;       /* the session's revision that engine and player know */
    char *path;              /* where :w saves, or null; owned */
    int64_t path_written_ns; /* when what we know of the file there was written */
    bool path_holds_more;    /* the file there has more than refrain took from it: ask before overwriting */
    bool paused;             /* playing has begun and was not stopped yet */
    int32_t began_tick;      /* where the cursor was when playing began: stop goes back there */
    Melody preview;          /* quantise preview; empty = none */
    bool previewing;
    bool loading_model;
    bool model_asked;  /* by the user, who is told when it is there */
    bool consent;      /* the question that a command would raise has been answered with yes */
    bool saving_first; /* after_save waits for a name or an answer, and is performed when the song is saved */
    Command after_save;
    uint64_t continuing; /* id of the ENGINE_CONTINUE that is waited for, 0 = none */
    uint64_t continue_revision;
    char output_wanted[OUTPUT_NAME_SIZE]; /* what the user asked for, "" = the best */
    bool opening_output;
    Error told;     /* why there is no result, as it was said last */
    uint64_t heard; /* derived.changes that the player knows */
    int64_t now_ms; /* monotonic, set by the loop before each turn; tests set what they like */

    bool quit;    /* the loop ends */
    bool suspend; /* the loop gives the terminal back and stops the process */
    bool redraw;  /* the loop draws everything anew */
} Studio;

bool studio_init(Studio *studio, Engine *engine, Player *player, Errands *errands, Error *err);
void studio_deinit(Studio *studio);

const Document *studio_document(const Studio *studio);
const Melody *studio_melody(const Studio *studio); /* of the shown version */

/* A draft of the shown melody to edit; null with a message where it cannot be edited. */
Melody *studio_begin(Studio *studio, const char *name);
/* A draft of the whole document. */
Document *studio_begin_document(Studio *studio, const char *name);
/* Keeps the draft. True when something changed; otherwise nothing is said unless memory was short. */
bool studio_commit(Studio *studio);
void studio_cancel(Studio *studio); /* drops the draft */

/* After a command: posts to the engine, refreshes the player, tells the journal. */
void studio_follow(Studio *studio);
/* Takes all replies of the engine. */
void studio_take_replies(Studio *studio);
void studio_load_model(Studio *studio, const char *path); /* in the background */
/* Waits, a second at most, for the engine's answers about the document as it is. */
void studio_settle(Studio *studio);
const char *studio_version_name(Version version); /* "original", "context" .. */
/* Shows and plays another version, keeping the position. */
void studio_show_version(Studio *studio, Version version);
/* Why a version has no notes, as a sentence. */
const char *studio_why_empty(const Studio *studio, Version version);

/* The engine bars (first, count) that latent commands work on: the selected ones where select is set and there is a
 * selection, else the cursor's. Clipped to the recipe; count 0 when there are none. */
void studio_bars(const Studio *studio, bool selected, int *first, int *count);

/* Bytes of the song with everything in it, for saving; malloc'ed. */
bool studio_song_bytes(const Studio *studio, const char *path, unsigned char **bytes, size_t *size,
                       Error *err);
/* Writes the journal if it is due (or at once), on a background thread. False with a message when it cannot, or when an
 * earlier write has turned out to have failed. */
bool studio_journal(Studio *studio, bool at_once);

#endif
