/* SmfScore: what a MIDI file says, in refrain's terms: tracks of notes in the file's own ticks, tempos, meters, names.
 *
 * Filled event by event (smf_file.c does, from libsmf), then closed once. Tracks are the file's, those without notes too. Note-offs end the oldest sounding note of
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
    bool endless; /* was never ended and got a quarter */
    int32_t next; /* the next younger note of the same channel and pitch that still sounds, or -1 */
} SmfNote;

typedef struct {
    SmfNote *notes; /* in the order of their starts; owned */
    int count, capacity;
    int channel_count[16]; /* notes per channel */
    int32_t *lyrics;       /* ticks of the events that may be sung syllables, in order; owned */
    int lyric_count, lyric_capacity;
    bool texts;                  /* its syllables are plain texts (karaoke), not lyric events */
    char name[MELODY_NAME_SIZE]; /* clean */
} SmfTrack;

/* The notes that sound, one list through SmfNote.next for each channel and pitch. */
typedef struct {
    int track;
    int32_t oldest[16][128], youngest[16][128]; /* -1 = none */
} SmfSounding;

/* order: how they came, so that of two at one tick the later one stays behind. */
typedef struct {
    int32_t tick, order;
    uint16_t track;
    uint8_t channel, program;
} SmfProgram;

typedef struct {
    int32_t tick, order;
    int32_t quarter_us;
} SmfTempo;

typedef struct {
    int32_t tick, order;
    int beats, unit; /* unit 1 .. 32768 */
} SmfMeter;

typedef struct {
    SmfTrack *track; /* owned */
    int count;
    int ppqn;
    SmfTempo *tempo; /* by tick once closed; owned */
    int tempos, tempo_capacity;
    SmfMeter *meter; /* likewise */
    int meters, meter_capacity;
    SmfProgram *program; /* of all tracks, likewise */
    int programs, program_capacity;
    char title[MELODY_NAME_SIZE]; /* the name of the first track, if that has no notes */
    SmfState state;
    SmfRepairs repairs;
    SmfSounding sounding;
} SmfScore;

bool smf_score_init(SmfScore *score, int tracks, int ppqn, Error *err);
void smf_score_deinit(SmfScore *score);
/* One event, track by track. Fails only out of memory. */
bool smf_score_add(SmfScore *score, const SmfEvent *event, Error *err);
void smf_score_close(SmfScore *score);
/* The program of a channel at a tick, whichever track it stands in; -1 = none. O(n) in the programs. */
int smf_score_program(const SmfScore *score, int channel, int32_t tick);
/* Is this a song that refrain saved, its state whole? */
bool smf_score_is_song(const SmfScore *score);

#endif
