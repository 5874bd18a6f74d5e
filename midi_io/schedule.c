#include "midi_io/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"

enum {
    CLICK_US = 30000, /* a wood block rings by itself; its note-off only has to come before the next click */
    VELOCITY_ACCENT = 112,
    VELOCITY_BEAT = 84,
    VELOCITY_SUBDIVISION = 48,
    SLOW_BEAT_US = 900000, /* from here on compound beats are subdivided */
    LOOP_MIN_US = 10000,   /* shorter loops would be a buzz */
    COUNT_IN_BARS_MAX = 16,
};

/* How a bar is clicked: every unit_ticks from its line on, the n-th click being a beat when n % units_a_beat == 0. */
typedef struct {
    int32_t unit_ticks;
    int units_a_beat;
} ClickGrid;

static int64_t us_of_tick(const Schedule *schedule, int64_t tick) {
    return timeline_us_of_tick(schedule->timeline, tick);
}

int64_t schedule_us_of_tick(const Schedule *schedule, int32_t tick) {
    return us_of_tick(schedule, tick);
}

int32_t schedule_tick_of_us(const Schedule *schedule, int64_t us) {
    int64_t tick = timeline_tick_of_us(schedule->timeline, us);
    if (tick > TRACK_TICKS_MAX) return TRACK_TICKS_MAX;
    return tick < -TRACK_TICKS_MAX ? -TRACK_TICKS_MAX : (int32_t)tick;
}

int64_t schedule_same_us(const Schedule *now, const Schedule *before, int64_t us) {
    int32_t tick = schedule_tick_of_us(before, us);
    int64_t old_us = us_of_tick(before, tick), old_ticks_us = us_of_tick(before, (int64_t)tick + 1) - old_us;
    int64_t new_us = us_of_tick(now, tick), new_ticks_us = us_of_tick(now, (int64_t)tick + 1) - new_us;
    return new_us + (us - old_us) * new_ticks_us / old_ticks_us;
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
    schedule->event[schedule->count] =
        (ScheduleEvent){time_us, (uint8_t)status, (uint8_t)data1, (uint8_t)data2, (uint32_t)schedule->count};
    schedule->count++;
}

static void add_notes(Schedule *schedule, const Track *track, int channel) {
    int64_t next_start[128]; /* of the note of this pitch that comes next in time */
    for (int pitch = 0; pitch < 128; pitch++) next_start[pitch] = INT64_MAX;
    for (int i = track->count - 1; i >= 0; i--) {
        Note note = track->notes[i];
        for (; i > 0 && track->notes[i - 1].start == note.start && track->notes[i - 1].pitch == note.pitch;
             i--) {
            if (track->notes[i - 1].length > note.length) note = track->notes[i - 1];
        }
        int64_t stop = (int64_t)note.start + note.length;
        if (next_start[note.pitch] < stop) stop = next_start[note.pitch];
        next_start[note.pitch] = note.start;
        int64_t on = us_of_tick(schedule, note.start), off = us_of_tick(schedule, stop);
        add_event(schedule, on, MIDI_NOTE_ON | channel, note.pitch, note.velocity ? note.velocity : 1);
        add_event(schedule, off, MIDI_NOTE_OFF | channel, note.pitch, 64);
    }
}

static ClickGrid click_grid(const Schedule *schedule, const TimelineBar *bar) {
    int division = timeline_division(schedule->timeline);
    int32_t beat_ticks = meter_beat_ticks(bar->meter, division);
    int64_t beat_us =
        us_of_tick(schedule, (int64_t)bar->start + beat_ticks) - us_of_tick(schedule, bar->start);
    if (meter_is_compound(bar->meter) && beat_us > SLOW_BEAT_US)
        return (ClickGrid){meter_unit_ticks(bar->meter, division), 3};
    return (ClickGrid){beat_ticks, 1};
}

static void add_click(Schedule *schedule, const ClickGrid *grid, int64_t tick, int64_t unit_of_bar) {
    bool first = unit_of_bar == 0, beat = unit_of_bar % grid->units_a_beat == 0;
    int key = first ? SCHEDULE_CLICK_ACCENT : SCHEDULE_CLICK_BEAT;
    int velocity = first ? VELOCITY_ACCENT : beat ? VELOCITY_BEAT : VELOCITY_SUBDIVISION;
    int64_t on = us_of_tick(schedule, tick);
    int64_t next = us_of_tick(schedule, tick + grid->unit_ticks);
    int64_t off = next - on > CLICK_US ? on + CLICK_US : on + (next - on + 1) / 2;
    add_event(schedule, on, MIDI_NOTE_ON | SCHEDULE_CLICK_CHANNEL, key, velocity);
    add_event(schedule, off, MIDI_NOTE_OFF | SCHEDULE_CLICK_CHANNEL, key, 64);
}

