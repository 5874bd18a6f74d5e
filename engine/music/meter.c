#include "engine/music/meter.h"

int meter_beats(Meter meter) {
    return meter.beats ? meter.beats : 4;
}

int meter_unit(Meter meter) {
    return meter.unit ? meter.unit : 4;
}

bool meter_equal(Meter a, Meter b) {
    return meter_beats(a) == meter_beats(b) && meter_unit(a) == meter_unit(b);
}

bool meter_is_valid(int beats, int unit) {
    return beats >= 1 && beats <= METER_BEATS_MAX && unit >= 1 && unit <= METER_UNIT_MAX &&
           (unit & (unit - 1)) == 0;
}

bool meter_is_compound(Meter meter) {
    return meter_unit(meter) >= 8 && meter_beats(meter) % 3 == 0;
}

static int32_t at_least_one(int64_t ticks) {
    return ticks > 0 ? (int32_t)ticks : 1;
}

int32_t meter_bar_ticks(Meter meter, int division) {
    return at_least_one((int64_t)meter_beats(meter) * 4 * division / meter_unit(meter));
}

int32_t meter_beat_ticks(Meter meter, int division) {
    return at_least_one((int64_t)(meter_is_compound(meter) ? 3 : 1) * 4 * division / meter_unit(meter));
}

int32_t meter_unit_ticks(Meter meter, int division) {
    return at_least_one((int64_t)4 * division / meter_unit(meter));
}
