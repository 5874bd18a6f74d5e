#include "engine/music/score.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- life ---- */

void score_deinit(Score *score) {
    for (int i = 0; i < score->tracks; i++) track_unref(score->track[i]);
    for (int i = 0; i < score->chunks; i++) events_unref(score->chunk[i]);
    free(score->track);
    free(score->chunk);
    timeline_unref(score->timeline);
    *score = (Score){0};
}

bool score_copy(Score *to, const Score *from, Error *err) {
    assert(to != from);
    score_deinit(to);
    Track **track = malloc(((size_t)from->tracks + 1) * sizeof *track);
    Events **chunk = malloc(((size_t)from->chunks + 1) * sizeof *chunk);
    if (!track || !chunk) {
        free(track);
        free(chunk);
        return error_memory(err, "a copy of a song");
    }
    *to = *from;
    to->track = track;
    to->chunk = chunk;
    for (int i = 0; i < from->tracks; i++) track[i] = track_ref(from->track[i]);
    for (int i = 0; i < from->chunks; i++) chunk[i] = events_ref(from->chunk[i]);
    timeline_ref(from->timeline);
    return true;
}

bool score_equal(const Score *a, const Score *b) {
    if (a->tracks != b->tracks || a->voices != b->voices || a->end != b->end ||
        strcmp(a->title, b->title) != 0 ||
        memcmp(a->voice, b->voice, (size_t)a->voices * sizeof *a->voice) != 0 ||
        !timeline_equal(a->timeline, b->timeline))
        return false;
    for (int i = 0; i < a->tracks; i++)
        if (!track_equal(a->track[i], b->track[i])) return false;
    return true;
}

size_t score_bytes_beside(const Score *score, const Score *before) {
    size_t bytes =
        (size_t)score->tracks * sizeof *score->track + (size_t)score->chunks * sizeof *score->chunk;
    if (!before || score->timeline != before->timeline) bytes += timeline_bytes(score->timeline);
    for (int i = 0; i < score->tracks; i++)
        if (!before || i >= before->tracks || score->track[i] != before->track[i])
            bytes += track_bytes(score->track[i]);
    for (int i = 0; i < score->chunks; i++)
        if (!before || i >= before->chunks || score->chunk[i] != before->chunk[i])
            bytes += events_memory(score->chunk[i]);
    return bytes;
}

void score_set_title(Score *score, const char *text) {
    track_write_name(score->title, sizeof score->title, text, strlen(text));
}

void score_set_timeline(Score *score, Timeline *timeline) {
    timeline_unref(score->timeline);
    score->timeline = timeline;
}

static bool take_timeline(Score *score, Timeline *made) {
    if (made) score_set_timeline(score, made);
    return made != NULL;
}

static bool replace_timeline(Score *score, const TimelineMap *map, Error *err) {
    return take_timeline(score, timeline_new(map, err));
}

bool score_set_tempo(Score *score, int32_t quarter_us, Error *err) {
    TimelineMap map = timeline_map(score->timeline);
    TimelineTempo tempo = {0, quarter_us};
    map.tempo = &tempo;
    map.tempos = 1;
    return replace_timeline(score, &map, err);
}

/* What bar 0 is where there is a pickup, else zeroed. */
static Meter pickup_of(const Timeline *timeline) {
    return timeline_bar_number(timeline, 0) == 0 ? timeline_bar(timeline, 0).meter : (Meter){0};
}

bool score_set_meter(Score *score, Meter meter, Error *err) {
    TimelineMap map = timeline_map(score->timeline);
    const int division = timeline_division(score->timeline);
    Meter pickup = pickup_of(score->timeline);
    const bool keeps = pickup.beats > 0 && map.pickup == 0 &&
                       meter_bar_ticks(pickup, division) < meter_bar_ticks(meter, division);
    TimelineMeter first = {0, meter};
    map.meter = &first;
    map.meters = 1;
    return replace_timeline(score, &map, err) && (!keeps || score_set_pickup(score, pickup, err));
}

bool score_set_tempo_at(Score *score, int32_t tick, int32_t quarter_us, Error *err) {
    return take_timeline(score, timeline_with_tempo(score->timeline, tick, quarter_us, err));
}

