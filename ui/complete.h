/* Complete: what could stand at the end of a ":" line: names of commands, paths, and choices that app has named. */
#ifndef REFRAIN_UI_COMPLETE_H
#define REFRAIN_UI_COMPLETE_H

#include "ui/commands.h"

typedef struct {
    char **item; /* sorted, owned */
    int count;
} CompleteList;

/* Zeroed is empty. */
typedef struct {
    CompleteList choices[COMMAND_COUNT];
} Complete;

void complete_list_deinit(CompleteList *list);
void complete_deinit(Complete *complete);
void complete_set(Complete *complete, CommandId id, const char *const *choices, int count);

/* All that `text` could go on with. *from is the byte where the word begins that an item stands for. Reads a directory for
 * paths ("~/" is the home directory); hidden files only when asked for by a dot. out is empty when there is nothing. */
void complete_find(const Complete *complete, const char *text, int *from, CompleteList *out);

#endif
