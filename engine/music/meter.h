/* Meter: the time signature of a stretch of music, and what follows from it: the length of its bars and of its beats.
 *
 * The one place that knows which meters are compound. A meter of eighths or shorter whose beats come in threes is felt in
 * dotted beats: 3/8 in one, 6/8 in two, 9/8 in three, 12/8 in four. The roll, the click and the status line all ask here, so
 * that what is seen is what is heard.
 *
 * Plain data; a zeroed Meter reads as 4/4. Lengths are in ticks of a division (ticks a quarter) that the caller names. */
#ifndef REFRAIN_ENGINE_MUSIC_METER_H
#define REFRAIN_ENGINE_MUSIC_METER_H

#include <stdbool.h>
#include <stdint.h>

enum {
    METER_BEATS_MAX = 255,   /* as one byte of a MIDI file holds it */
    METER_UNIT_MAX = 1 << 15 /* 32768ths: the longest power of two that fits; real music ends at 64ths */
};

typedef struct {
    uint8_t beats; /* numerator, 0 = 4 */
    uint16_t unit; /* denominator, a power of two, 0 = 4 */
} Meter;

int meter_beats(Meter meter); /* the numerator as written: 6 in 6/8 */
int meter_unit(Meter meter);
bool meter_equal(Meter a, Meter b);
bool meter_is_valid(int beats, int unit); /* 1..METER_BEATS_MAX over a power of two up to METER_UNIT_MAX */

bool meter_is_compound(Meter meter);
/* All at least 1. A bar of a meter that the division cannot hold exactly (1/64 at 24 ticks a quarter) loses the rest. */
int32_t meter_bar_ticks(Meter meter, int division);
int32_t meter_beat_ticks(Meter meter, int division); /* one felt beat: a dotted quarter in 6/8 */
int32_t meter_unit_ticks(Meter meter, int division); /* one written beat: an eighth in 6/8 */

#endif
