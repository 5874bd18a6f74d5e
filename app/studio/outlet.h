/* Outlet: where sound goes and where keys come from: chooses, opens and reopens the output and the MIDI keyboards.
 *
 * Devices take their time, so they are opened in the background: the player is silent meanwhile. PortMidi looks for new devices only
 * while none is open, so the old output is closed first: outlet_open takes it from the player, and when it is closed (the player
 * wakes the loop, which calls outlet_collect) an errand opens the new one. One at a time. UI thread. */
#ifndef REFRAIN_APP_STUDIO_OUTLET_H
#define REFRAIN_APP_STUDIO_OUTLET_H

#include "app/studio/errands.h"
#include "app/studio/messages.h"
#include "midi_io/input.h"
#include "midi_io/player.h"
#include "ui/ui.h"

/* Why an output is opened, which decides what is said when it is there. */
typedef enum {
    OUTLET_FIRST,   /* the program starts */
    OUTLET_CHOSEN,  /* by the user */
    OUTLET_LOST,    /* the one before is gone */
    OUTLET_ARRIVED, /* what was asked for has been plugged in */
} OutletReason;

typedef struct {
    Player *player;                /* borrowed, may be null: then there is no sound */
    Errands *errands;              /* borrowed, may be null */
    Messages *messages;            /* borrowed */
    Ui *ui;                        /* borrowed, may be null: is told what can be completed */
    MidiInput *input;              /* null = off */
    char wanted[OUTPUT_NAME_SIZE]; /* what the user asked for, "" = the best */
    bool opening;                  /* from outlet_open until the player has it */
    bool closing;                  /* .. and the old one is not closed yet */
    OutletReason reason;
    Error loss; /* what was said when it was lost */
} Outlet;

void outlet_init(Outlet *outlet, Player *player, Errands *errands, Messages *messages);
void outlet_deinit(Outlet *outlet);

/* wanted: a device by name as in outputs_open, null or "" for the best. Refused while one is being opened. */
void outlet_open(Outlet *outlet, const char *wanted, OutletReason reason);
/* After the player has woken the loop: frees what it is done with, goes on with opening, and sees to a lost output. */
void outlet_collect(Outlet *outlet);
/* The output was lost: the player gets the best one that is left, or the one that is being opened, and the user is told. */
void outlet_lose(Outlet *outlet, const Error *event);
const char *outlet_name(const Outlet *outlet); /* for the status line */

/* MIDI keyboards: wanted by name, null or "" for all; "off" for none. Quiet where there is no sequencer, unless asked. */
void outlet_open_input(Outlet *outlet, const char *wanted, bool asked);
/* The next note that a keyboard has sent; false when there is none. Who comes and goes is said on the way. */
bool outlet_take_note(Outlet *outlet, InputEvent *note);

#endif
