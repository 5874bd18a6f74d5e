/* Workspace: batches of bars for the model, grown on demand and kept; what stands between music and raw
 * floats.
 *
 * A batch is begun, sequences are added one after another, then the model's stages run over all of them at
 * once. A Workspace belongs to one thread; the model is borrowed and may be shared. A zeroed Workspace with
 * its model set is valid and empty. */
#ifndef REFRAIN_ENGINE_WORKSPACE_H
#define REFRAIN_ENGINE_WORKSPACE_H

#include "engine/bar.h"
#include "engine/nn/model.h"

/* Rows beyond which a larger batch is no faster and only makes cancelling slower. */
enum { WORKSPACE_ROWS = 256 };

typedef struct {
    const Model *model;
    Acts *acts; /* activations of the last pass, for acts_rows rows of sequences of at most acts_bars bars */
    int acts_rows, acts_bars;
    int row_room, sequence_room; /* what the arrays below have room for */
    int sequences, rows;         /* of the batch at hand */
    int *first;                  /* (sequences + 1) */
    Bar *bars;                   /* (rows) */
    uint8_t *copy_distance;      /* (rows, BAR_SLOTS) */
    float *z;                    /* (rows, LATENT_SIZE) to be filled before workspace_decode */
    uint8_t *interval,
        *scale;     /* (rows) the latents' symbols and what they are counted in; likewise, 0 unless set */
    uint8_t *moved; /* (rows, BAR_SLOTS) as in ModelBatch */
    int8_t *
        told_scale; /* (sequences) what workspace_encode counts intervals in; -1 (unless set after workspace_add) =
                                    the scale that it finds in the sequence */
    const Bar **seen; /* (sequences) the bars of a sequence from its first, borrowed */
    int *hide;        /* (rows) as in ModelBatch; -1 unless set after workspace_add */
    Past *past;       /* what workspace_decode_on looks back at, with places 0 .. places-1 */
    int places;
    int *known;        /* (sequences) as in ModelBatch */
    const int **place; /* (sequences), borrowed */
} Workspace;

/* A new model that speaks of bars as this program does: the one place where bar.h becomes sizes of a network. */
ModelConfig workspace_config(void);
/* A model from its file, for this program: one that knows fewer tokens gets the others (model_widen). */
Model *workspace_load_model(const char *path, Error *err);
/* Does this model speak of bars as this program does? False with a sentence otherwise. */
bool workspace_check_model(const Model *model, Error *err);
/* The longest sequence that the model takes: at most BAR_WINDOW. */
int workspace_window(const Model *model);
void workspace_deinit(Workspace *work);

/* Empties the batch and makes room; afterwards adding cannot fail. longest: bars of the longest sequence. */
bool workspace_begin(Workspace *work, int sequences, int rows, int longest, Error *err);
/* Adds a sequence (bars are copied) and returns its first row. */
int workspace_add(Workspace *work, const Bar *bars, int count);
/* bars -> codes, acts_mu, acts_logvar, and the symbols: each sequence's interval and the scale found in it */
void workspace_encode(Workspace *work);
/* bars, z, interval and scale -> acts_logits and the rest; hides: respect hide. Codes of the bars must be there: after
 * workspace_encode of the same batch pass read = false, otherwise true. */
void workspace_decode(Workspace *work, bool read, bool hides);

/* Decoding piece by piece: bars that stand are kept in the past and only the rows after them computed (past.h). */

/* Room for bars that stand; what the past held is lost when it has to grow. */
bool workspace_make_places(Workspace *work, int places, Error *err);
/* Adds rows [known, end) of a sequence of `bars` whose codes are at place[0 .. end) and returns the first row. `bars` and
 * `place` are borrowed until workspace_decode_on. */
int workspace_add_rows(Workspace *work, const Bar *bars, const int *place, int known, int end);
/* bars -> codes */
void workspace_read(Workspace *work);
/* z and the past -> acts_logits and the rest, of a batch of workspace_add_rows alone */
void workspace_decode_on(Workspace *work);

#endif
