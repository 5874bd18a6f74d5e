#include "midi_io/smf_song.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/midi.h"

enum {
    QUARTER_US_MAX = 0xffffff,
    CLOCKS_PER_CLICK = 24,
    THIRTY_SECONDS_PER_QUARTER = 8,
    PART_SIZE = SMF_STATE_PREFIX + SMF_STATE_PART_TEXT,
    RELEASES = 64, /* release velocities from SMF_SCORE_RELEASE on */
};

/* ---- writing ---- */

/* The texts that the events borrow until they are written. */
typedef struct {
    SmfEvents events;
    uint8_t tempo[3], meter[4];
    uint8_t *parts; /* of the state, PART_SIZE bytes each */
    int32_t end;    /* of the track that is written */
} Writer;

static bool put_meta(Writer *writer, int type, const void *text, size_t size, Error *err) {
    SmfEvent event = {
        .track = (uint16_t)writer->events.tracks, .status = SMF_META, .data = {(uint8_t)type, 0}};
    event.size = (uint32_t)size;
    event.text = text;
    return smf_events_add(&writer->events, event, err);
}

static bool put_name(Writer *writer, const char *name, Error *err) {
    return name[0] == '\0' || put_meta(writer, SMF_META_NAME, name, strlen(name), err);
}

static bool close_track(Writer *writer, Error *err) {
    SmfEvent end = {.tick = writer->end,
                    .track = (uint16_t)writer->events.tracks,
                    .status = SMF_META,
                    .data = {SMF_META_END, 0}};
    writer->end = 0;
    writer->events.tracks++;
    return smf_events_add(&writer->events, end, err);
}

static bool put_channel_event(Writer *writer, int32_t tick, int kind, int first, int second, Error *err) {
    int channel = writer->events.tracks - 1;
    SmfEvent event = {.tick = tick, .track = (uint16_t)writer->events.tracks};
    event.status = (uint8_t)(kind | channel);
    event.data[0] = (uint8_t)first;
    event.data[1] = (uint8_t)second;
    writer->end = tick;
    return smf_events_add(&writer->events, event, err);
}

static bool put_state(Writer *writer, const char *state, Error *err) {
    size_t length = strlen(state);
    if (length > SMF_STATE_TEXT_MAX)
        return error_set(err, "The song's own data is too long for a MIDI file: save it in two songs.");
    int parts = smf_state_part_count(length);
    writer->parts = malloc((size_t)parts * PART_SIZE);
    if (!writer->parts) return error_memory(err, "the song's own data");
    for (int part = 0; part < parts; part++) {
        uint8_t *bytes = writer->parts + (size_t)part * PART_SIZE;
        if (!put_meta(writer, SMF_META_OWN, bytes, smf_state_write_part(bytes, state, part), err))
            return false;
    }
    return true;
}

static bool put_first_track(Writer *writer, const SmfSong *song, Error *err) {
    const Melody *melody = &song->track[0];
    int32_t quarter_us = melody_quarter_us(melody);
    if (quarter_us > QUARTER_US_MAX) quarter_us = QUARTER_US_MAX;
    for (int i = 0; i < 3; i++) writer->tempo[i] = (uint8_t)(quarter_us >> (16 - 8 * i));
    int unit = melody_unit(melody), exponent = 0;
    while (unit >> (exponent + 1)) exponent++;
    writer->meter[0] = (uint8_t)melody_beats(melody);
    writer->meter[1] = (uint8_t)exponent;
    writer->meter[2] = CLOCKS_PER_CLICK;
    writer->meter[3] = THIRTY_SECONDS_PER_QUARTER;
    bool done = put_name(writer, song->title, err) &&
                put_meta(writer, SMF_META_TEMPO, writer->tempo, sizeof writer->tempo, err) &&
                put_meta(writer, SMF_META_METER, writer->meter, sizeof writer->meter, err) &&
                (!song->state || put_state(writer, song->state, err)) && close_track(writer, err);
    return done;
}

typedef struct {
    int32_t tick;
    int index; /* of the note */
} End;

/* The notes that sound, oldest first, one list for each pitch. */
typedef struct {
    End *ends;     /* of all notes, in time; owned */
    int32_t *next; /* per note: the next younger of its pitch, or -1; owned */
    int32_t oldest[128], youngest[128];
} Sounding;

