/* Candidates: other bars for the result, drawn by the model, of which one is heard and shown at a time.
 *
 * They are asked for (candidates_ask), and when they have come the best one is put into the recipe as its notes. From then on
 * they are open: the next one takes its place, Enter keeps the one that is heard, Esc takes all back. Whichever it is, it is one
 * step of the history. Any other edit keeps it too. UI thread. */
#ifndef REFRAIN_APP_STUDIO_CANDIDATES_H
#define REFRAIN_APP_STUDIO_CANDIDATES_H

#include "app/studio/editor.h"

typedef struct {
    uint64_t id; /* of the request that is waited for, 0 = none */
    uint64_t
        revision; /* of the session that it was about; while they are open, of the one that shows a candidate */
    int first, count;  /* bars of the result */
    int strength;      /* of variations; 0 = new bars */
    uint64_t seed;     /* that they were drawn with */
    BarSource *source; /* (choices, count), owned; null = none are open */
    int choices, chosen;
} Candidates;

void candidates_deinit(Candidates *candidates);
/* Asks for other bars in place of the selected ones, or the one at the cursor, or says why that cannot be. strength as in
 * ComposeChoice. Where these are open already: the next candidate. */
void candidates_ask(Candidates *candidates, Editor *editor, int strength);
void candidates_take(Candidates *candidates, Editor *editor, const EngineReply *reply);
/* Enter and Esc: false when none are open. */
bool candidates_keep(Candidates *candidates, Editor *editor);
bool candidates_drop(Candidates *candidates, Editor *editor);

#endif
