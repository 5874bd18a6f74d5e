#include "midi_io/transport.h"

#include <string.h>

#include "midi_io/midi.h"

enum {
    SONG_POSITION_MAX = 0x3FFF,
    PULSES_A_QUARTER = 24,
    PULSES_A_SIXTEENTH = PULSES_A_QUARTER / 4,
    LATE_MAX_US = 500000,
    FRESH_US = 30000,      /* a switch this soon after a note's beginning still plays it */
    RING_OUT_US = 3000000, /* after the end of the song */
};

typedef enum {
    DUE_NOTHING,
    DUE_HAND_OFF,
    DUE_BEGIN,
    DUE_SEAM,
    DUE_PULSE,
    DUE_EVENT,
    DUE_END,
    DUE_CUT
} DueKind;

typedef struct {
    DueKind kind;
    int64_t at_us; /* clock time */
    int pitch;     /* DUE_HAND_OFF */
} Due;

void transport_init(Transport *transport, MidiOutput *output) {
    memset(transport, 0, sizeof *transport);
    sounding_init(&transport->voices, output);
}

static uint8_t hand_channel(const Transport *transport) {
    return transport->schedule ? transport->schedule->channel : 0;
}

static int64_t song_us(const Transport *transport, int64_t clock_us) {
    return transport->anchor_us + (clock_us - transport->anchor_clock_us);
}

static int64_t clock_us_of(const Transport *transport, int64_t song_time_us) {
    return transport->anchor_clock_us + (song_time_us - transport->anchor_us);
}

int32_t transport_tick(const Transport *transport, int64_t now_us) {
    if (!transport->playing) return transport->tick;
    int64_t us = transport->counting_in ? transport->start_us : song_us(transport, now_us);
    return schedule_tick_of_us(transport->schedule, us);
}

/* --- MIDI clock: start, 24 pulses a quarter, stop; song position counts sixteenths --- */

static void clock_stop(Transport *transport, int64_t due_us) {
    if (transport->clock_running) sounding_send(&transport->voices, due_us, MIDI_CLOCK_STOP, 0, 0);
    transport->clock_running = false;
}

/* To the nearest tick, where the division is no multiple of 24. */
static int64_t us_of_pulse(const Schedule *schedule, int32_t pulse) {
    int64_t ticks = (int64_t)pulse * timeline_division(schedule->timeline) + PULSES_A_QUARTER / 2;
    return timeline_us_of_tick(schedule->timeline, ticks / PULSES_A_QUARTER);
}

/* A song position can only name a sixteenth, so the pulses begin with the first one at or after us. */
static void clock_start(Transport *transport, int64_t us, int64_t due_us) {
    if (!transport->clock_on) return;
    int32_t tick = schedule_tick_of_us(transport->schedule, us);
    int division = timeline_division(transport->schedule->timeline);
    int64_t position = (4 * (int64_t)tick + division - 1) / division;
    if (position > SONG_POSITION_MAX) return; /* further than MIDI clock can count: slaves rest */
    if (position > 0) {
        sounding_send(&transport->voices, due_us, MIDI_SONG_POSITION, (uint8_t)(position & 127),
                      (uint8_t)(position >> 7));
        sounding_send(&transport->voices, due_us, MIDI_CLOCK_CONTINUE, 0, 0);
    } else {
        sounding_send(&transport->voices, due_us, MIDI_CLOCK_START, 0, 0);
    }
    transport->clock_pulse = (int32_t)position * PULSES_A_SIXTEENTH;
    transport->clock_running = true;
}

/* --- What is due --- */

static void earlier(Due *due, DueKind kind, int64_t at_us) {
    if (at_us < due->at_us) *due = (Due){.kind = kind, .at_us = at_us};
}

