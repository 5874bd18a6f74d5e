/* Pending: what waits before refrain goes on: a question for its answer (save first? overwrite? recover?), a command for the
 * engine's answer, a command for the song to be saved.
 *
 * One question at a time; the command that raised it is kept and performed again, with consent given, when the answer allows.
 * Nothing here performs anything: actions.c takes what has become possible. UI thread. Zeroed = nothing waits. */
#ifndef REFRAIN_APP_STUDIO_PENDING_H
#define REFRAIN_APP_STUDIO_PENDING_H

#include "app/studio/messages.h"
#include "engine/music/track.h"
#include "ui/command.h"

enum { PENDING_COMMANDS = 4 }; /* that wait for the engine at once */

typedef enum {
    PENDING_NONE,
    PENDING_UNSAVED,   /* y save first, n go on without, c stay */
    PENDING_OVERWRITE, /* y, n */
    PENDING_QUANTISE,  /* y, n; the preview is shown meanwhile */
    PENDING_TAKE,      /* y tempo and instrument come along, n they do not, c stop */
    PENDING_RECOVER, /* y open it, t throw it away, l later; none of them edits where there is no question */
} PendingQuestion;

/* A command and whether the question that it would raise has been answered with yes. */
typedef struct {
    Command command;
    bool consent;
} PendingCommand;

typedef struct {
    PendingQuestion question;
    char text[400];
    Command asker; /* to go on with */
    Track preview; /* what the question is about, shown in front; empty = nothing */

    bool consent;                          /* of the command that is being performed */
    PendingCommand held[PENDING_COMMANDS]; /* for the engine, oldest first */
    int held_count;
    bool saves_first, saved; /* `after` waits for the song to be saved; that has happened */
    Command after;
} Pending;

void pending_deinit(Pending *pending);

const char *pending_answers(PendingQuestion question); /* letters; the last one is what Esc means */
void pending_ask(Pending *pending, PendingQuestion question, const Command *asker, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Takes the question away; the letter that index means, the last one where it is none. */
char pending_answer(Pending *pending, int index, PendingQuestion *question, Command *asker);

/* True when it has to wait for `what` ("the model"): then the command is kept, with its consent, or a sentence says why it cannot
 * be. */
bool pending_wait(Pending *pending, bool must, const char *what, const Command *command, Messages *messages);
/* The oldest of those; false when there is none. Performed next, it is to find what it waited for. */
bool pending_take(Pending *pending, PendingCommand *next);
bool pending_holds(const Pending *pending, CommandId id);
/* Nobody waits any more; false when nobody did. */
bool pending_give_up(Pending *pending);

/* `after` is to follow when the song is saved; pending_forget_after: it will not be; pending_note_saved: it is. */
void pending_save_first(Pending *pending, const Command *after);
void pending_forget_after(Pending *pending);
void pending_note_saved(Pending *pending);
bool pending_take_after(Pending *pending, Command *after); /* once, when it is saved */

#endif