bool score_set_meter_at(Score *score, int32_t tick, Meter meter, Error *err) {
    return take_timeline(score, timeline_with_meter(score->timeline, tick, meter, err));
}

bool score_set_pickup(Score *score, Meter length, Error *err) {
    TimelineMap map = timeline_map(score->timeline);
    const TimelineBar one = timeline_bar(score->timeline, timeline_bar_index(score->timeline, 1));
    const int division = timeline_division(score->timeline);
    const int32_t ticks = length.beats > 0 ? meter_bar_ticks(length, division) : 0;
    if (ticks >= meter_bar_ticks(one.meter, division))
        return error_set(err, "A pickup is shorter than a bar: here one has %d/%d.", meter_beats(one.meter),
                         meter_unit(one.meter));
    TimelineMeter *meter = malloc(((size_t)map.meters + 2) * sizeof *meter);
    if (!meter) return error_memory(err, "the meters");
    int count = 0;
    if (ticks > 0) meter[count++] = (TimelineMeter){0, length};
    meter[count++] = (TimelineMeter){ticks, one.meter};
    for (int i = 0; i < map.meters; i++)
        if (map.meter[i].tick > one.start && map.meter[i].tick > ticks) meter[count++] = map.meter[i];
    map.pickup = 0;
    map.meter = meter;
    map.meters = count;
    const bool done = replace_timeline(score, &map, err);
    free(meter);
    return done;
}

/* Of a meta event of text: lyric, marker, cue or plain text. */
static bool has_words(const uint8_t *bytes, uint32_t size, const char *words) {
    enum { META = 0xff, TEXT = 1, LYRIC = 5, CUE = 7 };
    const size_t length = strlen(words);
    if (size < 2 || bytes[0] != META || !(bytes[1] == TEXT || (bytes[1] >= LYRIC && bytes[1] <= CUE)))
        return false;
    for (uint32_t at = 2; length > 0 && at + length <= size; at++)
        if (strncasecmp((const char *)bytes + at, words, length) == 0) return true;
    return false;
}

int32_t score_find_words(const Score *score, const char *words, int32_t after) {
    int32_t first = -1, next = -1;
    for (int c = 0; c < score->chunks; c++) {
        const Events *events = score->chunk[c];
        for (int i = 0; i < events_count(events); i++) {
            const FileEvent event = events_at(events, i);
            if (!has_words(events_bytes(events, i), event.size, words)) continue;
            if (first < 0 || event.tick < first) first = event.tick;
            if (event.tick > after && (next < 0 || event.tick < next)) next = event.tick;
        }
    }
    return next >= 0 ? next : first;
}

/* ---- tracks ---- */

bool score_add_track(Score *score, Track *track, Error *err) {
    assert(track);
    if (score->tracks >= SCORE_TRACKS_MAX) {
        track_unref(track);
        return error_set(err, "The song has too many tracks: at most %d can be read.", SCORE_TRACKS_MAX);
    }
    Track **grown = realloc(score->track, ((size_t)score->tracks + 1) * sizeof *grown);
    if (!grown) {
        track_unref(track);
        return error_memory(err, "another track");
    }
    score->track = grown;
    score->track[score->tracks++] = track;
    return true;
}

bool score_add_chunk(Score *score, Events *chunk, Error *err) {
    assert(chunk);
    Events **grown =
        score->chunks < INT16_MAX ? realloc(score->chunk, ((size_t)score->chunks + 1) * sizeof *grown) : NULL;
    if (!grown) {
        events_unref(chunk);
        return error_memory(err, "another track of a file");
    }
    score->chunk = grown;
    score->chunk[score->chunks++] = chunk;
    return true;
}

int score_voice_of(const Score *score, int track) {
    for (int i = 0; i < score->voices; i++)
        if (score->voice[i] == track) return i;
    return -1;
}

bool score_add_voice(Score *score, int track, Error *err) {
    assert(track >= 0 && track < score->tracks && score_voice_of(score, track) < 0);
    if (score->voices >= SCORE_VOICES_MAX)
        return error_set(err, "At most %d tracks can be voices.", SCORE_VOICES_MAX);
    score->voice[score->voices++] = (int16_t)track;
    return true;
}