static void next_hand_off(const Transport *transport, Due *due) {
    if (transport->hand_offs == 0) return;
    for (int pitch = 0; pitch < SOUNDING_PITCHES; pitch++) {
        int64_t at_us = transport->hand_off_us[pitch];
        if (at_us && at_us < due->at_us) *due = (Due){DUE_HAND_OFF, at_us, pitch};
    }
}

/* The order of these lines decides between things due at the same moment: a seam comes before events that stand on the
 * loop's end, a pulse before the notes it belongs to, the end after the last note-offs. */
static Due next_due(const Transport *transport) {
    Due due = {DUE_NOTHING, CLOCK_NEVER, 0};
    next_hand_off(transport, &due);
    const Schedule *schedule = transport->schedule;
    if (!transport->playing) {
        if (transport->cut_us) earlier(&due, DUE_CUT, transport->cut_us);
        return due;
    }
    int limit = transport->counting_in ? schedule->count_in_events : schedule->count;
    int64_t event_us = transport->cursor < limit
                           ? clock_us_of(transport, schedule->event[transport->cursor].time_us)
                           : CLOCK_NEVER;
    if (transport->counting_in) {
        earlier(&due, DUE_EVENT, event_us);
        earlier(&due, DUE_BEGIN, clock_us_of(transport, 0));
        return due;
    }
    if (transport->looping) earlier(&due, DUE_SEAM, clock_us_of(transport, schedule->loop_end_us));
    int64_t pulse_us = us_of_pulse(schedule, transport->clock_pulse);
    if (transport->clock_running && (transport->looping || pulse_us < schedule->length_us))
        earlier(&due, DUE_PULSE, clock_us_of(transport, pulse_us));
    earlier(&due, DUE_EVENT, event_us);
    if (!transport->looping) earlier(&due, DUE_END, clock_us_of(transport, schedule->length_us));
    return due;
}

/* --- Doing it --- */

/* What controllers, bends, pressures and programs come to on one channel; -1 = nothing was said. */
typedef struct {
    int16_t controller[MIDI_DATA_MAX + 1], program, pressure, bend; /* bend: high byte << 7 | low byte */
} Steering;

static void steer(Transport *transport, int channel, const Steering *steering, int64_t due_us) {
    Sounding *voices = &transport->voices;
    if (steering->program >= 0)
        sounding_program(voices, due_us, (uint8_t)channel, (uint8_t)steering->program);
    /* Which parameter is set comes before its value. */
    for (int i = MIDI_NRPN_LOW; i < MIDI_NRPN_LOW + MIDI_DATA_MAX + 1; i++) {
        int number = i & MIDI_DATA_MAX;
        if (steering->controller[number] >= 0)
            sounding_steer(voices, due_us, (uint8_t)(MIDI_CONTROLLER | channel), (uint8_t)number,
                           (uint8_t)steering->controller[number]);
    }
    if (steering->pressure >= 0)
        sounding_steer(voices, due_us, (uint8_t)(MIDI_PRESSURE | channel), (uint8_t)steering->pressure, 0);
    if (steering->bend >= 0)
        sounding_steer(voices, due_us, (uint8_t)(MIDI_BEND | channel), steering->bend & MIDI_DATA_MAX,
                       (uint8_t)(steering->bend >> 7));
}

/* Sends what the events before the cursor come to, so that beginning in the middle sounds as if it had been played so far. */
static void chase(Transport *transport, int64_t due_us) {
    const Schedule *schedule = transport->schedule;
    Steering steering[MIDI_CHANNELS];
    memset(steering, 0xff, sizeof steering);
    for (int i = schedule->count_in_events; i < transport->cursor; i++) {
        const ScheduleEvent *event = &schedule->event[i];
        Steering *channel = &steering[midi_channel(event->status)];
        int kind = midi_kind(event->status);
        if (kind == MIDI_CONTROLLER) channel->controller[event->data1] = event->data2;
        if (kind == MIDI_PROGRAM) channel->program = event->data1;
        if (kind == MIDI_PRESSURE) channel->pressure = event->data1;
        if (kind == MIDI_BEND) channel->bend = (int16_t)(event->data2 << 7 | event->data1);
    }
    sounding_rest(&transport->voices, due_us);
    Steering *voice = &steering[schedule->channel];
    if (voice->program < 0) voice->program = schedule->program;
    for (int channel = 0; channel < MIDI_CHANNELS; channel++)
        steer(transport, channel, &steering[channel], due_us);
}

