/* Any bytes as a MIDI file: read without a crash, what was read keeps the promises of its header, what is written of it unedited
 * has the same events, and an edited track comes back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bar.h"
#include "midi_io/score_file.h"
#include "midi_io/smf_write.h"
#include "tests/support/same_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static void check_text(const char *text, size_t size) {
    require(memchr(text, '\0', size));
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) require(*c >= 0x20 && *c != 0x7f);
}

static void check_track(const Track *track) {
    check_text(track->name, sizeof track->name);
    require(track->count >= 0 && track->count <= TRACK_NOTES_MAX && track->program < 128 &&
            track->channel < 16);
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        require(note->start >= 0 && note->length >= 1 && note->start + note->length <= TRACK_TICKS_MAX);
        require(note->pitch < 128 && note->velocity >= 1 && note->velocity < 128);
        require(i == 0 || note[-1].start <= note->start);
    }
}

static void check_score(const Score *score) {
    check_text(score->title, sizeof score->title);
    for (int i = 0; i < score->tracks; i++) check_track(score->track[i]);
}

/* Its first voice as the model's bars, and back. */
static void check_reading(const Score *score) {
    const Track *voice = score_voice(score, 0);
    BarSequence bars = {0};
    Track line = {0};
    Error err = {""};
    if (bar_sequence_from_track(&bars, score->timeline, voice, NULL, &err)) {
        require(bars.count >= 1);
        if (bar_sequence_to_track(&line, &bars, score->timeline, voice, &err)) check_track(&line);
    }
    track_deinit(&line);
    bar_sequence_deinit(&bars);
}

static void check_round_trip(Score *score, const SmfState *state) {
    Score back = {0};
    SmfReading reading = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    require(smf_write(score, (Key){0}, state, &bytes, &size, NULL));
    if (score->tracks > 0) {
        require(smf_read(&back, &reading, bytes, size, NULL));
        require(back.chunks == score->chunks && back.tracks == score->tracks);
        for (int i = 0; i < score->chunks; i++)
            require(score->track[0]->origin.edited || same_events(back.chunk[i], score->chunk[i]));
        require(score->track[0]->origin.edited || score_equal(&back, score) || back.voices != score->voices);
    }
    score_deinit(&back);
    smf_read_deinit(&reading);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Score score = {0};
    SmfReading reading = {0};
    SmfReport report;
    Error err = {""};
    char number[4] = "";
    if (size > 0 && data[size - 1] % 8 == 7) snprintf(number, sizeof number, "%d", data[size - 1] / 8);
    const char *wanted = number[0] ? number : NULL;
    const ScoreFileWish wish = {.track = wanted};
    if (score_file_parse(&score, &reading, data, size, "", &wish, &report, &err)) {
        check_text(report.text, sizeof report.text);
        check_score(&score);
        check_round_trip(&score, NULL);
        check_reading(&score);
        if (score.tracks > 0) {
            track_transpose(score_edit_track(&score, 0, NULL), 1);
            check_round_trip(&score, &reading.state);
        }
    } else {
        require(strlen(err.text) > 20);
    }
    score_deinit(&score);
    smf_read_deinit(&reading);
    return 0;
}
