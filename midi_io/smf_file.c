#include "midi_io/smf_file.h"

#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <smf.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "midi_io/smf_guard.h"
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

/* The pieces that the guard made of a track are one track again. */
static bool read_events(SmfScore *score, const smf_t *smf, const SmfEvents *events, Error *err) {
    if (!smf_score_init(score, events->tracks, events->ppqn, err)) return false;
    int track = 0;
    for (int piece = 1; piece <= smf->number_of_tracks; piece++) {
        smf_track_t *part = smf_get_track_by_number(smf, piece);
        for (int i = 1; i <= part->number_of_events; i++) {
            const smf_event_t *given = smf_track_get_event_by_number(part, i);
            if (smf_event_is_eot(given)) continue; /* of the piece; that of the track has a token */
            SmfEvent event = smf_guard_read(events, given->midi_buffer, (size_t)given->midi_buffer_length,
                                            track, given->time_pulses);
            if (!smf_score_add(score, &event, err)) return false;
            track += smf_event_is_meta(&event, SMF_META_END);
        }
    }
    smf_score_close(score);
    return true;
}

static bool read_guarded(SmfScore *score, const SmfEvents *events, Error *err) {
    static pthread_once_t silenced = PTHREAD_ONCE_INIT;
    pthread_once(&silenced, silence_libsmf);
    unsigned char *guarded = NULL;
    size_t size = 0;
    if (!smf_guard_write(events, &guarded, &size, err)) return false;
    smf_t *smf = smf_load_from_memory(guarded, (int)size);
    bool done = smf ? read_events(score, smf, events, err)
                    : error_set(err, "The MIDI file cannot be read: export it again, or choose another one.");
    if (smf) smf_delete(smf);
    free(guarded);
    return done;
}

/* Any bytes -> score; the caller deinits score in any case. */
static bool read_score(SmfScore *score, const unsigned char *bytes, size_t size, Error *err) {
    *score = (SmfScore){0};
    SmfEvents events = {0};
    SmfRepairs repairs;
    bool done = smf_check(&events, bytes, size, &repairs, err) && read_guarded(score, &events, err);
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