/* The clicks of a bar; returns how many, and only counts them while the schedule has no room for events. A pickup is
 * clicked as the end of its bar: its beats are those that lead to the next line. */
static int click_bar(Schedule *schedule, const TimelineBar *bar) {
    ClickGrid grid = click_grid(schedule, bar);
    TimelinePlace place = timeline_place(schedule->timeline, bar->start);
    int64_t line = place.beat_start - (int64_t)place.beat * place.beat_ticks;
    int64_t unit = (bar->start - line + grid.unit_ticks - 1) / grid.unit_ticks;
    int clicks = 0;
    for (; line + unit * grid.unit_ticks < (int64_t)bar->start + bar->ticks; unit++, clicks++)
        if (schedule->event) add_click(schedule, &grid, line + unit * grid.unit_ticks, unit);
    return clicks;
}

/* A count-in is whole bars of the first meter, whatever the song begins with. */
static int click_count_in(Schedule *schedule) {
    Meter meter = timeline_meter(schedule->timeline, 0);
    TimelineBar bar = {0, 0, meter_bar_ticks(meter, timeline_division(schedule->timeline)), meter};
    ClickGrid grid = click_grid(schedule, &bar);
    int units = (bar.ticks + grid.unit_ticks - 1) / grid.unit_ticks;
    for (int i = 0; schedule->event && i < schedule->count_in_bars * units; i++)
        add_click(schedule, &grid,
                  (int64_t)(i / units - schedule->count_in_bars) * bar.ticks +
                      (int64_t)(i % units) * grid.unit_ticks,
                  i % units);
    return schedule->count_in_bars * units;
}

static int click_bars(Schedule *schedule, int bars) {
    int clicks = 0;
    for (int i = 0; i < bars; i++) {
        TimelineBar bar = timeline_bar(schedule->timeline, i);
        clicks += click_bar(schedule, &bar);
    }
    return clicks;
}

enum { RANK_OFF, RANK_OTHER, RANK_ON };

static int rank(int status) {
    int kind = midi_kind(status);
    return kind == MIDI_NOTE_OFF ? RANK_OFF : kind == MIDI_NOTE_ON ? RANK_ON : RANK_OTHER;
}

static int compare_events(const void *left, const void *right) {
    const ScheduleEvent *a = left, *b = right;
    if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
    int first = rank(a->status), second = rank(b->status);
    if (first != second) return first < second ? -1 : 1;
    if (first == RANK_OTHER) return (a->order > b->order) - (a->order < b->order);
    if (a->status != b->status) return a->status < b->status ? -1 : 1; /* then the channel decides */
    return (a->data1 > b->data1) - (a->data1 < b->data1);
}

static int64_t end_us(const Schedule *schedule, int32_t end) {
    TimelineBar last = timeline_bar(schedule->timeline, timeline_bar_count(schedule->timeline, end) - 1);
    return us_of_tick(schedule, (int64_t)last.start + last.ticks);
}

static void take_shape(Schedule *schedule, const Track *track, int32_t end_tick,
                       const ScheduleOptions *options) {
    schedule->program = track->program & 127;
    schedule->metronome = options->metronome;
    int bars = options->count_in_bars;
    schedule->count_in_bars = bars < 0 ? 0 : bars > COUNT_IN_BARS_MAX ? COUNT_IN_BARS_MAX : bars;
    int32_t bar_ticks =
        meter_bar_ticks(timeline_meter(schedule->timeline, 0), timeline_division(schedule->timeline));
    schedule->count_in_us = -us_of_tick(schedule, -(int64_t)schedule->count_in_bars * bar_ticks);
    schedule->length_us = end_us(schedule, end_tick);
    int32_t loop_start = options->loop_start > 0 ? options->loop_start : 0;
    int64_t start = us_of_tick(schedule, loop_start), end = us_of_tick(schedule, options->loop_end);
    if (end - start >= LOOP_MIN_US) {
        schedule->loop_start_us = start;
        schedule->loop_end_us = end;
    }
}

/* Bars that the metronome has to cover: those of the music, and the loop where it reaches further. */
static int clicked_bars(const Schedule *schedule, int32_t last, const ScheduleOptions *options) {
    if (!schedule->metronome) return 0;
    int bars = timeline_bar_count(schedule->timeline, last);
    int32_t end = options->loop_end < TRACK_TICKS_MAX ? options->loop_end : TRACK_TICKS_MAX;
    int loop_bars = schedule->loop_end_us > 0 ? timeline_bar_count(schedule->timeline, end) : 0;
    return loop_bars > bars ? loop_bars : bars;
}

