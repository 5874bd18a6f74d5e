#include "midi_io/smf_score.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "midi_io/midi.h"

bool smf_score_init(SmfScore *score, int tracks, int ppqn, Error *err) {
    *score = (SmfScore){.ppqn = ppqn};
    score->track = calloc((size_t)tracks + 1, sizeof *score->track);
    if (!score->track) return error_memory(err, "the tracks of a MIDI file");
    score->count = tracks;
    for (int i = 0; i < tracks; i++) {
        SmfTrack *track = &score->track[i];
        memset(track->program, 0xff, sizeof track->program);
    }
    score->sounding.track = -1;
    return true;
}

void smf_score_deinit(SmfScore *score) {
    for (int i = 0; i < score->count; i++) free(score->track[i].notes);
    free(score->track);
    smf_state_deinit(&score->state);
    *score = (SmfScore){0};
}

static bool note_on(SmfSounding *sounding, SmfTrack *track, int32_t tick, const uint8_t *bytes, Error *err) {
    if (track->count == track->capacity) {
        int capacity = track->capacity ? track->capacity * 2 : 64;
        SmfNote *grown = realloc(track->notes, (size_t)capacity * sizeof *grown);
        if (!grown) return error_memory(err, "the notes of a MIDI file");
        track->notes = grown;
        track->capacity = capacity;
    }
    int channel = bytes[0] & 0x0f, pitch = bytes[1];
    int32_t *youngest = &sounding->youngest[channel][pitch];
    *(*youngest < 0 ? &sounding->oldest[channel][pitch] : &track->notes[*youngest].next) = track->count;
    *youngest = track->count;
    track->notes[track->count++] = (SmfNote){tick, -1, (uint8_t)pitch, bytes[2], (uint8_t)channel, -1};
    track->channel_count[channel]++;
    return true;
}

static void note_off(SmfSounding *sounding, SmfTrack *track, int32_t tick, const uint8_t *bytes, int skip) {
    int32_t *link = &sounding->oldest[bytes[0] & 0x0f][bytes[1]];
    int32_t older = -1;
    for (; skip > 0 && *link >= 0 && track->notes[*link].next >= 0; skip--) {
        older = *link;
        link = &track->notes[*link].next;
    }
    if (*link < 0) return;
    SmfNote *note = &track->notes[*link];
    note->end = tick;
    *link = note->next;
    if (note->next < 0) sounding->youngest[bytes[0] & 0x0f][bytes[1]] = older;
}

static void add_tempo(SmfScore *score, int32_t tick, const uint8_t *text) {
    if (score->tempos == SMF_TEMPO_EVENTS_MAX) return;
    int at = score->tempos++;
    for (; at > 0 && score->tempo[at - 1].tick > tick; at--) score->tempo[at] = score->tempo[at - 1];
    score->tempo[at] = (SmfTempo){tick, text[0] << 16 | text[1] << 8 | text[2]};
}

static void add_meter(SmfScore *score, int32_t tick, const uint8_t *text) {
    if (score->meters == SMF_TEMPO_EVENTS_MAX) return;
    int at = score->meters++;
    for (; at > 0 && score->meter[at - 1].tick > tick; at--) score->meter[at] = score->meter[at - 1];
    score->meter[at] = (SmfMeter){tick, text[0], 1 << text[1]};
}

static bool add_meta(SmfScore *score, SmfTrack *track, int32_t tick, const uint8_t *bytes, size_t size,
                     Error *err) {
    int type = bytes[1];
    const uint8_t *text = bytes + 3;
    size -= 3;
    if (type == SMF_META_NAME && !track->name[0]) utf8_clean(track->name, sizeof track->name, text, size);
    if (type == SMF_META_TEMPO && size == 3) add_tempo(score, tick, text);
    if (type == SMF_META_METER && size == 4) add_meter(score, tick, text);
    if (type == SMF_META_OWN && smf_state_is_part(text, size))
        return smf_state_add(&score->state, text, size, err);
    return true;
}

bool smf_score_add(SmfScore *score, int index, int32_t tick, const uint8_t *bytes, size_t size, Error *err) {
    assert(index >= 0 && index < score->count && tick >= 0);
    SmfTrack *track = &score->track[index];
    if (score->sounding.track != index) {
        memset(&score->sounding, 0xff, sizeof score->sounding);
        score->sounding.track = index;
    }
    if (size >= 3 && bytes[0] == SMF_META) return add_meta(score, track, tick, bytes, size, err);
    int kind = size > 0 ? bytes[0] & 0xf0 : 0;
    if (kind == MIDI_PROGRAM && size == 2 && track->program[bytes[0] & 0x0f] < 0)
        track->program[bytes[0] & 0x0f] = (int8_t)(bytes[1] & 0x7f);
    if (size != 3 || bytes[1] > 127) return true;
    if (kind == MIDI_NOTE_ON && bytes[2] > 0) return note_on(&score->sounding, track, tick, bytes, err);
    /* refrain's parts stand at tick 0 of the first track, so it is known here whose note-offs these are. */
    bool own = score->state.parts > 0 && kind == MIDI_NOTE_OFF && bytes[2] >= SMF_SCORE_RELEASE;
    if (kind == MIDI_NOTE_ON || kind == MIDI_NOTE_OFF)
        note_off(&score->sounding, track, tick, bytes, own ? bytes[2] - SMF_SCORE_RELEASE : 0);
    return true;
}

void smf_score_close(SmfScore *score) {
    for (int i = 0; i < score->count; i++) {
        SmfTrack *track = &score->track[i];
        for (int n = 0; n < track->count; n++) {
            SmfNote *note = &track->notes[n];
            if (note->end < 0) score->endless++;
            if (note->end < 0) note->end = note->start + score->ppqn;
        }
    }
    if (score->count > 0 && score->track[0].count == 0)
        memcpy(score->title, score->track[0].name, sizeof score->title);
}

bool smf_score_is_song(const SmfScore *score) {
    return smf_state_is_whole(&score->state);
}
