#include "midi_io/smf_file.h"

#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <smf.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "midi_io/smf_import.h"
#include "midi_io/smf_song.h"

enum { FILE_SIZE_MAX = 32 << 20 };

void smf_song_deinit(SmfSong *song) {
    for (int i = 0; i < SMF_TRACKS_MAX; i++) melody_deinit(&song->track[i]);
    free(song->state);
    *song = (SmfSong){0};
}

/* ---- libsmf ---- */

static void discard_message(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void)domain, (void)level, (void)message, (void)data;
}

/* libsmf talks to stderr through GLib; there is nothing that the checked bytes leave it to say. */
static void silence_libsmf(void) {
    g_log_set_handler("libsmf", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION, discard_message,
                      NULL);
}

static bool read_events(SmfScore *score, const smf_t *smf, Error *err) {
    if (!smf_score_init(score, smf->number_of_tracks, smf->ppqn, err)) return false;
    for (int t = 0; t < smf->number_of_tracks; t++) {
        smf_track_t *track = smf_get_track_by_number(smf, t + 1);
        for (int i = 1; i <= track->number_of_events; i++) {
            const smf_event_t *event = smf_track_get_event_by_number(track, i);
            if (!smf_score_add(score, t, event->time_pulses, event->midi_buffer,
                               (size_t)event->midi_buffer_length, err))
                return false;
        }
    }
    smf_score_close(score);
    return true;
}

/* Any bytes -> score; the caller deinits score in any case. */
static bool read_score(SmfScore *score, const unsigned char *bytes, size_t size, Error *err) {
    static pthread_once_t silenced = PTHREAD_ONCE_INIT;
    pthread_once(&silenced, silence_libsmf);
    *score = (SmfScore){0};
    unsigned char *checked = NULL;
    size_t checked_size = 0;
    SmfRepairs repairs;
    if (!smf_check(&checked, &checked_size, bytes, size, &repairs, err)) return false;
    smf_t *smf = smf_load_from_memory(checked, (int)checked_size);
    bool done = smf ? read_events(score, smf, err)
                    : error_set(err, "The MIDI file cannot be read: export it again, or choose another one.");
    score->repairs = repairs;
    if (smf) smf_delete(smf);
    free(checked);
    return done;
}

/* ---- reading ---- */

static bool import_song(SmfSong *out, const SmfScore *score, int track, SmfReport *report, Error *err) {
    Melody *melody = &out->track[0];
    if (!smf_import(melody, score, track, report, err)) return false;
    out->count = 1;
    memcpy(out->title, melody->name[0] ? melody->name : score->title, sizeof out->title);
    strcpy(melody->name, "original");
    return true;
}

bool smf_file_parse(SmfSong *out, const unsigned char *bytes, size_t size, int track, SmfReport *report,
                    Error *err) {
    SmfReport ignored;
    if (!report) report = &ignored;
    *report = (SmfReport){0};
    smf_song_deinit(out);
    SmfScore score;
    bool done = read_score(&score, bytes, size, err);
    if (done) {
        bool song = smf_score_is_song(&score) && track == 0;
        done =
            song ? smf_song_restore(out, &score, report, err) : import_song(out, &score, track, report, err);
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
    bool done = smf_file_parse(out, bytes, size, 0, report, err);
    free(bytes);
    return done || name_file(err, path);
}

bool smf_file_import(Melody *out, const char *path, int track, SmfReport *report, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    SmfReport ignored;
    melody_deinit(out);
    if (!file_read(path, FILE_SIZE_MAX, &bytes, &size, err)) return false;
    SmfScore score;
    bool done = read_score(&score, bytes, size, err) &&
                smf_import(out, &score, track, report ? report : &ignored, err);
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
