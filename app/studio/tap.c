#include "app/studio/tap.h"

#include <string.h>

double tap_beat(Tap *tap, int64_t now_ms) {
    if (tap->count > 0 && now_ms - tap->at_ms[tap->count - 1] > TAP_PAUSE_MS) *tap = (Tap){0};
    if (tap->count == TAP_LAST) {
        memmove(tap->at_ms, tap->at_ms + 1, (TAP_LAST - 1) * sizeof *tap->at_ms);
        tap->count--;
    }
    tap->at_ms[tap->count++] = now_ms;
    const int64_t time_ms = now_ms - tap->at_ms[0];
    return tap->count >= TAP_LEAST && time_ms > 0 ? 60e3 * (tap->count - 1) / (double)time_ms : 0;
}
