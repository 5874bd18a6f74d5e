/* SmfScore: what a MIDI file says, in refrain's terms: tracks of notes in the file's own ticks, tempos, meters, names.
 *
 * Filled event by event (smf_file.c does, from libsmf), then closed once. Note-offs end the oldest sounding note of
 * their channel and pitch, or, in refrain's own songs, the one that the release velocity names (see
 * SMF_SCORE_RELEASE). A note that is never ended gets a quarter. */
#ifndef REFRAIN_MIDI_IO_SMF_SCORE_H
#define REFRAIN_MIDI_IO_SMF_SCORE_H

#include "engine/music/melody.h"
#include "midi_io/smf_check.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_state.h"

enum {
    /* Several notes of one pitch may sound at once in a song. Its note-offs have the release velocity
     * SMF_SCORE_RELEASE + k, which ends the k-th oldest of them, k = 0 .. 63. Other programs ignore it. */
    SMF_SCORE_RELEASE = 64,
    SMF_SCORE_DRUMS = 9, /* channel 10 */
};

typedef struct {
    int32_t start, end; /* ticks of the file; end -1 = still sounding */
    uint8_t pitch, velocity, channel;
    int32_t next; /* the next younger note of the same channel and pitch that still sounds, or -1 */
} SmfNote;

typedef struct {
    SmfNote *notes; /* in the order of their starts; owned */
    int count, capacity;
    int channel_count[16];       /* notes per channel */
    int8_t program[16];          /* the first of each channel, -1 = none */
    char name[MELODY_NAME_SIZE]; /* clean */
} SmfTrack;

/* The notes that sound, one list through SmfNote.next for each channel and pitch. */
typedef struct {
    int track;
    int32_t oldest[16][128], youngest[16][128]; /* -1 = none */
} SmfSounding;

typedef struct {
    int32_t tick;
    int32_t quarter_us;
} SmfTempo;

typedef struct {
    int32_t tick;
    int beats, unit; /* unit 1 .. 32768 */
} SmfMeter;

typedef struct {
    SmfTrack *track; /* owned */
    int count;
    int ppqn;
    SmfTempo tempo[SMF_TEMPO_EVENTS_MAX]; /* by tick */
    int tempos;
    SmfMeter meter[SMF_TEMPO_EVENTS_MAX]; /* by tick */
    int meters;
    char title[MELODY_NAME_SIZE]; /* the name of the first track, if that has no notes */
    SmfState state;
    SmfRepairs repairs;
    SmfSounding sounding;
    int endless; /* notes that were never ended */
} SmfScore;

bool smf_score_init(SmfScore *score, int tracks, int ppqn, Error *err);
void smf_score_deinit(SmfScore *score);
/* One event as libsmf gives it, track by track: status first, a meta event as FF type length text. Fails only out of memory. */
bool smf_score_add(SmfScore *score, int track, int32_t tick, const uint8_t *bytes, size_t size, Error *err);
void smf_score_close(SmfScore *score);
/* Is this a song that refrain saved, its state whole? */
bool smf_score_is_song(const SmfScore *score);

#endif
