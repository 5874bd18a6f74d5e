/* Recovery: the journal that brings unsaved work back after a crash, a kill or a power cut.
 *
 * A journal is a song file (song.h, with "path") in $XDG_STATE_HOME/refrain/recovery, named
 * refrain-YYYYMMDD-HHMMSS-PID.mid after its process. A process writes only its own journal, atomically, and removes it only
 * after a save or a quit that was answered. Journals of processes that have died are offered, never overwritten; whoever
 * adopts one renames it to be its own, so two instances cannot both have it.
 *
 * Writing happens on a short-lived thread: fsync may take its time. All functions are called by the UI thread. */
#ifndef REFRAIN_APP_STUDIO_RECOVERY_H
#define REFRAIN_APP_STUDIO_RECOVERY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/base/thread.h"

enum {
    RECOVERY_DELAY_MS = 3000,  /* from an edit to its journal; with the write itself well under 5 s */
    RECOVERY_RETRY_MS = 30000, /* from a failure to the next try, without an edit */
    RECOVERY_LOOK_MS = 100,    /* while one is being written: how often to look whether it is done */
};

typedef struct {
    char *folder, *path; /* owned; path is this process's journal */
    bool exists;         /* the journal is on disk */
    bool failed;         /* but not what was written last */
    uint64_t revision;   /* the session's revision that was written last */
    int64_t due_ms;      /* monotonic time of the next write, 0 = none */
    Thread thread;
    bool writing;
    atomic_bool finished;
    unsigned char *bytes; /* being written */
    size_t size;
    Error error; /* of the last write, until it is told */
} Recovery;

/* A journal left by a process that is gone. */
typedef struct {
    char *path;    /* owned */
    char when[32]; /* "2026-11-23 06:55:05" */
} RecoveryFind;

bool recovery_init(Recovery *recovery, Error *err);
void recovery_deinit(Recovery *recovery); /* waits for a running write; leaves the journal as it is */

/* Tells it what the session is at; modified = worth keeping. Sets the time of the next write, or removes the journal of a
 * document that has no unsaved changes any more. */
void recovery_note(Recovery *recovery, uint64_t revision, bool modified, int64_t now_ms);
/* Milliseconds until a write is due or recovery_collect may have something to say, -1 = neither. */
int recovery_wait_ms(const Recovery *recovery, int64_t now_ms);
/* Starts writing; takes the malloc'ed bytes. Waits for a write that is still going on; where no thread can start it writes
 * before it returns. False with a sentence when the write before failed and that has not been told; this one begins all
 * the same. */
bool recovery_write(Recovery *recovery, uint64_t revision, unsigned char *bytes, size_t size, Error *err);
/* Never waits: true while a write is going on and when there was none; else how it ended, a failure once. */
bool recovery_collect(Recovery *recovery, Error *err);
/* Waits until what was given is on disk. */
bool recovery_flush(Recovery *recovery, Error *err);
void recovery_remove(Recovery *recovery);

/* Journals of dead processes, oldest first, malloc'ed; returns the count. */
int recovery_find(const Recovery *recovery, RecoveryFind **finds);
void recovery_finds_free(RecoveryFind *finds, int count);
/* Makes a found journal this process's own. False when another instance was faster. */
bool recovery_adopt(Recovery *recovery, const char *path, Error *err);
/* The adopted one could not be opened after all: it gets its name back and is offered again. */
void recovery_give_back(Recovery *recovery, const char *path);

#endif