const Track *score_voice(const Score *score, int voice) {
    static const Track empty;
    return voice >= 0 && voice < score->voices ? score->track[score->voice[voice]] : &empty;
}

Track *score_edit_track(Score *score, int track, Error *err) {
    assert(track >= 0 && track < score->tracks);
    return track_edit(&score->track[track], err);
}

Track *score_edit_voice(Score *score, int voice, Error *err) {
    if (score->voices == 0 && voice == 0) {
        Track *made = track_new(err);
        if (!made || !score_add_track(score, made, err) || !score_add_voice(score, score->tracks - 1, err))
            return NULL;
    }
    assert(voice >= 0 && voice < score->voices);
    return score_edit_track(score, score->voice[voice], err);
}

/* A tick of one division in another one, to the nearest. */
static int32_t rescaled(int32_t tick, int from, int to) {
    return (int32_t)(((int64_t)tick * to + from / 2) / from);
}

static bool take_bars(Score *score, const Timeline *from, Error *err) {
    TimelineMap map = timeline_map(score->timeline);
    const TimelineMap theirs = timeline_map(from);
    const int division = timeline_division(score->timeline), other = timeline_division(from);
    TimelineMeter *meter = malloc(((size_t)theirs.meters + 1) * sizeof *meter);
    if (!meter) return error_memory(err, "the bars");
    for (int i = 0; i < theirs.meters; i++)
        meter[i] = (TimelineMeter){rescaled(theirs.meter[i].tick, other, division), theirs.meter[i].meter};
    map.pickup = rescaled(theirs.pickup, other, division);
    map.meter = meter;
    map.meters = theirs.meters;
    const bool ok = replace_timeline(score, &map, err);
    free(meter);
    return ok;
}

bool score_take_voice(Score *score, const Score *from, Error *err) {
    if (!take_bars(score, from->timeline, err)) return false;
    const int division = timeline_division(score->timeline), other = timeline_division(from->timeline);
    const Track *voice = score_voice(from, 0);
    Track notes = {0};
    bool ok = true;
    for (int i = 0; ok && i < voice->count; i++) {
        Note note = voice->notes[i];
        const int32_t end = rescaled(note.start + note.length, other, division);
        note.start = rescaled(note.start, other, division);
        note.length = end > note.start ? end - note.start : 1;
        ok = track_insert(&notes, note, err) >= 0;
    }
    Track *own = ok ? score_edit_voice(score, 0, err) : NULL;
    if (own) track_take_notes(own, &notes);
    if (own) score->end = rescaled(from->end, other, division);
    track_deinit(&notes);
    return own != NULL;
}

/* ---- the whole ---- */

int32_t score_voices_end(const Score *score) {
    int32_t end = 0;
    for (int i = 0; i < score->voices; i++) {
        int32_t stop = track_end(score_voice(score, i));
        if (stop > end) end = stop;
    }
    return end;
}

static int32_t notes_end(const Score *score) {
    int32_t end = 0;
    for (int i = 0; i < score->tracks; i++) {
        int32_t stop = track_end(score->track[i]);
        if (stop > end) end = stop;
    }
    return end;
}

int32_t score_end(const Score *score) {
    const int32_t end = notes_end(score);
    return score->end > end ? score->end : end;
}

/* So many bars behind the one that the tick ends in. */
static int32_t rests_end(const Timeline *timeline, int32_t tick) {
    const TimelineBar last = timeline_bar(timeline, timeline_bar_count(timeline, tick) - 1 + SCORE_RESTS_MAX);
    return last.start + last.ticks;
}

int32_t score_bars_end(const Score *score) {
    const int32_t voices = score_voices_end(score), end = score_end(score);
    return voices > 0 && end <= rests_end(score->timeline, voices) ? end : voices;
}

void score_set_end(Score *score, int32_t tick) {
    const int32_t line = timeline_bar_at(score->timeline, tick).start, notes = notes_end(score);
    score->end = line > notes && line <= rests_end(score->timeline, notes) ? line : 0;
}
