/* refrain.h: refrain's model of melodies for other programs: an editor, a plug-in, a script's extension.
 *
 * A melody is read bar by bar. Each bar becomes REFRAIN_LATENT numbers (its latent), and what it costs in nats; bars that only
 * refer to earlier ones cost little. Bars of one melody can take the place of another one's bars: what refers to them follows.
 *
 *     RefrainError why;
 *     RefrainModel *model = refrain_model_open("refrain.safetensors", &why);
 *     RefrainReader *reader = refrain_reader_new(model, &why);
 *     RefrainPiece *a = refrain_encode(reader, &melody_a, &why), *b = refrain_encode(reader, &melody_b, &why);
 *     const int first = 0;
 *     RefrainPiece *result = refrain_transfer(reader, a, b, &first, 1, &why);   // bar 1 of a in the structure of b
 *
 * Build with: cc program.c $(pkg-config --cflags --libs refrain). C11 or C++; the library is position-independent, so that it
 * goes into a shared object too, and exports no name that does not begin with refrain_.
 *
 * Ownership: every handle is the caller's and is given back to the function beside it, which takes null too. Pieces keep
 * nothing of a reader or a model; a reader needs its model. What a function takes as const it borrows for the call; arrays that
 * it returns live as long as their piece.
 *
 * Errors: what can fail returns null, with one sentence for a person in *why (which may be null: no sentence wanted). Out of
 * memory is such a failure. Indices out of range are the caller's mistake and end the program.
 *
 * Threads: a model is immutable and may be read by any number of readers at once. A reader, and a piece that is changed, belong
 * to one thread at a time; refrain_stop may be called from any. The first call of a process should be over before the next begins.
 * Results are the same on every run: same model, same notes, same numbers.
 *
 * Costs, on one core of 2023: opening a model 30 ms and 20 MB, a reader 10 MB; encoding or decoding 16 bars about 1 ms. OpenBLAS
 * is told to use one thread. A processor that OpenBLAS does not know is slow until OPENBLAS_CORETYPE names its kernels. */
#ifndef REFRAIN_ENGINE_REFRAIN_H
#define REFRAIN_ENGINE_REFRAIN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { REFRAIN_LATENT = 64 };

typedef struct {
    char text[400]; /* UTF-8 */
} RefrainError;

typedef struct RefrainModel RefrainModel;   /* a model's weights */
typedef struct RefrainReader RefrainReader; /* a model at work for one thread */
typedef struct RefrainPiece RefrainPiece;   /* a melody as its bars: notes and latents */

/* ---- melodies ---- */

typedef struct {
    int32_t start, length; /* ticks; start >= 0, length >= 1 */
    uint8_t pitch;         /* MIDI, 0..127 */
    uint8_t velocity;      /* 1..127; the model does not read it, and what it writes has 80 */
} RefrainNote;

typedef struct {
    int32_t tick; /* where it begins: at a bar line */
    int beats;    /* 6 in 6/8 */
    int unit;     /* 8 in 6/8: a power of two */
} RefrainMeter;

/* A melody of the caller's. Where notes sound together the highest is read; what is finer than sixteenths and triplets is rounded. */
typedef struct {
    const RefrainNote *note; /* in any order */
    int notes;
    const RefrainMeter *meter; /* by tick */
    int meters;                /* 0: 4/4 */
    int division;              /* ticks a quarter; 0: 480 */
} RefrainMelody;

/* ---- models and readers ---- */

/* A file that refrain has trained, also of an older version. */
RefrainModel *refrain_model_open(const char *path, RefrainError *why);
void refrain_model_close(RefrainModel *model); /* after its readers */

RefrainReader *refrain_reader_new(const RefrainModel *model, RefrainError *why);
void refrain_reader_free(RefrainReader *reader);
/* Lets the call that runs on another thread fail soon. Of no effect when none runs. */
void refrain_stop(RefrainReader *reader);

/* ---- what can be asked of them ---- */

/* Reads a melody. A piece has at least one bar. Fails on meters that cannot be read. */
RefrainPiece *refrain_encode(RefrainReader *reader, const RefrainMelody *melody, RefrainError *why);
/* The notes that a piece's latents say, bar by bar, each in the light of those before; in the piece's meters. */
RefrainPiece *refrain_decode(RefrainReader *reader, const RefrainPiece *piece, RefrainError *why);
/* context, with `count` of its bars replaced by the original's of the same numbers (from 0), decoded. A bar takes the length
 * of its place, cut or with its last note going on. Fails when a bar does not exist in both. */
RefrainPiece *refrain_transfer(RefrainReader *reader, const RefrainPiece *original,
                               const RefrainPiece *context, const int *bar, int count, RefrainError *why);
void refrain_piece_free(RefrainPiece *piece);

/* ---- pieces ---- */

/* The model's bars: a long written bar (of more than 4/4) is several, short ones (2/4) may be one. */
int refrain_piece_bars(const RefrainPiece *piece);
/* Its notes, by start, in the melody's ticks. */
const RefrainNote *refrain_piece_notes(const RefrainPiece *piece, int *count);
/* What the bar's latent costs, in nats: near 0 where it says nothing that was not said before. */
float refrain_piece_cost(const RefrainPiece *piece, int bar);
/* The bar's latent, REFRAIN_LATENT numbers, to be read, or changed before refrain_decode. */
float *refrain_piece_latent(RefrainPiece *piece, int bar);

/* "Bar 4 is, by nine tenths, bar 0, a step of the scale higher." */
typedef struct {
    int bar, of;     /* the bar that refers, and the earlier one that it refers to; from 0 */
    float weight;    /* 0.05..1: how much of the bar is taken from there */
    int scale_steps; /* moved by so many steps of the scale, up or down .. */
    int semitones;   /* .. or so many semitones; both 0: as it was */
} RefrainReference;

/* All references of a piece, by bar. An array of *count of the caller's, for refrain_references_free; null on failure, and no
 * references are an array of none. */
RefrainReference *refrain_references(RefrainReader *reader, const RefrainPiece *piece, int *count,
                                     RefrainError *why);
void refrain_references_free(RefrainReference *references);

#ifdef __cplusplus
}
#endif

#endif
