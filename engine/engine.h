/* Engine: the thread that owns the model, so that nothing musical ever blocks the screen.
 *
 * One thread (the UI thread) posts requests and takes replies. There is one slot per kind in both directions: posting a
 * request replaces an unstarted one of the same kind and cancels a running one, so holding a key down costs one
 * computation; a replaced or cancelled request is never answered, the newest one always is. A reply that was not taken yet
 * is replaced by the next of its kind. A reply puts a byte into the wake pipe.
 *
 * ENGINE_ORIGINAL, ENGINE_CONTEXT and ENGINE_RESULT are answered twice with the same id: first partial, without measured
 * influence; then whole, everything again and influence with it. The measurement gives way to every other request.
 * Windows of bars that did not change are not read again (reader.h). */
#ifndef REFRAIN_ENGINE_ENGINE_H
#define REFRAIN_ENGINE_ENGINE_H

#include "engine/engine_request.h"

typedef struct Engine Engine;

Engine *engine_new(Error *err);   /* starts the thread; has no model yet */
void engine_free(Engine *engine); /* cancels, joins, frees what is queued; null is allowed */
/* Takes everything the request owns and zeroes it; returns its id. */
uint64_t engine_post(Engine *engine, EngineRequest *request);
/* The next reply, if any; the caller owns it and calls engine_reply_deinit. */
bool engine_take(Engine *engine, EngineReply *reply);
/* Readable when engine_take may have something, or all work is over; engine_take drains it. */
int engine_wake_fd(const Engine *engine);
EngineSnapshot engine_snapshot(Engine *engine);

#endif
