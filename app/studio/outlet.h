/* Outlet: opens the sound in the background, because devices may take their time, and hands it to the player. */
#ifndef REFRAIN_APP_STUDIO_OUTLET_H
#define REFRAIN_APP_STUDIO_OUTLET_H

#include "app/studio/studio.h"

/* wanted: a device by name as in output_open, or null for the best. The player is silent until it is done. */
void outlet_open(Studio *studio, const char *wanted);
/* The output was lost: the player gets the best one that is left, or the one that is being opened, and the user is told. */
void outlet_lost(Studio *studio, const Error *event);
/* Tells the command line which devices can be completed. */
void outlet_offer_choices(Studio *studio);

/* MIDI keyboards: wanted by name, null or "" for all; "off" for none. Quiet where there is no sequencer, unless asked. */
void outlet_open_input(Studio *studio, const char *wanted, bool asked);
void outlet_take_input(Studio *studio); /* what the keyboards have sent */

#endif
