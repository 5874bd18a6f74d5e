#include "midi_io/schedule.h"

#include <stdlib.h>

#include "midi_io/midi.h"

enum {
    CLICK_US = 30000, /* a wood block rings by itself; its note-off only has to come before the next click */
    VELOCITY_ACCENT = 112,
    VELOCITY_BEAT = 84,
    VELOCITY_SUBDIVISION = 48,
    SLOW_BEAT_US = 900000, /* from here on compound beats are subdivided */
    LOOP_MIN_US = 10000,   /* shorter loops would be a buzz */
    COUNT_IN_BARS_MAX = 16,
    QUARTER_MIN_US = 10000, /* faster is no music, and every tick keeps a time of its own */
};

/* How a bar is clicked: every unit_ticks, the n-th click of a bar being a beat when n % units_a_beat == 0. */
typedef struct {
    int32_t unit_ticks;
    int units_a_beat;
    int units_a_bar;
} ClickGrid;

static int64_t us_of_tick(int32_t quarter_us, int64_t tick) {
    int64_t scaled = tick * quarter_us;
    int64_t half = scaled < 0 ? -MELODY_QUARTER_TICKS / 2 : MELODY_QUARTER_TICKS / 2;
    return (scaled + half) / MELODY_QUARTER_TICKS;
}

int64_t schedule_us_of_tick(const Schedule *schedule, int32_t tick) {
    return us_of_tick(schedule->quarter_us, tick);
}

int32_t schedule_tick_of_us(const Schedule *schedule, int64_t us) {
    int64_t ticks = us * MELODY_QUARTER_TICKS / schedule->quarter_us;
    /* Times are rounded to the nearest microsecond, so the tick that begins there may come out one too low. */
    while (us_of_tick(schedule->quarter_us, ticks + 1) <= us) ticks++;
    while (us_of_tick(schedule->quarter_us, ticks) > us) ticks--;
    if (ticks > MELODY_TICKS_MAX) return MELODY_TICKS_MAX;
    return ticks < -MELODY_TICKS_MAX ? -MELODY_TICKS_MAX : (int32_t)ticks;
}

