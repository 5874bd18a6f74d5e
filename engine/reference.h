/* Reference: "bar 5 takes beats 1 to 3 from bar 3": what one bar has of one other bar.
 *
 * Handed out by an Analysis (engine/analysis.h), which alone knows how the model stores them. The same noun tells a measured
 * influence ("bar 5 depends on bar 3"), which belongs to whole bars: its slots are 0. So does a repeat that is found in the notes ("bar 4 is
 * bar 2, a fifth lower"). Plain data. */
#ifndef REFRAIN_ENGINE_REFERENCE_H
#define REFRAIN_ENGINE_REFERENCE_H

#include <stddef.h>

typedef struct {
    int voice;      /* whose bar it is; the voice that refers itself so far */
    int bar;        /* the other bar, from 0 */
    unsigned slots; /* bit b set: slot b of the referring bar is taken, and from this bar before all others */
    int interval;   /* by which it is moved on the way (interval.h); 0 = as it stands */
    float weight;   /* 0..1; of a reference the mean over the bar's slots of gate times pointer */
} Reference;

/* Weaker references and influences are neither drawn nor told: on the screen, in pictures, text and JSON alike. */
#define REFERENCE_MIN 0.05f
/* A slot is taken when its gate says so more than not, else it is new. */
#define REFERENCE_GATE_MIN 0.5f

/* What is referred to, in words: "3", or "3, a step higher" where it is moved; bar: what people call the bar. */
void reference_words(char *out, size_t size, const Reference *reference, const char *bar);

#endif
