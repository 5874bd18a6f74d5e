/* Derived: what the engine made of the document: the reconstruction of the original, the result of the recipe, and the
 * analyses of all four versions.
 *
 * derived_update posts what the document's change made necessary, newest wins; until the answer comes the old picture
 * stays and is marked stale. Belongs to the UI thread; without an engine or a model everything stays empty. */
#ifndef REFRAIN_APP_STUDIO_DERIVED_H
#define REFRAIN_APP_STUDIO_DERIVED_H

#include "engine/music/document.h"
#include "engine/engine.h"
#include "ui/view.h"

typedef struct {
    Engine *engine; /* borrowed, may be null */
    bool has_model;
    bool loading;     /* a model */
    bool asked_model; /* by the user, who is told when it is there */
    Score reconstruction, result;
    Analysis *analysis[VERSIONS]; /* owned */
    bool stale[VERSIONS];
    bool *follows; /* of the result's bars; owned, may be null */
    int follow_count;
    Document asked; /* what the engine was asked about last */
    bool has_asked;
    uint64_t changes;              /* grows when reconstruction or result get other notes */
    uint64_t wanted[ENGINE_KINDS]; /* id of the newest request; replies to others are late */
    Error reason[VERSIONS];        /* why a version cannot be made; "" when it can */
} Derived;

void derived_init(Derived *derived, Engine *engine);
void derived_deinit(Derived *derived);

/* Posts requests for what differs from what was asked before. */
void derived_update(Derived *derived, const Document *document);
/* Another model, or another song: forget what was asked, so that everything is asked again. */
void derived_forget(Derived *derived);
/* Another model, in the background; asked: a person did. The old one stays until it is there. */
void derived_load_model(Derived *derived, const char *path, bool asked);
/* Applies the answer to that: everything is asked of the new model. */
void derived_take_model(Derived *derived, const Document *document, bool ok);
/* The result as it is stored with the song; null while it is of another document. */
const Score *derived_stored_result(const Derived *derived);
/* The result as an edit has left it, until the engine's answer to its recipe; takes the notes. */
void derived_show_edited(Derived *derived, Track *voice);
/* The song's own stored result, until the engine answers. */
void derived_give_result(Derived *derived, Score *result); /* takes it */

/* Applies a reply about document: takes what it needs, the caller deinits the rest. True when something to see changed.
 * LOAD_MODEL, CONTINUE and CHOICES are not its business and leave it unchanged. */
bool derived_take(Derived *derived, const Document *document, EngineReply *reply);

/* The score of a version; never null. */
const Score *derived_score(const Derived *derived, const Document *document, Version version);

#endif
