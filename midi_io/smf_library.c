#include "midi_io/smf_library.h"

#include <glib.h>
#include <pthread.h>
#include <smf.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "midi_io/smf_guard.h"

enum { LIBRARY_BYTES = 256 }; /* that libsmf takes for an event, or GLib ends the process */

static void discard_message(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void)domain, (void)level, (void)message, (void)data;
}

/* libsmf talks to stderr through GLib; there is nothing that the guarded bytes leave it to say. */
static void silence_libsmf(void) {
    g_log_set_handler("libsmf", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION, discard_message,
                      NULL);
}

/* The pieces that the guard made of a track are one track again. */
static bool take_events(const smf_t *smf, const SmfEvents *events, SmfTake *take, void *to, Error *err) {
    int track = 0;
    for (int piece = 1; piece <= smf->number_of_tracks; piece++) {
        smf_track_t *part = smf_get_track_by_number(smf, piece);
        for (int i = 1; i <= part->number_of_events; i++) {
            const smf_event_t *given = smf_track_get_event_by_number(part, i);
            if (smf_event_is_eot(given)) continue; /* of the piece; that of the track has a token */
            SmfEvent event = smf_guard_read(events, given->midi_buffer, (size_t)given->midi_buffer_length,
                                            track, given->time_pulses);
            if (!take(to, &event, err)) return false;
            track += smf_event_is_meta(&event, SMF_META_END);
        }
    }
    return true;
}

/* smf_delete looks at every track for each event: minutes, where there are a million. So the events go first. */
static void delete (smf_t *smf) {
    for (int piece = 1; piece <= smf->number_of_tracks; piece++) {
        smf_track_t *part = smf_get_track_by_number(smf, piece);
        for (int i = 1; i <= part->number_of_events; i++) {
            smf_event_t *event = smf_track_get_event_by_number(part, i);
            free(event->midi_buffer);
            free(event);
        }
        g_ptr_array_set_size(part->events_array, 0);
        part->number_of_events = 0;
    }
    smf_delete(smf);
}

bool smf_library_pass(const SmfEvents *events, SmfTake *take, void *to, Error *err) {
    static pthread_once_t silenced = PTHREAD_ONCE_INIT;
    pthread_once(&silenced, silence_libsmf);
    unsigned char *guarded = NULL;
    size_t size = 0;
    if (!memory_is_left((size_t)events->count * LIBRARY_BYTES, "the events of a MIDI file", err) ||
        !smf_guard_write(events, &guarded, &size, err))
        return false;
    smf_t *smf = smf_load_from_memory(guarded, (int)size);
    bool done = smf ? take_events(smf, events, take, to, err)
                    : error_set(err, "The MIDI file cannot be read: export it again, or choose another one.");
    if (smf) delete (smf);
    free(guarded);
    return done;
}
