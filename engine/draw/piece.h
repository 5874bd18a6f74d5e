/* Piece: a melody as the form model and the content model read it: its steps, and for every bar what stands before it,
 * counted, and which earlier bars it resembles how.
 *
 * Relation of bar t to bar t - d, d = 1 .. PIECE_DISTANCES, the strongest that holds:
 *   exact   equal, with an onset
 *   near    at least two of the slots equal, holding at least two onsets (as in structure.h)
 *   rhythm  onset, hold or rest alike at every step, at least three onsets
 * The kind of a bar is its strongest relation to any of these bars.
 *
 * A piece grows while it is drawn: whoever writes steps counts from the first changed bar on. Belongs to one
 * thread. */
#ifndef REFRAIN_ENGINE_DRAW_PIECE_H
#define REFRAIN_ENGINE_DRAW_PIECE_H

#include "engine/bar.h"
#include "engine/music/key.h"

enum {
    PIECE_DISTANCES = 16, /* how many bars back relations reach */
    PIECE_LENGTHS = 8,    /* classes of note lengths, see piece_length_class */
    PIECE_LEAPS = 6,      /* classes of intervals: 0, 1, 2, 3-4, 5-7, more semitones */
    PIECE_LEVELS = 8,     /* levels of density and of register */
};

typedef enum { RELATION_NONE, RELATION_RHYTHM, RELATION_NEAR, RELATION_EXACT } Relation;

/* Modes as far as they are told apart here: by their third. */
static inline KeyMode piece_mode(Key key) {
    const bool minor = key.mode == KEY_MINOR || key.mode == KEY_DORIAN || key.mode == KEY_PHRYGIAN ||
                       key.mode == KEY_LOCRIAN;
    return minor ? KEY_MINOR : KEY_MAJOR;
}

/* What kind of piece. The words are those of --style. */
typedef enum {
    PIECE_STYLE_UNTOLD,
    PIECE_STYLE_SONG,
    PIECE_STYLE_HYMN,
    PIECE_STYLE_STANDARD,
    PIECE_STYLE_DANCE,
    PIECE_STYLE_COUNT
} PieceStyle;

/* What a piece as a whole is like. Each part may be untold: a zeroed header tells nothing. */
typedef struct {
    PieceStyle style;
    Key key;
    int density; /* 1 .. 8: onsets of a sounding bar, rounded down, 8 and more; 0 = untold */
    int height;  /* 1 .. 8: mean pitch, by three semitones from 57 on; 0 = untold */
} PieceHeader;

/* Of all bars before one. */
typedef struct {
    int class[12];                                /* onsets by pitch class */
    int onset[BAR_STEPS];                         /* how often a note begins at a step */
    int rest[BAR_STEPS];                          /* how often nothing sounds there */
    int length[PIECE_LENGTHS], leap[PIECE_LEAPS]; /* from a note to the next */
    int notes, pitches;                           /* onsets, and the sum of their pitches */
} PieceTally;

typedef struct {
    int steps;           /* 16 or 12 a bar */
    int count, capacity; /* bars */
    bool compound;       /* of 12 steps: two beats of six (6/8), not three of four (3/4) */
    bool pickup;         /* the first bar begins with at least a quarter of silence */
    PieceHeader header;
    uint8_t *token;                           /* (capacity * steps) as in bar.h, without pads and triplets */
    PieceTally *before;                       /* (capacity + 1) */
    uint8_t *lowest, *highest;                /* (capacity) pitches of a bar; 0 without notes */
    uint8_t (*relation)[PIECE_DISTANCES + 1]; /* (capacity) Relation to the bar d before, from d = 1 */
} Piece;

/* steps 16 or 12; room for `capacity` bars. */
bool piece_init(Piece *piece, int steps, int capacity, Error *err);
void piece_deinit(Piece *piece);
/* The first `count` bars, counted; count within the capacity. Of a first bar that is shorter the end is filled, of others the
 * beginning. Neither header nor pickup is touched. */
void piece_set_bars(Piece *piece, const Bar *bars, int count);
/* Counts bars from .. to - 1 anew; those before stand. */
void piece_count(Piece *piece, int from, int to);
void piece_read_bar(const Piece *piece, int t, Bar *out);
void piece_write_bar(Piece *piece, int t, const Bar *bar); /* does not count */

/* What the notes say of it: does the first bar (of a piece that has more) begin with a pickup? Are bars of 12 steps compound? */
bool piece_begins_with_pickup(const Piece *piece);
bool piece_beats_in_sixes(const Piece *piece);
/* density and height of its bars; untold under eight notes. */
void piece_describe(const Piece *piece, PieceHeader *header);
/* The likeliest key of bars 0 .. count - 1; whole: the last of them is the last of all. */
Key piece_key(const Piece *piece, int count, bool whole);

/* What a piece is to be like, before it is there. */
typedef struct {
    PieceHeader header;
    int steps, bars;
    bool compound, pickup;
} PieceOutline;

/* An outline in eight whole numbers 0 .. 255: style, steps, key (0 unknown, else 1 + tonic + 12 mode), bars, pickup, density,
 * height, compound. Reading clamps. */
enum { PIECE_NUMBERS = 8 };
void piece_outline_write(float numbers[PIECE_NUMBERS], const PieceOutline *outline);
PieceOutline piece_outline_read(const float numbers[PIECE_NUMBERS]);
PieceOutline piece_outline(const Piece *piece);
void piece_begin(Piece *piece, const PieceOutline *outline); /* an empty piece that is to be like it */

static inline uint8_t *piece_bar(const Piece *piece, int t) {
    return piece->token + t * piece->steps;
}
int piece_onsets(const Piece *piece, int t);
Relation piece_kind(const Piece *piece, int t);
bool piece_equal(const Piece *piece, int t, int u);
/* Bit b: slot b of bars t and u is equal. */
unsigned piece_equal_slots(const Piece *piece, int t, int u);

/* How a bar ends. */
typedef enum {
    CLOSURE_EMPTY,  /* no onset */
    CLOSURE_MOVING, /* a last note shorter than a quarter, or off the beat */
    CLOSURE_LONG,   /* at least a quarter, from a beat on, on another degree or in no key */
    CLOSURE_HALF,   /* that, on the third or fifth */
    CLOSURE_TONIC,  /* that, on the tonic */
    CLOSURE_COUNT,
} Closure;
Closure piece_closure(const Piece *piece, Key key, int t);

int piece_length_class(int steps); /* 1, 2, 3, 4, 5-7, 8, 9-12, more steps: 0 .. PIECE_LENGTHS - 1 */
int piece_leap_class(int interval);

bool piece_style_parse(PieceStyle *style, const char *text);
/* The style that a corpus's name for a melody tells by its first word, up to "_": one of the style's names, or the collections
 * of the README (lc, oh, oe, cre); untold otherwise. */
PieceStyle piece_style_of_id(const char *id);

#endif
