#include "engine/music/grouping.h"

Grouping grouping_of_meter(Meter meter) {
    int beats = meter_beats(meter), unit = meter_unit(meter);
    if (unit > 16 || beats * 16 % unit != 0) return (Grouping){0};
    switch (beats * 16 / unit) {
    case 16:
        return (Grouping){16, 1, 1};
    case 12:
        return (Grouping){12, 1, 1};
    case 8:
        return (Grouping){16, 2, 1};
    case 6:
        return (Grouping){12, 2, 1};
    case 32:
        return (Grouping){16, 1, 2};
    case 24:
        return (Grouping){12, 1, 2};
    default:
        return (Grouping){0};
    }
}

static bool is_even(const Timeline *timeline) {
    TimelineMap map = timeline_map(timeline);
    return map.meters == 1 && map.pickup == 0;
}

Grouping grouping_of(const Timeline *timeline) {
    return is_even(timeline) ? grouping_of_meter(timeline_meter(timeline, 0)) : (Grouping){0};
}

bool grouping_read(Grouping *grouping, const Timeline *timeline, Error *err) {
    *grouping = grouping_of(timeline);
    if (grouping->steps) return true;
    if (!is_even(timeline))
        return error_set(err,
                         "The model reads only songs of one meter without a pickup, and this one has more.");
    Meter meter = timeline_meter(timeline, 0);
    return error_set(
        err,
        "The meter %d/%d cannot be read: use 4/4, 3/4, 6/8, or one whose bars are half or twice as "
        "long (2/4, 3/8, 12/8, 4/2).",
        meter_beats(meter), meter_unit(meter));
}

bool grouping_is_plain(Grouping grouping) {
    return grouping.written <= 1 && grouping.model <= 1;
}

int32_t grouping_bar_ticks(Grouping grouping, const Timeline *timeline) {
    int32_t ticks = meter_bar_ticks(timeline_meter(timeline, 0), timeline_division(timeline));
    if (grouping.written == 2) return 2 * ticks;
    return grouping.model == 2 ? ticks / 2 : ticks;
}

int grouping_written_bar(Grouping grouping, int bar) {
    return grouping.written == 2 ? 2 * bar : grouping.model == 2 ? bar / 2 : bar;
}

int grouping_half(Grouping grouping, int bar) {
    return grouping.model == 2 ? bar % 2 : 0;
}
