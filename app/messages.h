/* Messages: what refrain has said, newest last; the last one stands in the status line until the next key. */
#ifndef REFRAIN_APP_MESSAGES_H
#define REFRAIN_APP_MESSAGES_H

#include <stdbool.h>

enum { MESSAGES_MAX = 200, MESSAGES_SIZE = 512 };

typedef struct {
    char *text[MESSAGES_MAX]; /* owned, oldest first */
    int count;
    char current[MESSAGES_SIZE]; /* "" = nothing to show */
    bool is_error;
} Messages;

void messages_deinit(Messages *messages);
void messages_say(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_refuse(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* News from the background: kept in the list, shown only where it does not cover something else. */
void messages_note(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_clear(Messages *messages); /* the current one; the list stays */

#endif