/* From due_us on the song is at us. */
static void go_to(Transport *transport, int64_t us, int64_t due_us) {
    const Schedule *schedule = transport->schedule;
    transport->anchor_clock_us = due_us;
    transport->anchor_us = us;
    transport->cursor = schedule_find(schedule, us);
    transport->looping = schedule->loop_end_us > schedule->loop_start_us && us < schedule->loop_end_us;
    chase(transport, due_us);
    clock_stop(transport, due_us);
    clock_start(transport, us, due_us);
}

static void begin_song(Transport *transport, int64_t due_us) {
    transport->counting_in = false;
    sounding_release(&transport->voices, due_us, SOUNDING_SONG);
    go_to(transport, transport->start_us, due_us);
}

static void forget_hand_offs(Transport *transport) {
    memset(transport->hand_off_us, 0, sizeof transport->hand_off_us);
    transport->hand_offs = 0;
}

/* Every way of stopping ends here: nothing sounds afterwards. */
static void halt(Transport *transport, int32_t tick, SoundingSilence how, bool all_channels, int64_t due_us) {
    clock_stop(transport, due_us);
    sounding_silence(&transport->voices, due_us, how, all_channels);
    sounding_rest(&transport->voices, due_us);
    forget_hand_offs(transport);
    transport->playing = transport->counting_in = false;
    transport->tick = tick;
    transport->generation++;
    transport->cut_us = how == SOUNDING_RING_OUT ? due_us + RING_OUT_US : 0;
}

static void end_song(Transport *transport, int64_t due_us) {
    int32_t end = schedule_tick_of_us(transport->schedule, transport->schedule->length_us);
    halt(transport, end, SOUNDING_RING_OUT, false, due_us);
}

static void send_event(Transport *transport, int64_t due_us) {
    const ScheduleEvent *event = &transport->schedule->event[transport->cursor++];
    uint8_t channel = midi_channel(event->status);
    int kind = midi_kind(event->status);
    if (kind == MIDI_NOTE_ON)
        sounding_on(&transport->voices, due_us, SOUNDING_SONG, channel, event->data1, event->data2);
    else if (kind == MIDI_NOTE_OFF)
        sounding_off(&transport->voices, due_us, SOUNDING_SONG, channel, event->data1);
    else if (kind == MIDI_PROGRAM)
        sounding_program(&transport->voices, due_us, channel, event->data1);
    else
        sounding_steer(&transport->voices, due_us, event->status, event->data1, event->data2);
}

static void hand_off(Transport *transport, int pitch, int64_t due_us) {
    if (!transport->hand_off_us[pitch]) return;
    transport->hand_off_us[pitch] = 0;
    transport->hand_offs--;
    sounding_off(&transport->voices, due_us, SOUNDING_HAND, hand_channel(transport), (uint8_t)pitch);
}

static void perform(Transport *transport, const Due *due) {
    switch (due->kind) {
    case DUE_NOTHING:
        break;
    case DUE_HAND_OFF:
        hand_off(transport, due->pitch, due->at_us);
        break;
    case DUE_BEGIN:
        begin_song(transport, due->at_us);
        break;
    case DUE_SEAM:
        sounding_release(&transport->voices, due->at_us, SOUNDING_SONG);
        go_to(transport, transport->schedule->loop_start_us, due->at_us);
        break;
    case DUE_PULSE:
        sounding_send(&transport->voices, due->at_us, MIDI_CLOCK_PULSE, 0, 0);
        transport->clock_pulse++;
        break;
    case DUE_EVENT:
        send_event(transport, due->at_us);
        break;
    case DUE_END:
        end_song(transport, due->at_us);
        break;
    case DUE_CUT:
        transport->cut_us = 0;
        sounding_silence(&transport->voices, due->at_us, SOUNDING_CUT, false);
        break;
    }
}

