#include "midi_io/smf_score.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"
#include "midi_io/smf_text.h"

enum { METER_EXPONENT_MAX = 15, SYLLABLE_TEXT_MIN = 1 };

bool smf_score_init(SmfScore *score, int tracks, int ppqn, Error *err) {
    *score = (SmfScore){.ppqn = ppqn};
    score->track = calloc((size_t)tracks + 1, sizeof *score->track);
    if (!score->track) return error_memory(err, "the tracks of a MIDI file");
    score->count = tracks;
    score->sounding.track = -1;
    return true;
}

void smf_score_deinit(SmfScore *score) {
    for (int i = 0; i < score->count; i++) {
        free(score->track[i].notes);
        free(score->track[i].lyrics);
    }
    free(score->track);
    free(score->tempo);
    free(score->meter);
    free(score->program);
    smf_state_deinit(&score->state);
    *score = (SmfScore){0};
}

/* The array, moved where it has to grow for one more element behind count; null without memory. */
static void *with_room(void *array, int count, int *capacity, size_t size, Error *err) {
    if (count < *capacity) return array;
    int larger = *capacity ? *capacity * 2 : 64;
    void *grown = realloc(array, (size_t)larger * size);
    if (grown)
        *capacity = larger;
    else
        error_memory(err, "what a MIDI file holds");
    return grown;
}

static bool note_on(SmfSounding *sounding, SmfTrack *track, const SmfEvent *event, Error *err) {
    void *room = with_room(track->notes, track->count, &track->capacity, sizeof *track->notes, err);
    if (!room) return false;
    track->notes = room;
    int channel = event->status & 0x0f, pitch = event->data[0];
    int32_t *youngest = &sounding->youngest[channel][pitch];
    *(*youngest < 0 ? &sounding->oldest[channel][pitch] : &track->notes[*youngest].next) = track->count;
    *youngest = track->count;
    track->notes[track->count++] =
        (SmfNote){event->tick, -1, (uint8_t)pitch, event->data[1], (uint8_t)channel, false, -1};
    track->channel_count[channel]++;
    return true;
}

static void note_off(SmfSounding *sounding, SmfTrack *track, const SmfEvent *event, int skip) {
    int32_t *link = &sounding->oldest[event->status & 0x0f][event->data[0]];
    int32_t older = -1;
    for (; skip > 0 && *link >= 0 && track->notes[*link].next >= 0; skip--) {
        older = *link;
        link = &track->notes[*link].next;
    }
    if (*link < 0) return;
    SmfNote *note = &track->notes[*link];
    note->end = event->tick;
    *link = note->next;
    if (note->next < 0) sounding->youngest[event->status & 0x0f][event->data[0]] = older;
}

static bool add_tempo(SmfScore *score, const SmfEvent *event, Error *err) {
    const uint8_t *text = event->text;
    int32_t quarter_us = event->size == 3 ? text[0] << 16 | text[1] << 8 | text[2] : 0;
    if (quarter_us == 0) return true; /* no tempo at all */
    void *room = with_room(score->tempo, score->tempos, &score->tempo_capacity, sizeof *score->tempo, err);
    if (!room) return false;
    score->tempo = room;
    score->tempo[score->tempos] = (SmfTempo){event->tick, score->tempos, quarter_us};
    score->tempos++;
    return true;
}

static bool add_meter(SmfScore *score, const SmfEvent *event, Error *err) {
    const uint8_t *text = event->text;
    if (event->size < 2 || text[0] == 0 || text[1] > METER_EXPONENT_MAX) return true; /* no meter at all */
    void *room = with_room(score->meter, score->meters, &score->meter_capacity, sizeof *score->meter, err);
    if (!room) return false;
    score->meter = room;
    score->meter[score->meters] = (SmfMeter){event->tick, score->meters, text[0], 1 << text[1]};
    score->meters++;
    return true;
}

static bool add_program(SmfScore *score, const SmfEvent *event, Error *err) {
    void *room =
        with_room(score->program, score->programs, &score->program_capacity, sizeof *score->program, err);
    if (!room) return false;
    score->program = room;
    score->program[score->programs] =
        (SmfProgram){event->tick, score->programs, event->track, event->status & 0x0f, event->data[0]};
    score->programs++;
    return true;
}

