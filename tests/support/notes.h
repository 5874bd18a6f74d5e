/* Notes: written into a track one by one, and a track as a whole score, for tests. */
#ifndef REFRAIN_TESTS_SUPPORT_NOTES_H
#define REFRAIN_TESTS_SUPPORT_NOTES_H

#include "engine/music/score.h"

enum { NOTES_STEP = TIMELINE_DIVISION / 4 }; /* a sixteenth of a new song */

/* Of velocity 80; fails the test without memory. */
void notes_add(Track *track, int start, int length, int pitch);
/* A score whose only voice is a copy of the track, without its name, which is the score's title. Takes the timeline (null = the
 * plain one). out is deinited first; fails without memory. */
bool notes_score(Score *out, const Track *track, Timeline *timeline, Error *err);

#endif