int64_t transport_run(Transport *transport, int64_t now_us) {
    for (;;) {
        if (transport->voices.lost && transport->playing)
            halt(transport, transport_tick(transport, now_us), SOUNDING_CUT, false, now_us);
        Due due = next_due(transport);
        if (due.at_us > now_us) return due.at_us;
        int64_t late_us = now_us - due.at_us;
        if (late_us > LATE_MAX_US) { /* what was missed while the process stood still is not made up for */
            transport->anchor_clock_us += late_us;
            due.at_us = now_us;
        }
        perform(transport, &due);
    }
}

/* --- Commands --- */

/* Puts a schedule in, with its program; returns the old one. */
static Schedule *take_schedule(Transport *transport, Schedule *schedule, int64_t now_us) {
    Schedule *old = transport->schedule;
    if (hand_channel(transport) != schedule->channel) { /* nobody would find them any more */
        sounding_release(&transport->voices, now_us, SOUNDING_HAND);
        forget_hand_offs(transport);
    }
    transport->schedule = schedule;
    sounding_program(&transport->voices, now_us, schedule->channel, schedule->program);
    return old;
}

Schedule *transport_play(Transport *transport, Schedule *schedule, int32_t from_tick, int64_t now_us) {
    transport_run(transport, now_us);
    if (transport->playing) halt(transport, transport->tick, SOUNDING_CUT, false, now_us);
    if (from_tick < 0) from_tick = 0;
    Schedule *old = take_schedule(transport, schedule, now_us);
    transport->playing = true;
    transport->generation++;
    transport->cut_us = 0;
    transport->tick = transport->start_tick = from_tick;
    transport->start_us = schedule_us_of_tick(schedule, from_tick);
    if (schedule->count_in_us > 0) {
        transport->counting_in = true;
        transport->anchor_clock_us = now_us;
        transport->anchor_us = -schedule->count_in_us;
        transport->cursor = 0;
    } else {
        go_to(transport, transport->start_us, now_us);
    }
    transport_run(transport, now_us);
    return old;
}

/* Lets go of the song's notes that the new schedule does not hold at us, and begins those that have just begun there.
 * [first, cursor) are the new schedule's events up to us. */
static void hand_notes_over(Transport *transport, int first, int64_t us, int64_t now_us) {
    bool holds[SOUNDING_CHANNELS][SOUNDING_PITCHES] = {{false}};
    Sounding *voices = &transport->voices;
    const ScheduleEvent *event = transport->schedule->event;
    for (int i = first; i < transport->cursor; i++) {
        int kind = midi_kind(event[i].status);
        if (kind == MIDI_NOTE_ON || kind == MIDI_NOTE_OFF)
            holds[midi_channel(event[i].status)][event[i].data1] = kind == MIDI_NOTE_ON;
    }
    for (uint8_t channel = 0; channel < SOUNDING_CHANNELS; channel++) {
        for (uint8_t pitch = 0; pitch < SOUNDING_PITCHES; pitch++) {
            if (!holds[channel][pitch]) sounding_off(voices, now_us, SOUNDING_SONG, channel, pitch);
        }
    }
    for (int i = transport->cursor - 1; i >= first && event[i].time_us > us - FRESH_US; i--) {
        uint8_t channel = midi_channel(event[i].status), pitch = event[i].data1;
        if (midi_kind(event[i].status) == MIDI_NOTE_ON && holds[channel][pitch] &&
            voices->owner[channel][pitch] == SOUNDING_FREE)
            sounding_on(voices, now_us, SOUNDING_SONG, channel, pitch, event[i].data2);
    }
}

