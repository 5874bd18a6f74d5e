/* Headway: how far a long piece of work has come, told by who does it to who waits for it.
 *
 * A zeroed Headway has nobody who listens. It is told on the thread that called for the work, often enough for a bar on the screen, and
 * never falls back. What hears it returns at once. */
#ifndef REFRAIN_ENGINE_BASE_HEADWAY_H
#define REFRAIN_ENGINE_BASE_HEADWAY_H

typedef struct {
    void (*hear)(void *context, double share); /* 0 .. 1 of the work is done; null: nobody listens */
    void *context;
} Headway;

static inline void headway_tell(const Headway *headway, double share) {
    if (headway->hear) headway->hear(headway->context, share);
}

/* A stretch of a longer way: all of it is `from` to `to` of the whole. Both are borrowed by the Headway that is made of it. */
typedef struct {
    const Headway *whole;
    double from, to;
} HeadwayPart;

static inline void headway_hear_part(void *context, double share) {
    const HeadwayPart *part = context;
    headway_tell(part->whole, part->from + (part->to - part->from) * share);
}

static inline Headway headway_of_part(HeadwayPart *part) {
    return (Headway){headway_hear_part, part};
}

#endif
