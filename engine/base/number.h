/* Number: the smaller, the larger, and what lies between; once, and with the arguments evaluated once. */
#ifndef REFRAIN_ENGINE_BASE_NUMBER_H
#define REFRAIN_ENGINE_BASE_NUMBER_H

static inline int number_min(int a, int b) {
    return a < b ? a : b;
}

static inline int number_max(int a, int b) {
    return a > b ? a : b;
}

/* value, or the bound that it lies beyond; low <= high. */
static inline int number_clamp(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

#endif
