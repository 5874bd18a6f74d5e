#include "tests/support/midi_trace.h"

#include "tests/support/check.h"
#include "tests/support/notes.h"

int midi_trace_sounding(const MidiOutput *recording) {
    const RecordedMessage *message;
    size_t count = recording_get(recording, &message);
    bool sounds[16][128] = {{false}};
    int sounding = 0;
    for (size_t i = 0; i < count; i++) {
        int kind = message[i].status & 0xF0, channel = message[i].status & 15, pitch = message[i].data1;
        if (kind != 0x90 && kind != 0x80) continue;
        bool on = kind == 0x90 && message[i].data2 > 0;
        if (sounds[channel][pitch] == on)
            fail_msg("message %zu: channel %d pitch %d: %s twice", i, channel, pitch,
                     on ? "note-on" : "note-off");
        sounds[channel][pitch] = on;
        sounding += on ? 1 : -1;
    }
    return sounding;
}

void midi_trace_check_silent(const MidiOutput *recording) {
    int sounding = midi_trace_sounding(recording);
    if (sounding) fail_msg("%d notes still sound", sounding);
}

static bool is_like(const RecordedMessage *message, int status, int data1) {
    return message->status == status && (data1 < 0 || message->data1 == data1);
}

int midi_trace_count(const MidiOutput *recording, int status, int data1) {
    const RecordedMessage *message;
    size_t count = recording_get(recording, &message);
    int found = 0;
    for (size_t i = 0; i < count; i++) found += is_like(&message[i], status, data1);
    return found;
}

int64_t midi_trace_time(const MidiOutput *recording, int status, int data1, int n) {
    const RecordedMessage *message;
    size_t count = recording_get(recording, &message);
    for (size_t i = 0; i < count; i++) {
        if (is_like(&message[i], status, data1) && n-- == 0) return message[i].time_us;
    }
    fail_msg("there are not that many messages %02x %d", (unsigned)status, data1);
    return -1;
}

void midi_trace_check_cut(const MidiOutput *recording, int channel) {
    static const uint8_t CONTROLLER[] = {120, 123, 64}; /* from the end */
    const RecordedMessage *message;
    size_t found = 0;
    for (size_t i = recording_get(recording, &message); i-- > 0 && found < sizeof CONTROLLER;) {
        if (message[i].status >= 0xF0 || (message[i].status & 15) != channel) continue;
        assert_int_equal(message[i].status, 0xB0 | channel);
        assert_int_equal(message[i].data1, CONTROLLER[found++]);
    }
    assert_int_equal(found, sizeof CONTROLLER);
}

void midi_trace_scale(Track *track, int count) {
    *track = (Track){0};
    for (int i = 0; i < count; i++) notes_add(track, i * TIMELINE_DIVISION, TIMELINE_DIVISION, 60 + i % 24);
}

Schedule *midi_trace_schedule(const Track *track, ScheduleOptions options) {
    return midi_trace_schedule_at(track, 0, (Meter){0}, options);
}

Schedule *midi_trace_schedule_at(const Track *track, int32_t quarter_us, Meter meter,
                                 ScheduleOptions options) {
    Error err = {""};
    Timeline *timeline = timeline_plain(TIMELINE_DIVISION, quarter_us, meter, &err);
    Schedule *schedule = timeline ? schedule_of_track(timeline, track, &options, &err) : NULL;
    timeline_unref(timeline);
    if (!schedule) fail_msg("schedule_new failed: %s", err.text);
    return schedule;
}
