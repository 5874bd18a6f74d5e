/* Messages: what refrain has said, newest last; the last one stands in the status line until the next key. */
#ifndef REFRAIN_APP_STUDIO_MESSAGES_H
#define REFRAIN_APP_STUDIO_MESSAGES_H

#include <stdbool.h>

enum { MESSAGES_MAX = 200, MESSAGES_SIZE = 512 };

typedef struct {
    char *text[MESSAGES_MAX]; /* owned, oldest first */
    int count;
    char current[MESSAGES_SIZE]; /* "" = nothing to show */
    bool is_error;
    bool warns; /* the current one is a warning that has not been cleared yet */
} Messages;

void messages_deinit(Messages *messages);
void messages_say(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_refuse(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Stands until it is cleared: what is said meanwhile is kept in the list only, other warnings and refusals join it. */
void messages_warn(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* News from the background: kept in the list, shown only where it does not cover something else. */
void messages_note(Messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
void messages_clear(Messages *messages); /* the current one; the list stays */
/* What was said last, "" = nothing yet; borrowed until the next message. */
const char *messages_last(const Messages *messages);

#endif
