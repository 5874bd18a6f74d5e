/* Tap: the tempo of a hand that taps beats. Plain data of one thread; zeroed = nobody has tapped. */
#ifndef REFRAIN_APP_STUDIO_TAP_H
#define REFRAIN_APP_STUDIO_TAP_H

#include <stdint.h>

enum {
    TAP_LAST = 8,        /* so many are listened to, so that one may get faster */
    TAP_LEAST = 3,       /* so many tell a tempo */
    TAP_PAUSE_MS = 3000, /* behind which another tapping begins */
};

typedef struct {
    int64_t at_ms[TAP_LAST]; /* oldest first */
    int count;
    uint64_t revision; /* of the document that the last tap made, which the next one replaces; 0 = none */
} Tap;

/* One more beat; beats a minute, 0 while there are too few. */
double tap_beat(Tap *tap, int64_t now_ms);

#endif
