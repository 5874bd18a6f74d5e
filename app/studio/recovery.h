/* Recovery: the journal that brings unsaved work back after a crash, a kill or a power cut.
 *
 * A journal is a song file (song.h, with "path") in $XDG_STATE_HOME/refrain/recovery, named
 * refrain-YYYYMMDD-HHMMSS-N.mid (N is the process's number where that is free). Beside it lies NAME.lock, which the process
 * holds locked as long as it lives: a number alone is no identity, because containers and starts of the machine share them.
 * A process writes only its own journal, atomically, and removes it only after a save or a quit that was answered. Journals
 * of processes that have died are offered, never overwritten; whoever adopts one renames it to be its own, so two instances
 * cannot both have it. One that is not wanted goes to $XDG_STATE_HOME/refrain/trash for RECOVERY_TRASH_DAYS, and so does one
 * that was adopted and is left unsaved.
 *
 * Writing is an errand: fsync may take its time. All functions are called by the UI thread. */
#ifndef REFRAIN_APP_STUDIO_RECOVERY_H
#define REFRAIN_APP_STUDIO_RECOVERY_H

#include <stddef.h>
#include <stdint.h>

#include "app/studio/errands.h"

enum {
    RECOVERY_DELAY_MS = 3000,  /* from an edit to its journal; with the write itself well under 5 s */
    RECOVERY_RETRY_MS = 30000, /* from a failure to the next try, without an edit */
    RECOVERY_TRASH_DAYS = 30,
};

typedef struct {
    char *folder, *trash, *path; /* owned; path is this process's journal */
    int lock_fd;                 /* where there is a path */
    bool exists;                 /* the journal is on disk */
    bool adopted;                /* and began as another process's: what is in it was lost once already */
    bool failed;                 /* but not what was written last */
    uint64_t revision;           /* the session's revision that was written last */
    int64_t due_ms;              /* monotonic time of the next write, 0 = none */
    bool writing;                /* an errand is at it */
    bool dropped;                /* what it writes is not wanted any more */
    char *thrown;                /* where a journal lies in the trash, until it is taken; owned, or null */
    Error error;                 /* of the last write, until it is told */
} Recovery;

/* A journal left by a process that is gone. */
typedef struct {
    char *path;    /* owned */
    char when[32]; /* "2026-11-23 06:55:05" */
} RecoveryFind;

typedef struct {
    RecoveryFind *find; /* oldest first, owned */
    int count, next;    /* next: the one to be offered */
} RecoveryFinds;

bool recovery_init(Recovery *recovery, Error *err);
void recovery_deinit(Recovery *recovery); /* when no write runs any more; leaves the journal as it is */

/* Tells it what the session is at; modified = worth keeping. Sets the time of the next write, or removes the journal of a
 * document that has no unsaved changes any more. */
void recovery_note(Recovery *recovery, uint64_t revision, bool modified, int64_t now_ms);
/* Milliseconds until a write is due; -1 = none is, or one is going on. */
int recovery_wait_ms(const Recovery *recovery, int64_t now_ms);
/* Starts writing; takes the malloc'ed bytes. Not while one is going on. */
void recovery_write(Recovery *recovery, Errands *errands, uint64_t revision, unsigned char *bytes,
                    size_t size);
/* How the last write ended: false with a sentence when it failed, once. err may be null: then it is kept to be told. */
bool recovery_tell(Recovery *recovery, Error *err);
/* The work is saved: its journal goes, at once or as soon as the errand that writes it is over. */
void recovery_remove(Recovery *recovery);
/* The work is left unsaved: the same, but what was adopted goes to the trash (`thrown`). Where it cannot be moved there, it stays as
 * the journal of one who has died, to be offered again, and the next one gets a name of its own. */
void recovery_leave(Recovery *recovery);
/* Where a journal has come to lie in the trash, once (malloc'ed), or null. */
char *recovery_take_thrown(Recovery *recovery);

/* Journals of dead processes. */
RecoveryFinds recovery_find(const Recovery *recovery);
void recovery_finds_deinit(RecoveryFinds *finds);
/* Throws a found journal away: into the trash, where it lies by the name that *where gets (malloc'ed). */
bool recovery_discard(const Recovery *recovery, const char *path, char **where, Error *err);
/* Makes a found journal this process's own. False when another instance was faster. */
bool recovery_adopt(Recovery *recovery, const char *path, Error *err);
/* The adopted one could not be opened after all: it gets its name back and is offered again. */
void recovery_give_back(Recovery *recovery, const char *path);

#endif