static int compare_ends(const void *a, const void *b) {
    const End *x = a, *y = b;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool sounding_init(Sounding *sounding, const Melody *melody, Error *err) {
    size_t count = (size_t)melody->count + 1;
    memset(sounding->oldest, 0xff, sizeof sounding->oldest);
    memset(sounding->youngest, 0xff, sizeof sounding->youngest);
    sounding->ends = malloc(count * sizeof *sounding->ends);
    sounding->next = malloc(count * sizeof *sounding->next);
    if (!sounding->ends || !sounding->next) return error_memory(err, "the notes of a song");
    for (int i = 0; i < melody->count; i++)
        sounding->ends[i] = (End){melody->notes[i].start + melody->notes[i].length, i};
    qsort(sounding->ends, (size_t)melody->count, sizeof *sounding->ends, compare_ends);
    return true;
}

static void begin_note(Sounding *sounding, int pitch, int32_t index) {
    int32_t *youngest = &sounding->youngest[pitch];
    *(*youngest < 0 ? &sounding->oldest[pitch] : &sounding->next[*youngest]) = index;
    sounding->next[index] = -1;
    *youngest = index;
}

/* Returns how many older notes of its pitch go on sounding. */
static int end_note(Sounding *sounding, int pitch, int32_t index) {
    int place = 0;
    int32_t *link = &sounding->oldest[pitch], older = -1;
    for (; *link != index; place++) {
        older = *link;
        link = &sounding->next[*link];
    }
    *link = sounding->next[index];
    if (*link < 0) sounding->youngest[pitch] = older;
    return place;
}

/* Note-offs come before the note-ons of their tick. */
static bool put_notes(Writer *writer, const Melody *melody, Sounding *sounding, Error *err) {
    int on = 0, off = 0;
    bool done = true;
    while (done && off < melody->count) {
        const Note *next = on < melody->count ? &melody->notes[on] : NULL;
        End end = sounding->ends[off];
        if (next && next->start < end.tick) {
            begin_note(sounding, next->pitch, on++);
            done = put_channel_event(writer, next->start, MIDI_NOTE_ON, next->pitch, next->velocity, err);
        } else {
            int pitch = melody->notes[end.index].pitch, place = end_note(sounding, pitch, end.index);
            int release = SMF_SCORE_RELEASE + (place < RELEASES ? place : RELEASES - 1);
            off++;
            done = put_channel_event(writer, end.tick, MIDI_NOTE_OFF, pitch, release, err);
        }
    }
    return done;
}

static bool put_melody(Writer *writer, const Melody *melody, Error *err) {
    Sounding sounding = {0};
    bool done = put_name(writer, melody->name, err) &&
                put_channel_event(writer, 0, MIDI_PROGRAM, melody->program, 0, err) &&
                sounding_init(&sounding, melody, err) && put_notes(writer, melody, &sounding, err);
    free(sounding.ends);
    free(sounding.next);
    return done && close_track(writer, err);
}

bool smf_song_write(const SmfSong *song, unsigned char **bytes, size_t *size, Error *err) {
    assert(song->count >= 0 && song->count <= SMF_TRACKS_MAX);
    Writer writer = {.events = {.format = 1, .ppqn = MELODY_QUARTER_TICKS}};
    bool done = put_first_track(&writer, song, err);
    for (int i = 0; done && i < song->count; i++) done = put_melody(&writer, &song->track[i], err);
    if (done && writer.events.count > SMF_EVENTS_MAX)
        done =
            error_set(err, "The song has too many notes for one file: shorten it, or save it in two songs.");
    if (done) done = smf_events_write(&writer.events, bytes, size, err);
    smf_events_deinit(&writer.events);
    free(writer.parts);
    return done;
}

/* ---- reading ---- */

static int32_t rescale(const SmfScore *score, int32_t tick) {
    int64_t ticks = ((int64_t)tick * MELODY_QUARTER_TICKS + score->ppqn / 2) / score->ppqn;
    return ticks < MELODY_TICKS_MAX ? (int32_t)ticks : MELODY_TICKS_MAX;
}

static bool restore_notes(Melody *melody, const SmfScore *score, const SmfTrack *track, int *beyond,
                          Error *err) {
    for (int i = 0; i < track->count; i++) {
        int32_t start = rescale(score, track->notes[i].start), end = rescale(score, track->notes[i].end);
        if (start >= MELODY_TICKS_MAX || melody->count == MELODY_NOTES_MAX) {
            *beyond += 1;
            continue;
        }
        Note note = {start, end > start ? end - start : 1, track->notes[i].pitch, track->notes[i].velocity};
        if (melody_insert(melody, note, err) < 0) return false;
    }
    return true;
}

static void restore_words(Melody *melody, const SmfScore *score, const SmfTrack *track) {
    memcpy(melody->name, track->name, sizeof melody->name);
    const int index = (int)(track - score->track);
    for (int i = score->programs - 1; i >= 0; i--)
        if (score->program[i].track == index) melody->program = score->program[i].program;
    if (score->tempos > 0) melody->quarter_us = score->tempo[0].quarter_us;
    if (score->meters > 0 && score->meter[0].unit <= 16) {
        melody->meter_beats = (uint8_t)score->meter[0].beats;
        melody->meter_unit = (uint8_t)score->meter[0].unit;
    }
}

bool smf_song_restore(SmfSong *out, SmfScore *score, SmfReport *report, Error *err) {
    /* The first track holds the song's own words. Another program may have put notes there, too. */
    int first = score->count > 0 && score->track[0].count == 0, beyond = 0;
    int length = snprintf(report->text, sizeof report->text, "opened");
    for (int t = first; t < score->count && out->count < SMF_TRACKS_MAX; t++) {
        Melody *melody = &out->track[out->count++];
        melody_init(melody);
        restore_words(melody, score, &score->track[t]);
        if (!restore_notes(melody, score, &score->track[t], &beyond, err)) return false;
        report->tracks += melody->count > 0;
        if (length < (int)sizeof report->text)
            length +=
                snprintf(report->text + length, sizeof report->text - (size_t)length, "%s %s with %d note%s",
                         out->count == 1 ? "" : ",", melody->name[0] ? melody->name : "a track",
                         melody->count, melody->count == 1 ? "" : "s");
    }
    if ((score->repairs.cut_short || score->repairs.damaged || beyond > 0) &&
        length < (int)sizeof report->text)
        snprintf(report->text + length, sizeof report->text - (size_t)length,
                 "; the file is damaged: what is whole was kept");
    report->cut_short = score->repairs.cut_short;
    memcpy(out->title, score->title, sizeof out->title);
    out->state = score->state.text;
    score->state.text = NULL;
    return true;
}
