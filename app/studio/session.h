/* Session: the open document with its past and future, the cursor, the selection and the clipboard; the only place that
 * edits.
 *
 * An edit is begin, change the draft, commit or cancel; what happens between is invisible to everyone else. Undo keeps
 * whole documents, no inverse operations: undoing everything gives the first bytes, redoing everything the last. Their tracks
 * are shared, so that an edit costs the track that it touches. The past is bounded by memory: beyond limit_bytes the oldest
 * documents are forgotten.
 *
 * Pure: no thread, no terminal, no file. Belongs to the UI thread. */
#ifndef REFRAIN_APP_STUDIO_SESSION_H
#define REFRAIN_APP_STUDIO_SESSION_H

#include "engine/music/document.h"
#include "engine/music/edit.h"
#include "engine/music/grid.h"

enum {
    SESSION_NAME_SIZE = 64,
    SESSION_LIMIT_BYTES = 128 << 20, /* of undo */
    SESSION_CURSOR_PITCH = 60,
};

/* A document and the edit that led to it. It shares its tracks with the steps around it. */
typedef struct {
    Document document;
    size_t bytes;   /* what it holds that the step before it does not */
    uint64_t stamp; /* of this step alone: tells it from all others */
    char name[SESSION_NAME_SIZE];
    int32_t cursor_tick; /* where the cursor stood, so that undo shows what it undoes */
    int cursor_pitch;
} SessionStep;

typedef enum { SESSION_SELECT_NONE, SESSION_SELECT_NOTES, SESSION_SELECT_BARS } SessionSelect;

/* A row of documents with a finger on one of them. An edit cuts off what lies to the right of the finger, appends the draft
 * and moves on to it; undo and redo move the finger alone; where the row gets too long it is shortened on the left. So a
 * document that stands in the row never changes again, and `saved` can name the one on disk. Cursor, selection and step
 * entry are of the moment: they are no part of what is undone, but a step remembers where the cursor stood. */
typedef struct {
    SessionStep **steps; /* oldest first; steps[at] is now, later ones can be redone; owned */
    int count, at, capacity;
    int saved; /* the step that is on disk, -1 when none is */
    size_t bytes, limit_bytes;
    SessionStep *draft; /* between begin and commit */
    uint64_t revision;  /* grows whenever the document is another one */

    int32_t cursor_tick;
    int cursor_pitch;
    Grid grid;          /* what the cursor steps by and notes snap to */
    int32_t note_ticks; /* length of the next note */
    int velocity;       /* of the next note */

    SessionSelect selecting;
    int32_t anchor_tick; /* where the selection began */
    int anchor_pitch;

    Track clipboard;
    int32_t clipboard_ticks; /* the time that it fills when pasted; 0 = nothing was copied */
    bool clipboard_bars;     /* whole bars: pasted at bar lines */

    bool step_entry, step_dotted, step_triplet;
    bool step_inserts; /* what follows is pushed along; else it is written over */
    int step_octaves;  /* that the next note is to lie away from where it would */
    int keys_held; /* of a MIDI keyboard: what is struck while others are down belongs to their chord .. */
    int32_t chord_end; /* .. as long as the cursor stands here, where that ends */
} Session;

bool session_init(Session *session, Error *err); /* an empty song */
void session_deinit(Session *session);

/* Replaces everything by another document: the past is forgotten, the cursor goes home. Takes the document on success.
 * modified: it is not what a file holds (a recovered song). */
bool session_open(Session *session, Document *document, bool modified, Error *err);

const Document *session_document(const Session *session);

/* A copy of the document to change; null with a sentence when memory is short. */
Document *session_begin(Session *session, const char *name, Error *err);
/* Makes the draft the document. True when it differs from before; an edit without effect leaves no step. False with
 * err->text set ("" otherwise) when it could not be kept; the draft is dropped. */
bool session_commit(Session *session, Error *err);
void session_cancel(Session *session);

/* One step back or forth; the name of the step, or null when there is none. */
const char *session_undo(Session *session);
const char *session_redo(Session *session);

/* The document of the edit that is going on; null between edits. */
Document *session_draft(Session *session);

bool session_modified(const Session *session);
/* Names the document as it is now, for the moment when slow saving is over: what was edited meanwhile is not saved then. */
uint64_t session_stamp(const Session *session);
void session_mark_saved(Session *session, uint64_t stamp);
/* What is open now, both melodies of it, is where undo ends; it counts as saved. */
void session_begin_here(Session *session);

/* The cursor stays in the song's possible time and in 0..127. */
void session_move(Session *session, int32_t tick, int pitch);
void session_select(Session *session, SessionSelect what);    /* from the cursor on; NONE drops it */
void session_select_as(Session *session, SessionSelect what); /* from where the selection began */
/* Copies what begins in the range; ticks is the time that it will fill when pasted. Returns the notes, -1 with a sentence. */
int session_copy(Session *session, const Track *track, const EditRange *range, int32_t ticks, Error *err);
/* What the next note will be; clipped to a step .. longest and to 1..127. */
void session_set_length(Session *session, int32_t ticks, int32_t longest);
void session_set_grid(Session *session, Grid grid);
int32_t session_ticks_max(const Session *session); /* where the song's possible time ends */
void session_set_velocity(Session *session, int velocity);

/* Step entry: on or off; dotted, or of three in the time of two, until another length is chosen; inserting or writing over; octaves
 * away for one note; where the next step ends, on a twelfth of a quarter where rounding puts it beside one. */
void session_enter_steps(Session *session, bool on);
void session_set_dotted(Session *session, bool dotted);
void session_set_triplet(Session *session, bool triplet);
void session_set_inserts(Session *session, bool inserts);
void session_set_octaves(Session *session, int octaves);
int32_t session_step_end(const Session *session, const Timeline *timeline);
/* A MIDI keyboard's key goes down or up. */
void session_hold_key(Session *session, bool down);
void session_note_chord(Session *session); /* what was entered ends at the cursor; a chord may become of it */
bool session_in_chord(const Session *session);
/* What a command on notes works on: the selection, else the note under the cursor. False when there is neither. */
bool session_range(const Session *session, const Timeline *timeline, const Track *track, EditRange *range);
/* The selection as a rectangle; empty (start = end) when there is none. Bars are those of the timeline. */
EditRange session_selection(const Session *session, const Timeline *timeline);

#endif
