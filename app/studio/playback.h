/* Playback: makes schedules of melodies and hands them to the player, with the metronome, count-in and loop that the user
 * wants. Belongs to the UI thread; without a player everything refuses with a sentence. */
#ifndef REFRAIN_APP_STUDIO_PLAYBACK_H
#define REFRAIN_APP_STUDIO_PLAYBACK_H

#include "engine/music/document.h"
#include "midi_io/player.h"

typedef struct {
    Player *player; /* borrowed, may be null */
    bool metronome, count_in;
    int program;        /* that notes heard while entering have; 0 is the player's own beginning */
    bool paused;        /* playing has begun and was not stopped yet */
    int32_t began_tick; /* where the cursor was when playing began: stop goes back there */
} Playback;

/* From a tick on; inside the document's loop when there is one and the tick is not in it. cursor: where stopping leads back to. */
bool playback_start(Playback *playback, const ScheduleMusic *music, const Document *document, int32_t from,
                    int32_t cursor, Error *err);
/* Other notes, tempo, loop or metronome while playing: the position stays. When nothing plays, only notes that are
 * entered sound as the melody will. */
bool playback_refresh(Playback *playback, const ScheduleMusic *music, const Document *document, Error *err);
void playback_pause(Playback *playback);
void playback_stop(Playback *playback);
PlayerPosition playback_position(const Playback *playback);
/* A note that somebody plays along; velocity 0 is a release. */
void playback_thru(Playback *playback, int pitch, int velocity);
/* A note to hear while it is entered; nothing when the song plays. */
void playback_audition(Playback *playback, int pitch, int velocity);

#endif
