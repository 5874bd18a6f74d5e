/* Any bytes as a MIDI file: read without a crash, and what was read keeps the promises of its header; a song made of it
 * comes back exactly. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static void check_text(const char *text, size_t size) {
    require(memchr(text, '\0', size));
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) require(*c >= 0x20 && *c != 0x7f);
}

static void check_melody(const Melody *melody) {
    check_text(melody->name, sizeof melody->name);
    require(melody->count >= 0 && melody->count <= MELODY_NOTES_MAX && melody->program < 128);
    require(melody->quarter_us > 0 && melody->quarter_us <= 0xffffff && melody->meter_beats > 0);
    int unit = melody->meter_unit;
    require(unit == 1 || unit == 2 || unit == 4 || unit == 8 || unit == 16);
    for (int i = 0; i < melody->count; i++) {
        const Note *note = &melody->notes[i];
        require(note->start >= 0 && note->length >= 1 && note->start + note->length <= MELODY_TICKS_MAX);
        require(note->pitch < 128 && note->velocity >= 1 && note->velocity < 128);
        require(i == 0 || note[-1].start <= note->start);
    }
}

/* More than 64 notes of one pitch at a time are beyond what a song can tell apart. */
static bool is_simple(const SmfSong *song) {
    for (int i = 0; i < song->count; i++)
        if (song->track[i].count > 64) return false;
    return true;
}

static void check_round_trip(SmfSong *song) {
    SmfSong back = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!song->state) song->state = strdup("{}");
    for (int i = 1; i < song->count; i++) { /* a file has one tempo and meter */
        song->track[i].quarter_us = song->track[0].quarter_us;
        song->track[i].meter_beats = song->track[0].meter_beats;
        song->track[i].meter_unit = song->track[0].meter_unit;
    }
    require(smf_file_build(song, &bytes, &size, NULL));
    require(smf_file_parse(&back, bytes, size, NULL, NULL, NULL));
    require(back.count == song->count && strcmp(back.state, song->state) == 0);
    require(strcmp(back.title, song->title) == 0);
    for (int i = 0; i < song->count && is_simple(song); i++)
        require(melody_equal(&song->track[i], &back.track[i]));
    free(bytes);
    smf_song_deinit(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    SmfSong song = {0};
    SmfReport report;
    Error err = {""};
    char number[4] = "";
    if (size > 0 && data[size - 1] % 8 == 7) snprintf(number, sizeof number, "%d", data[size - 1] / 8);
    if (smf_file_parse(&song, data, size, number[0] ? number : NULL, &report, &err)) {
        check_text(report.text, sizeof report.text);
        check_text(song.title, sizeof song.title);
        require(song.count >= 0 && song.count <= SMF_TRACKS_MAX);
        for (int i = 0; i < song.count; i++) check_melody(&song.track[i]);
        check_round_trip(&song);
    } else {
        require(strlen(err.text) > 20 && song.count == 0);
    }
    smf_song_deinit(&song);
    return 0;
}
