/* History: the ":" lines that were typed, oldest first, each once; the file holds one a line. Several refrains share the file:
 * a line is merged into what is there, under a lock.
 *
 * That a file cannot be read or written is no reason to disturb anybody. Zeroed = empty. Any thread; a History belongs to
 * one. */
#ifndef REFRAIN_UI_HISTORY_H
#define REFRAIN_UI_HISTORY_H

enum { HISTORY_MAX = 200, HISTORY_LINE_SIZE = 1024 };

typedef struct {
    char *line[HISTORY_MAX]; /* owned */
    int count;
} History;

void history_load(History *history, const char *path); /* null = empty */
void history_deinit(History *history);
/* The newest line now; one of blanks is nothing. */
void history_add(History *history, const char *line);
/* Adds it to the file, whatever others have added meanwhile. Waits for the disk. */
void history_keep(const char *path, const char *line);

#endif