/* Karaoke files put the syllables into plain texts, and what begins with @ is about the file. */
static bool is_syllable(const SmfEvent *event) {
    return event->size >= SYLLABLE_TEXT_MIN && event->text[0] != '@';
}

static bool add_lyric(SmfTrack *track, const SmfEvent *event, Error *err) {
    bool text = event->data[0] == SMF_META_TEXT;
    if (!is_syllable(event) || (text && track->lyric_count > 0 && !track->texts)) return true;
    if (!text && track->texts) track->lyric_count = 0; /* lyric events are what they say, texts may be */
    track->texts = text;
    void *room =
        with_room(track->lyrics, track->lyric_count, &track->lyric_capacity, sizeof *track->lyrics, err);
    if (!room) return false;
    track->lyrics = room;
    track->lyrics[track->lyric_count++] = event->tick;
    return true;
}

static bool add_meta(SmfScore *score, SmfTrack *track, const SmfEvent *event, Error *err) {
    switch (event->data[0]) {
    case SMF_META_NAME:
        if (!track->name[0]) smf_text_read(track->name, sizeof track->name, event->text, event->size);
        return true;
    case SMF_META_TEXT:
    case SMF_META_LYRIC:
        return add_lyric(track, event, err);
    case SMF_META_TEMPO:
        return add_tempo(score, event, err);
    case SMF_META_METER:
        return add_meter(score, event, err);
    case SMF_META_OWN:
        return !smf_state_is_part(event->text, event->size) ||
               smf_state_add(&score->state, event->text, event->size, err);
    }
    return true;
}

bool smf_score_add(SmfScore *score, const SmfEvent *event, Error *err) {
    assert(event->track < score->count && event->tick >= 0);
    SmfTrack *track = &score->track[event->track];
    if (score->sounding.track != event->track) {
        memset(&score->sounding, 0xff, sizeof score->sounding);
        score->sounding.track = event->track;
    }
    if (event->status == SMF_META) return add_meta(score, track, event, err);
    int kind = event->status & 0xf0;
    if (kind == MIDI_PROGRAM) return add_program(score, event, err);
    if (kind == MIDI_NOTE_ON && event->data[1] > 0) return note_on(&score->sounding, track, event, err);
    /* refrain's parts stand at tick 0 of the first track, so it is known here whose note-offs these are. */
    bool own = score->state.parts > 0 && kind == MIDI_NOTE_OFF && event->data[1] >= SMF_SCORE_RELEASE;
    if (kind == MIDI_NOTE_ON || kind == MIDI_NOTE_OFF)
        note_off(&score->sounding, track, event, own ? event->data[1] - SMF_SCORE_RELEASE : 0);
    return true;
}

/* Of tempos, meters and programs, which all begin so. */
static int compare_places(const void *a, const void *b) {
    const int32_t *x = a, *y = b;
    if (x[0] != y[0]) return x[0] < y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

static void sort_by_place(void *array, int count, size_t size) {
    if (count > 1) qsort(array, (size_t)count, size, compare_places);
}

void smf_score_close(SmfScore *score) {
    for (int i = 0; i < score->count; i++) {
        SmfTrack *track = &score->track[i];
        for (int n = 0; n < track->count; n++) {
            SmfNote *note = &track->notes[n];
            if (note->end >= 0) continue;
            note->endless = true;
            note->end = note->start + score->ppqn;
        }
    }
    sort_by_place(score->tempo, score->tempos, sizeof *score->tempo);
    sort_by_place(score->meter, score->meters, sizeof *score->meter);
    sort_by_place(score->program, score->programs, sizeof *score->program);
    if (score->count > 0 && score->track[0].count == 0)
        memcpy(score->title, score->track[0].name, sizeof score->title);
}

int smf_score_program(const SmfScore *score, int channel, int32_t tick) {
    int found = -1;
    for (int i = 0; i < score->programs && score->program[i].tick <= tick; i++)
        if (score->program[i].channel == channel) found = score->program[i].program;
    return found;
}

bool smf_score_is_song(const SmfScore *score) {
    return smf_state_is_whole(&score->state);
}
