/* Player: the real-time thread. Commands in, position out; owns the output and every sounding note.
 *
 * Called from one thread (the UI thread). Commands go through a ring; they return false when it is full. The thread works
 * to absolute deadlines on CLOCK_MONOTONIC and neither allocates, locks nor prints in its loop. Schedules given to it are
 * handed over; player_collect frees the retired ones on the caller's side. Stop, pause, seek, switch, loop seam, output
 * change and free release exactly the sounding notes. */
#ifndef REFRAIN_MIDI_IO_PLAYER_H
#define REFRAIN_MIDI_IO_PLAYER_H

#include "midi_io/output.h"
#include "midi_io/schedule.h"

typedef struct Player Player;

typedef struct {
    bool playing;
    bool counting_in;
    int32_t tick;        /* where it is, or where it stopped */
    uint32_t generation; /* grows at every start, stop, seek: tells positions of different runs apart */
} PlayerPosition;

Player *player_new(MidiOutput *output, Error *err); /* takes the output; starts the thread */
void player_free(Player *player); /* stops, releases, joins, closes the output; null is allowed */

bool player_play(Player *player, Schedule *schedule,
                 int32_t from_tick); /* takes the schedule; counts in if it says so */
bool player_switch(Player *player,
                   Schedule *schedule); /* takes it; keeps position and playing state, also tempo changes */
bool player_pause(Player *player);
bool player_stop(Player *player);
bool player_seek(Player *player, int32_t tick);
bool player_panic(Player *player); /* stop, and all sound off on every channel */
bool player_set_output(Player *player,
                       MidiOutput *output);     /* takes it; the old one is closed on the caller's side */
bool player_set_clock(Player *player, bool on); /* MIDI clock, start, stop, continue, song position */
/* A note to hear now (entry, thru); length_us 0 = until released by velocity 0. */
bool player_note(Player *player, uint8_t pitch, uint8_t velocity, int64_t length_us);

PlayerPosition player_position(const Player *player);
int player_wake_fd(const Player *player); /* readable at start, stop, end, device loss */
/* Call after waking: frees retired schedules and outputs. True with a sentence when the output was lost. */
bool player_collect(Player *player, Error *event);
const char *player_output_name(const Player *player); /* valid until the next player_set_output */

/* From a signal handler or a dying process: asks the player thread for silence and waits up to 100 ms for it.
 * Async-signal-safe. */
void player_emergency_stop(Player *player);

#endif
