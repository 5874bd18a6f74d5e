/* Engine request: what the UI thread asks of the engine thread, and what it is answered; plain data, handed over whole. */
#ifndef REFRAIN_ENGINE_ENGINE_REQUEST_H
#define REFRAIN_ENGINE_ENGINE_REQUEST_H

#include "engine/compose.h"

enum { ENGINE_MODEL_NAME_SIZE = 96 }; /* a longer file name is cut */

typedef enum {
    ENGINE_LOAD_MODEL, /* path */
    ENGINE_ORIGINAL,   /* bars -> reconstruction, analysis, influence */
    ENGINE_CONTEXT,    /* bars -> analysis */
    ENGINE_RESULT,     /* result -> result, analysis of the result */
    ENGINE_CONTINUE,   /* bars (the prime), count, closes, key, temperature, seed -> result */
    ENGINE_CHOICES,    /* result, choice -> bars that could stand in it, see compose_choices */
    ENGINE_KINDS,
} EngineKind;

typedef struct {
    uint64_t id; /* set by engine_post */
    EngineKind kind;
    char *path;       /* malloc'ed */
    BarSequence bars; /* the melody asked about */
    ComposeRequest
        result; /* ENGINE_RESULT, ENGINE_CHOICES: all of it; what was read before costs nothing (reader.h) */
    ComposeChoice choice;
    int count;
    bool closes; /* the new bars come to an end */
    Key key;     /* ENGINE_CONTINUE: of the melody, where it is told */
    float temperature;
    uint64_t seed;
} EngineRequest;

typedef struct {
    uint64_t id;
    EngineKind kind;
    bool ok;
    bool partial; /* more of the same id will follow (influence is measured after the rest) */
    Error error;  /* when not ok */
    BarSequence
        bars; /* ENGINE_ORIGINAL: the reconstruction; ENGINE_RESULT, ENGINE_CONTINUE: the result; ENGINE_CHOICES: one choice after another */
    Analysis *analysis; /* owned by the reply; take it by setting it to null. Null for ENGINE_LOAD_MODEL and
                            ENGINE_CONTINUE */
    bool *
        follows; /* ENGINE_RESULT, (bars.count): this bar changed although its own source did not: it refers to a
                            changed bar. Against the previous reply of this kind with the same melodies; owned; may be null */
    int64_t elapsed_us;
    char model_name[ENGINE_MODEL_NAME_SIZE]; /* ENGINE_LOAD_MODEL */
} EngineReply;

/* Plain data, copied under a lock: what the status line shows. */
typedef struct {
    bool has_model;
    bool busy;
    EngineKind busy_kind;
    char model_name[ENGINE_MODEL_NAME_SIZE];
} EngineSnapshot;

void engine_reply_deinit(EngineReply *reply);
void engine_request_deinit(EngineRequest *request);

#endif
