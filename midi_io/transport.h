/* Transport: what to send when. It turns a schedule and a moment into messages, and knows nothing of threads: the player
 * calls it with its clock's time, a test with any time it likes, and both get the same messages.
 *
 *     schedule time  ...count-in... 0 | start ............ loop_start ............ loop_end .... length
 *                    (negative)       (jump)                   ^----- seam -----------'          end
 *
 * The song's time runs along the clock from one anchor pair (clock time, schedule time). Seams, switches and tempo changes
 * move the anchor by exact amounts, so nothing drifts. Every call first performs what was due before it.
 *
 * Belongs to one thread. Schedules and the output are owned by the caller; calls that replace one return the old. */
#ifndef REFRAIN_MIDI_IO_TRANSPORT_H
#define REFRAIN_MIDI_IO_TRANSPORT_H

#include "midi_io/schedule.h"
#include "midi_io/sounding.h"

/* Five things go on at once and are looked at together in transport_run, which performs whichever is due first: the events of
 * the schedule (cursor), the seam of the loop or the end (looping, cut_us), the pulses of the MIDI clock, the ends of notes
 * by hand, and nothing at all. They share the anchor, so that whatever moves it moves all of them; `voices` knows what
 * sounds, so that every jump ends exactly that. */
typedef struct {
    Sounding voices;
    Schedule *schedule; /* null until the first play or switch */
    bool playing;
    bool counting_in;
    uint32_t generation; /* grows at every start and stop */
    int32_t tick;        /* where it stands while it does not play */
    int32_t start_tick;  /* where the last run began: stop goes back there */

    int64_t anchor_clock_us, anchor_us; /* at this clock time this schedule time sounds */
    int64_t start_us;                   /* where the song goes on after the count-in */
    int cursor;                         /* the next event */
    bool looping;                       /* the end of the loop is still ahead */

    bool clock_on, clock_running; /* MIDI clock: wanted; started and not stopped */
    int32_t clock_pulse;          /* of the next pulse */

    int64_t cut_us;                        /* when what rings after the end is cut; 0 = nothing rings */
    int64_t hand_off_us[SOUNDING_PITCHES]; /* when a note of limited length ends; 0 = none */
    int hand_offs;                         /* how many of those there are */
} Transport;

void transport_init(Transport *transport, MidiOutput *output);

/* Sends everything that is due by now_us; returns when the next thing is due, CLOCK_NEVER when nothing is. When the
 * caller comes more than half a second late (the process was stopped), the song waits for it instead of hurrying. */
int64_t transport_run(Transport *transport, int64_t now_us);
int32_t transport_tick(const Transport *transport, int64_t now_us); /* the start while counting in */

/* Starts at from_tick, after the schedule's count-in. Returns the schedule that was there. */
Schedule *transport_play(Transport *transport, Schedule *schedule, int32_t from_tick, int64_t now_us);
/* Goes on with another schedule at the same tick. Notes that sound in both go on sounding; notes that began in the new
 * one within the last 30 ms are begun; all others of the old one end. Returns the schedule that was there. */
Schedule *transport_switch(Transport *transport, Schedule *schedule, int64_t now_us);
void transport_pause(Transport *transport, int64_t now_us);
void transport_stop(Transport *transport, int64_t now_us);
void transport_panic(Transport *transport, int64_t now_us);
/* Goes on through another output; returns the old one, silenced. */
MidiOutput *transport_set_output(Transport *transport, MidiOutput *output, int64_t now_us);
void transport_set_clock(Transport *transport, bool on, int64_t now_us);
/* A note by hand on the schedule's channel; velocity 0 ends it, length_us 0 = until then. */
void transport_note(Transport *transport, uint8_t pitch, uint8_t velocity, int64_t length_us, int64_t now_us);
void transport_program(Transport *transport, uint8_t program, int64_t now_us); /* of the notes by hand */

#endif
