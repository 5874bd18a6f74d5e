/* Continuation: bars that the model is asked to write behind the original. One at a time; the newest is waited for. */
#ifndef REFRAIN_APP_STUDIO_CONTINUATION_H
#define REFRAIN_APP_STUDIO_CONTINUATION_H

#include "app/studio/editor.h"

typedef struct {
    uint64_t id;       /* of the request that is waited for, 0 = none */
    uint64_t revision; /* of the session that it was about */
} Continuation;

/* Asks for so many bars, 1..BAR_WINDOW, the last of which may be the song's end (closes), or says why that cannot be. */
void continuation_ask(Continuation *continuation, Editor *editor, int bars, bool closes);
/* Appends what the model wrote as one undo step; where the song has changed meanwhile that is said instead. */
void continuation_take(Continuation *continuation, Editor *editor, const EngineReply *reply);

#endif