/* ---- accompaniment ---- */

static bool sounds(const ScheduleMusic *music, int track) {
    return score_voice_of(music->with, track) < 0 && !(music->silent && music->silent[track]);
}

/* The voice is as silent as the track in whose place it stands. */
static bool voice_sounds(const ScheduleMusic *music) {
    return !music->with || !music->silent || music->with->voices == 0 ||
           !music->silent[music->with->voice[0]];
}

/* Is an event of a chunk one that plays, beside notes? The voice's own instrument is the player's business until it changes. */
static bool plays(const ScheduleMusic *music, const uint8_t *bytes, int32_t tick) {
    int kind = midi_kind(bytes[0]);
    if (kind < MIDI_POLY_PRESSURE || kind > MIDI_BEND) return false;
    if (kind == MIDI_CONTROLLER && bytes[1] >= MIDI_ALL_SOUND_OFF) return false;
    const Track *voice = music->voice;
    bool first_program = kind == MIDI_PROGRAM && midi_channel(bytes[0]) == voice->channel &&
                         (voice->count == 0 || tick <= voice->notes[0].start);
    return !first_program;
}

/* Counts the events beside the voice, and adds them where there is room. */
static size_t add_beside(Schedule *schedule, const ScheduleMusic *music) {
    size_t count = 0;
    const Score *score = music->with;
    for (int t = 0; score && t < score->tracks; t++) {
        if (!sounds(music, t)) continue;
        count += 2 * (size_t)score->track[t]->count;
        if (schedule->event) add_notes(schedule, score->track[t], score->track[t]->channel);
    }
    if (music->chords) count += 2 * (size_t)music->chords->count;
    if (music->chords && schedule->event) add_notes(schedule, music->chords, music->chords->channel);
    for (int c = 0; score && c < score->chunks; c++) {
        const Events *chunk = score->chunk[c];
        for (int i = 0; strcmp(events_kind(chunk), "MTrk") == 0 && i < events_count(chunk); i++) {
            FileEvent event = events_at(chunk, i);
            const uint8_t *bytes = events_bytes(chunk, i);
            if (!plays(music, bytes, event.tick)) continue;
            count++;
            if (schedule->event)
                add_event(schedule, us_of_tick(schedule, event.tick), bytes[0], bytes[1],
                          event.size > 2 ? bytes[2] : 0);
        }
    }
    return count;
}

/* The voice, or the song that it is played with where that is longer; what is silent takes its time too. */
static int32_t last_tick(const ScheduleMusic *music) {
    const int32_t end = track_end(music->voice), other = music->with ? score_end(music->with) : 0;
    return other > end ? other : end;
}

static Schedule *make(const ScheduleMusic *music, int channel, const ScheduleOptions *options, Error *err) {
    const Track *voice = music->voice;
    Schedule *schedule = calloc(1, sizeof *schedule);
    if (!schedule) goto fail;
    schedule->timeline = timeline_ref(music->timeline);
    schedule->channel = (uint8_t)channel;
    int32_t end = last_tick(music);
    take_shape(schedule, voice, end, options);
    int bars = clicked_bars(schedule, end, options);
    size_t clicks = (size_t)click_bars(schedule, bars) + (size_t)click_count_in(schedule);
    size_t room = 2 * ((size_t)voice->count + clicks) + add_beside(schedule, music) + 1;
    schedule->event = calloc(room, sizeof *schedule->event);
    if (!schedule->event) goto fail;
    if (voice_sounds(music)) add_notes(schedule, voice, schedule->channel);
    add_beside(schedule, music);
    click_bars(schedule, bars);
    click_count_in(schedule);
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

static const ScheduleOptions PLAIN;

Schedule *schedule_of_track(const Timeline *timeline, const Track *track, const ScheduleOptions *options,
                            Error *err) {
    if (!options) options = &PLAIN;
    return make(&(ScheduleMusic){.timeline = timeline, .voice = track}, options->channel & 15, options, err);
}

Schedule *schedule_of_music(const ScheduleMusic *music, const ScheduleOptions *options, Error *err) {
    return make(music, music->voice->channel, options ? options : &PLAIN, err);
}

void schedule_free(Schedule *schedule) {
    if (!schedule) return;
    timeline_unref(schedule->timeline);
    free(schedule->event);
    free(schedule);
}