Schedule *transport_switch(Transport *transport, Schedule *schedule, int64_t now_us) {
    transport_run(transport, now_us);
    Schedule *old = take_schedule(transport, schedule, now_us);
    if (!transport->playing) return old;
    int64_t us = song_us(transport, now_us);
    if (!timeline_equal(schedule->timeline, old->timeline)) {
        us = schedule_same_us(schedule, old, us);
        transport->start_us = schedule_same_us(schedule, old, transport->start_us);
        transport->anchor_clock_us = now_us;
        transport->anchor_us = us;
    }
    int first = transport->counting_in ? 0 : schedule->count_in_events;
    int limit = transport->counting_in ? schedule->count_in_events : schedule->count;
    transport->cursor = transport->counting_in ? 0 : schedule_find(schedule, us);
    while (transport->cursor < limit && schedule->event[transport->cursor].time_us <= us) transport->cursor++;
    transport->looping = schedule->loop_end_us > schedule->loop_start_us && us < schedule->loop_end_us;
    hand_notes_over(transport, first, us, now_us);
    return old;
}

void transport_pause(Transport *transport, int64_t now_us) {
    transport_run(transport, now_us);
    if (transport->playing) halt(transport, transport_tick(transport, now_us), SOUNDING_CUT, false, now_us);
}

void transport_stop(Transport *transport, int64_t now_us) {
    transport_run(transport, now_us);
    halt(transport, transport->start_tick, SOUNDING_CUT, false, now_us);
}

void transport_panic(Transport *transport, int64_t now_us) {
    transport_run(transport, now_us);
    halt(transport, transport_tick(transport, now_us), SOUNDING_CUT, true, now_us);
}

MidiOutput *transport_set_output(Transport *transport, MidiOutput *output, int64_t now_us) {
    transport_run(transport, now_us);
    MidiOutput *old = transport->voices.output;
    clock_stop(transport, now_us);
    sounding_silence(&transport->voices, now_us, SOUNDING_CUT, false);
    forget_hand_offs(transport);
    transport->cut_us = 0;
    uint8_t program[SOUNDING_CHANNELS];
    memcpy(program, transport->voices.program, sizeof program);
    sounding_init(&transport->voices, output);
    for (uint8_t channel = 0; channel < SOUNDING_CHANNELS; channel++) {
        if (program[channel]) sounding_program(&transport->voices, now_us, channel, program[channel] - 1);
    }
    if (transport->playing && !transport->counting_in) {
        chase(transport, now_us);
        clock_start(transport, song_us(transport, now_us), now_us);
    }
    return old;
}

void transport_set_clock(Transport *transport, bool on, int64_t now_us) {
    transport_run(transport, now_us);
    if (transport->clock_on == on) return;
    transport->clock_on = on;
    if (!on)
        clock_stop(transport, now_us);
    else if (transport->playing && !transport->counting_in)
        clock_start(transport, song_us(transport, now_us), now_us);
}

void transport_note(Transport *transport, uint8_t pitch, uint8_t velocity, int64_t length_us,
                    int64_t now_us) {
    transport_run(transport, now_us);
    pitch &= 127;
    uint8_t channel = hand_channel(transport);
    hand_off(transport, pitch, now_us);
    if (velocity == 0) {
        sounding_off(&transport->voices, now_us, SOUNDING_HAND, channel, pitch);
        return;
    }
    transport->cut_us = 0;
    sounding_on(&transport->voices, now_us, SOUNDING_HAND, channel, pitch, velocity & 127);
    if (length_us <= 0 || transport->voices.lost) return;
    transport->hand_off_us[pitch] = now_us + length_us;
    transport->hand_offs++;
}

void transport_program(Transport *transport, uint8_t program, int64_t now_us) {
    sounding_program(&transport->voices, now_us, hand_channel(transport), program & 127);
}
