#include "midi_io/smf_file.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "midi_io/smf_import.h"
#include "midi_io/smf_library.h"
#include "midi_io/smf_song.h"

enum { FILE_SIZE_MAX = 32 << 20 };

void smf_song_deinit(SmfSong *song) {
    for (int i = 0; i < SMF_TRACKS_MAX; i++) melody_deinit(&song->track[i]);
    free(song->state);
    *song = (SmfSong){0};
}

static bool add_event(void *to, const SmfEvent *event, Error *err) {
    return smf_score_add(to, event, err);
}

/* Any bytes -> score; the caller deinits score in any case. */
static bool read_score(SmfScore *score, const unsigned char *bytes, size_t size, Error *err) {
    *score = (SmfScore){0};
    SmfEvents events = {0};
    SmfRepairs repairs;
    bool done = smf_check(&events, bytes, size, &repairs, err) &&
                smf_score_init(score, events.tracks, events.ppqn, err) &&
                smf_library_pass(&events, add_event, score, err);
    if (done) smf_score_close(score);
    score->repairs = repairs;
    smf_events_deinit(&events);
    return done;
}

/* ---- reading ---- */

static bool import_song(SmfSong *out, const SmfScore *score, const char *wanted, SmfReport *report,
                        Error *err) {
    Melody *melody = &out->track[0];
    if (!smf_import(melody, score, wanted, report, err)) return false;
    out->count = 1;
    memcpy(out->title, melody->name[0] ? melody->name : score->title, sizeof out->title);
    strcpy(melody->name, "original");
    return true;
}

bool smf_file_parse(SmfSong *out, const unsigned char *bytes, size_t size, const char *wanted,
                    SmfReport *report, Error *err) {
    SmfReport ignored;
    if (!report) report = &ignored;
    *report = (SmfReport){0};
    smf_song_deinit(out);
    SmfScore score;
    bool done = read_score(&score, bytes, size, err);
    if (done) {
        bool song = smf_score_is_song(&score) && !wanted;
        done =
            song ? smf_song_restore(out, &score, report, err) : import_song(out, &score, wanted, report, err);
    }
    smf_score_deinit(&score);
    if (!done) smf_song_deinit(out);
    return done;
}

static bool name_file(Error *err, const char *path) {
    return err ? error_set(err, "%s: %s", path, err->text) : false;
}

bool smf_file_load(SmfSong *out, const char *path, SmfReport *report, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    smf_song_deinit(out);
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    bool done = smf_file_parse(out, bytes, size, NULL, report, err);
    free(bytes);
    return done || name_file(err, path);
}

bool smf_file_import(Melody *out, const char *path, const char *wanted, SmfReport *report, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    SmfReport ignored;
    melody_deinit(out);
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    SmfScore score;
    bool done = read_score(&score, bytes, size, err) &&
                smf_import(out, &score, wanted, report ? report : &ignored, err);
    smf_score_deinit(&score);
    free(bytes);
    return done || name_file(err, path);
}

bool smf_file_rows(SmfRows *out, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    SmfScore score;
    bool done = read_score(&score, bytes, size, err) && smf_rows_list(out, &score, err);
    smf_score_deinit(&score);
    free(bytes);
    return done || name_file(err, path);
}

/* ---- writing ---- */

bool smf_file_build(const SmfSong *song, unsigned char **bytes, size_t *size, Error *err) {
    return smf_song_write(song, bytes, size, err);
}

bool smf_file_save(const SmfSong *song, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!smf_file_build(song, &bytes, &size, err)) return false;
    bool done = file_save(path, bytes, size, err);
    free(bytes);
    return done;
}