int schedule_find(const Schedule *schedule, int64_t us) {
    int low = schedule->count_in_events, high = schedule->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (schedule->event[middle].time_us < us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_event(Schedule *schedule, int64_t time_us, int status, int data1, int data2) {
    schedule->event[schedule->count++] =
        (ScheduleEvent){time_us, (uint8_t)status, (uint8_t)data1, (uint8_t)data2};
}

static void add_notes(Schedule *schedule, const Melody *melody) {
    int64_t next_start[128]; /* of the note of this pitch that comes next in time */
    for (int pitch = 0; pitch < 128; pitch++) next_start[pitch] = INT64_MAX;
    for (int i = melody->count - 1; i >= 0; i--) {
        Note note = melody->notes[i];
        for (; i > 0 && melody->notes[i - 1].start == note.start && melody->notes[i - 1].pitch == note.pitch;
             i--) {
            if (melody->notes[i - 1].length > note.length) note = melody->notes[i - 1];
        }
        int64_t stop = (int64_t)note.start + note.length;
        if (next_start[note.pitch] < stop) stop = next_start[note.pitch];
        next_start[note.pitch] = note.start;
        int64_t on = us_of_tick(schedule->quarter_us, note.start),
                off = us_of_tick(schedule->quarter_us, stop);
        add_event(schedule, on, MIDI_NOTE_ON | schedule->channel, note.pitch,
                  note.velocity ? note.velocity : 1);
        add_event(schedule, off, MIDI_NOTE_OFF | schedule->channel, note.pitch, 64);
    }
}

static ClickGrid click_grid(const Schedule *schedule) {
    int32_t unit_ticks = 4 * MELODY_QUARTER_TICKS / schedule->meter_unit;
    int beats = schedule->meter_beats;
    bool compound = schedule->meter_unit >= 8 && beats > 3 && beats % 3 == 0;
    if (!compound) return (ClickGrid){unit_ticks, 1, beats};
    if (us_of_tick(schedule->quarter_us, 3 * (int64_t)unit_ticks) <= SLOW_BEAT_US)
        return (ClickGrid){3 * unit_ticks, 1, beats / 3};
    return (ClickGrid){unit_ticks, 3, beats};
}

static void add_click(Schedule *schedule, const ClickGrid *grid, int64_t tick, int unit_of_bar) {
    bool first = unit_of_bar == 0, beat = unit_of_bar % grid->units_a_beat == 0;
    int key = first ? SCHEDULE_CLICK_ACCENT : SCHEDULE_CLICK_BEAT;
    int velocity = first ? VELOCITY_ACCENT : beat ? VELOCITY_BEAT : VELOCITY_SUBDIVISION;
    int64_t on = us_of_tick(schedule->quarter_us, tick);
    int64_t next = us_of_tick(schedule->quarter_us, tick + grid->unit_ticks);
    int64_t off = next - on > CLICK_US ? on + CLICK_US : on + (next - on + 1) / 2;
    add_event(schedule, on, MIDI_NOTE_ON | SCHEDULE_CLICK_CHANNEL, key, velocity);
    add_event(schedule, off, MIDI_NOTE_OFF | SCHEDULE_CLICK_CHANNEL, key, 64);
}

static void add_clicks(Schedule *schedule, const ClickGrid *grid, int first_bar, int bars) {
    for (int bar = first_bar; bar < first_bar + bars; bar++) {
        for (int unit = 0; unit < grid->units_a_bar; unit++)
            add_click(schedule, grid, (int64_t)bar * schedule->bar_ticks + (int64_t)unit * grid->unit_ticks,
                      unit);
    }
}

static int compare_events(const void *left, const void *right) {
    const ScheduleEvent *a = left, *b = right;
    if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
    if (a->status != b->status) { /* offs are 0x8n, ons are 0x9n: the high digit decides, then the channel */
        return a->status < b->status ? -1 : 1;
    }
    return (a->data1 > b->data1) - (a->data1 < b->data1);
}

static void take_shape(Schedule *schedule, const Melody *melody, const ScheduleOptions *options) {
    schedule->quarter_us = melody_quarter_us(melody);
    if (schedule->quarter_us < QUARTER_MIN_US) schedule->quarter_us = QUARTER_MIN_US;
    schedule->meter_beats = (uint8_t)melody_beats(melody);
    schedule->meter_unit = (uint8_t)melody_unit(melody);
    schedule->bar_ticks = melody_bar_ticks(melody);
    schedule->program = melody->program & 127;
    schedule->channel = options->channel & 15;
    schedule->metronome = options->metronome;
    int bars = options->count_in_bars;
    schedule->count_in_bars = bars < 0 ? 0 : bars > COUNT_IN_BARS_MAX ? COUNT_IN_BARS_MAX : bars;
    schedule->count_in_us =
        us_of_tick(schedule->quarter_us, (int64_t)schedule->count_in_bars * schedule->bar_ticks);
    schedule->length_us =
        us_of_tick(schedule->quarter_us, (int64_t)melody_bar_count(melody) * schedule->bar_ticks);
    int32_t loop_start = options->loop_start > 0 ? options->loop_start : 0;
    int64_t start_us = us_of_tick(schedule->quarter_us, loop_start);
    int64_t end_us = us_of_tick(schedule->quarter_us, options->loop_end);
    if (end_us - start_us >= LOOP_MIN_US) {
        schedule->loop_start_us = start_us;
        schedule->loop_end_us = end_us;
    }
}

/* Bars that the metronome has to cover: those of the melody, and the loop where it reaches further. */
static int clicked_bars(const Schedule *schedule, const Melody *melody, const ScheduleOptions *options) {
    if (!schedule->metronome) return 0;
    int bars = melody_bar_count(melody);
    int32_t end = options->loop_end < MELODY_TICKS_MAX ? options->loop_end : MELODY_TICKS_MAX;
    int loop_bars = schedule->loop_end_us > 0 ? (end + schedule->bar_ticks - 1) / schedule->bar_ticks : 0;
    return loop_bars > bars ? loop_bars : bars;
}

Schedule *schedule_new(const Melody *melody, const ScheduleOptions *options, Error *err) {
    static const ScheduleOptions PLAIN = {0};
    if (!options) options = &PLAIN;
    Schedule *schedule = calloc(1, sizeof *schedule);
    if (!schedule) goto fail;
    take_shape(schedule, melody, options);
    ClickGrid grid = click_grid(schedule);
    int bars = clicked_bars(schedule, melody, options);
    size_t clicks = (size_t)(bars + schedule->count_in_bars) * (size_t)grid.units_a_bar;
    schedule->event = calloc(2 * ((size_t)melody->count + clicks) + 1, sizeof *schedule->event);
    if (!schedule->event) goto fail;
    add_notes(schedule, melody);
    add_clicks(schedule, &grid, 0, bars);
    add_clicks(schedule, &grid, -schedule->count_in_bars, schedule->count_in_bars);
    qsort(schedule->event, (size_t)schedule->count, sizeof *schedule->event, compare_events);
    while (schedule->count_in_events < schedule->count &&
           schedule->event[schedule->count_in_events].time_us < 0)
        schedule->count_in_events++;
    return schedule;
fail:
    schedule_free(schedule);
    error_memory(err, "the notes to play");
    return NULL;
}

void schedule_free(Schedule *schedule) {
    if (!schedule) return;
    free(schedule->event);
    free(schedule);
}
