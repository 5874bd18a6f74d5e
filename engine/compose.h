/* Compose: the musician's verbs on top of the model; bars in, bars out. Used by the engine thread and by the headless
 * verbs alike, so both give the same bytes.
 *
 * Sequences longer than BAR_WINDOW bars are handled in consecutive windows of BAR_WINDOW bars. All results are
 * deterministic in (model, inputs, seed). `cancel` may be null; when it becomes true the call returns false with the text
 * "cancelled". A Reader (reader.h) belongs to one thread. */
#ifndef REFRAIN_ENGINE_COMPOSE_H
#define REFRAIN_ENGINE_COMPOSE_H

#include <stdatomic.h>

#include "engine/analysis.h"
#include "engine/bar.h"
#include "engine/latent.h"
#include "engine/music/document.h"
#include "engine/nn/model.h"
#include "engine/reader.h"

typedef struct {
    float temperature; /* 0 = greedy; otherwise tokens are sampled */
    uint64_t seed;
} ComposeDecoding;

typedef struct {
    float temperature; /* of pitches, with a fitted prior; of latents without one; 1 = as learned */
    uint64_t seed;
    bool opens; /* the last new bar is not to be the end: no plan towards it, no cadence */
    PieceOutline
        like; /* parts that are told hold for new bars after nothing; of others, the key if it is told */
} ComposeDrawing;

/* Posterior of every bar; z = mu. */
bool compose_encode(Reader *reader, LatentSequence *out, const BarSequence *bars, atomic_bool *cancel,
                    Error *err);
/* Bars decoded bar by bar from z, own output fed back. steps_per_bar: of bars that guess (may be null) does not have;
 * the lengths of the others are those of guess, which is no more than a guess else. */
bool compose_decode(Reader *reader, BarSequence *out, const LatentSequence *z, int steps_per_bar,
                    const BarSequence *guess, ComposeDecoding decoding, atomic_bool *cancel, Error *err);
bool compose_reconstruct(Reader *reader, BarSequence *out, const BarSequence *bars, atomic_bool *cancel,
                         Error *err);

/* ---- results: bars of two melodies poured together ---- */

/* Everything that a result is made of. It owns what it holds; a zeroed one is empty. */
typedef struct {
    BarSequence original; /* as it meets the context */
    BarSequence context;  /* gives the structure; of no bars: there is none, and the original gives it */
    Recipe recipe;        /* a source for each bar */
    int interval;         /* semitones by which the original was moved to meet the context */
    BarReport original_report, context_report; /* what reading the melodies had to change */
} ComposeRequest;

/* The document's melodies as bars, the original aligned as the document says, and its recipe. False with the reason, out
 * empty. */
bool compose_request_read(ComposeRequest *out, const Document *document, Error *err);
void compose_request_deinit(ComposeRequest *request);

/* The latents that a recipe's first voice asks for; those of bars kept as their notes are read only when these stand among the bars
 * of the result, and are zero here. context may be null or of no bars (then only the original exists). Fails with a
 * sentence when a bar's source does not exist. */
bool compose_mix(LatentSequence *z, const Recipe *recipe, const LatentSequence *original,
                 const LatentSequence *context, Error *err);
/* encode + mix + decode: the one way to a result, for the engine thread and the verbs alike. The result's bars are as long as those
 * of the melody that gives the structure: a longer bar that is poured into one is cut, of a shorter one the last note goes on. Tokens
 * are greedy; bars drawn from
 * a fitted prior come each after the bars before it, a first one in the key of the melody that gives the structure; a bar kept as
 * its notes is these, and its latent is what the encoder reads of it after the bars before it. The result
 * has that one's octave_shift. guess (may be null) only speeds it up. z gets the latents that were decoded. */
bool compose_result(Reader *reader, BarSequence *out, LatentSequence *z, const ComposeRequest *request,
                    const BarSequence *guess, atomic_bool *cancel, Error *err);

/* ---- other bars for a result ---- */

/* What is asked for in place of bars first .. first + count - 1 of a result. */
typedef struct {
    int first, count;            /* at most DRAWER_RUN_MAX */
    bool locked[DRAWER_RUN_MAX]; /* bars that stay */
    int strength; /* 0: new bars; 1 .. DRAWER_STRENGTH_MAX: variations of those that are there */
    Key key;      /* of the result, where it is told */
    float temperature;
    uint64_t seed;
} ComposeChoice;

/* Up to DRAWER_CANDIDATES of them, best first, one after another in out: out->count is how many times `count`. Refused where the
 * model has no prior or nothing is found. */
bool compose_choices(Reader *reader, BarSequence *out, const ComposeRequest *request,
                     const ComposeChoice *choice, atomic_bool *cancel, Error *err);

/* ---- melodies without a recipe ---- */

/* `count` new bars after `prime` (may be empty: from nothing); out holds prime, as it was, and continuation. With the model's
 * fitted prior: form, bar after bar, and unless it opens a cadence (engine/draw/drawer.h); no bar of a continuation is empty.
 * Without: latents from N(0, 1), decoded greedily, which see at least half a window of what is before them. */
bool compose_continue(Reader *reader, BarSequence *out, const BarSequence *prime, int count,
                      ComposeDrawing drawing, atomic_bool *cancel, Error *err);
/* The melody between a and b at mix 0..1, bar by bar, as long as the shorter one, its bars as long as those of a. */
bool compose_blend(Reader *reader, BarSequence *out, const BarSequence *a, const BarSequence *b, float mix,
                   atomic_bool *cancel, Error *err);
/* mix[count], count >= 2, from 0 to 1: mixes of a and b such that each sounds other than the one before it, and as evenly as the
 * two allow, by steps that change; where fewer melodies than `count` lie between them the last ones are alike. Some 60
 * decodings. */
bool compose_blend_mixes(Reader *reader, float *mix, int count, const BarSequence *a, const BarSequence *b,
                         atomic_bool *cancel, Error *err);

/* Everything about how the model reads `bars` except influence; attention from teacher forcing with z = mu. For more bars
 * than the model sees at once the matrices hold one block per window and are zero outside. */
Analysis *compose_analyse(Reader *reader, const BarSequence *bars, atomic_bool *cancel, Error *err);
/* Adds the measured influence, batched over k: influence with z_k = 0, the prior's mean; influence_swap with z_k = the
 * latent of the cyclically next bar of the window. The diagonal tells how far bar k itself moves. When it fails (cancelled)
 * the matrices may be filled in part. */
bool compose_influence(Reader *reader, Analysis *analysis, const BarSequence *bars, atomic_bool *cancel,
                       Error *err);

#endif
