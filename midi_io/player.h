/* Player: the real-time thread. Commands in, position out; owns the output and every sounding note.
 *
 * Called from one thread (the UI thread), except where noted. Commands go through a ring and are performed within a
 * fraction of a millisecond; they return false when the ring is full, and what they were to take is freed then too. The
 * thread works to absolute deadlines on CLOCK_MONOTONIC and neither allocates, locks nor prints in its loop. It sleeps
 * without end while nothing plays. What it replaces (schedules, outputs) comes back through a second ring and is freed by
 * player_collect on the caller's side.
 *
 * Stop, pause, end, output change and free release exactly the sounding notes and silence the channels that were used;
 * a switch and the loop's seam release the sounding notes only, so that what rings goes on ringing. What is sent when
 * is transport.h's business. */
#ifndef REFRAIN_MIDI_IO_PLAYER_H
#define REFRAIN_MIDI_IO_PLAYER_H

#include "midi_io/output.h"
#include "midi_io/schedule.h"

typedef struct Player Player;

typedef struct {
    bool playing;
    bool counting_in;
    int32_t
        tick; /* where it is (30 ms old at most); the start while counting in; where it stands when stopped */
    uint32_t generation; /* grows at every start and stop: tells positions of different runs apart. 30 bits */
} PlayerPosition;

Player *player_new(MidiOutput *output, Error *err); /* takes the output, also on failure; starts the thread */
/* The same on another clock (taken, also on failure), for tests. */
Player *player_new_with_clock(MidiOutput *output, Clock *clock, Error *err);
void player_free(Player *player); /* stops, releases, joins, closes the output; null is allowed */

/* Takes the schedule; counts in if it says so. Playing already, it starts anew. */
bool player_play(Player *player, Schedule *schedule, int32_t from_tick);
/* Takes the schedule; keeps position (the tick) and playing state: versions, tempo, metronome, loop, edits. */
bool player_switch(Player *player, Schedule *schedule);
bool player_pause(Player *player); /* stays where it is; player_play goes on from there */
bool player_stop(Player *player);  /* goes back to where it began */
bool player_panic(Player *player); /* pause, and all sound off on every channel */
/* Takes the output; the old one is silenced and closed on the caller's side by player_collect. */
bool player_set_output(Player *player, MidiOutput *output);
/* Is an output that was replaced still to be closed? Never blocks; player_wake_fd gets readable when it can be. */
bool player_is_replacing(const Player *player);
bool player_set_clock(Player *player, bool on); /* MIDI clock, start, stop, continue, song position */
/* A note to hear now (entry, thru); velocity 0 ends it; length_us 0 = until then. */
bool player_note(Player *player, uint8_t pitch, uint8_t velocity, int64_t length_us);
bool player_set_program(Player *player,
                        uint8_t program); /* of those notes, until a schedule brings its own */

/* Has everything been done that was commanded? Otherwise player_wake_fd gets readable once it has; ask again then. For who is
 * about to stop the process (SIGSTOP), when notes would hang. */
bool player_is_settled(Player *player);

PlayerPosition player_position(const Player *player); /* any thread */
int player_wake_fd(const Player *player);             /* readable at start, stop, end, device loss */
/* Call after waking: frees retired schedules and closes retired outputs. True with a sentence when the output was lost;
 * playing has stopped then, and nothing sounds until another output is set. */
bool player_collect(Player *player, Error *event);
const char *player_output_name(const Player *player); /* valid until the next player_set_output */

/* From a signal handler or a dying process, any thread: asks the player's thread for silence and waits up to 100 ms for it.
 * The player plays nothing afterwards. Async-signal-safe. */
void player_emergency_stop(Player *player);

#endif
