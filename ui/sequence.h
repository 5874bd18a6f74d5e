/* Sequence: what a terminal sends beyond its terminfo entry, read to its end: control sequences (Esc [), single shifts
 * (Esc O), command strings (Esc ] P X ^ _) and letters behind Esc, after ECMA-48 and xterm's ctlseqs. Known keys come out as
 * keys, whatever TERM says; everything else vanishes, because half a report that is taken for keys edits the song.
 *
 * Esc alone is Esc: the caller says when nothing more is there. What a slow line brings later is still taken for the rest
 * of the sequence, up to SEQUENCE_REST_MS after it. Esc with a letter (Alt) is no key.
 *
 * Knows no terminal and no clock: times are given, monotonic milliseconds. A zeroed Sequence is ready. One thread. */
#ifndef REFRAIN_UI_SEQUENCE_H
#define REFRAIN_UI_SEQUENCE_H

#include <stdint.h>

#include "ui/keypress.h"

enum {
    SEQUENCE_REST_MS = 500,         /* a sequence that pauses longer is over; so is Esc's claim on [ and O */
    SEQUENCE_PASTE_PAUSE_MS = 1000, /* a paste that pauses longer is over, although nobody has said so */
};

typedef struct {
    int state;
    bool alt;      /* a second Esc came first: the key is another one */
    char text[16]; /* parameters of a control sequence */
    int length;    /* of them, also of those that did not fit */
    int skip;      /* bytes of an old mouse report still to come */
    bool pasting;  /* between the marks of a bracketed paste */
    int64_t last_ms;
} Sequence;

/* Takes one codepoint; true when it completes a key. */
bool sequence_take(Sequence *sequence, uint32_t codepoint, int64_t now_ms, UiKey *key);
/* The terminal has nothing more to give for now; true when that makes a key of what came last. */
bool sequence_settle(Sequence *sequence, UiKey *key);
/* The terminal library has made a key of its own: true when it stands alone, and counts. */
bool sequence_allows(Sequence *sequence, int64_t now_ms);

#endif
