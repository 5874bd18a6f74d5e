#include "engine/draw/sight.h"

#include <string.h>

void sight_know_by_plan(Sight *sight) {
    const Piece *piece = sight->piece;
    memset(sight->knows, KNOWS_NOTHING, sizeof sight->knows);
    if (sight->plan == PLAN_RHYTHM) memset(sight->knows, KNOWS_RHYTHM, (size_t)piece->steps);
    if (sight->plan != PLAN_NEAR) return;
    const unsigned slots = piece_equal_slots(piece, sight->bar - sight->distance, sight->bar);
    for (int b = 0; b < piece->steps / BAR_SLOT_STEPS; b++)
        if (slots >> b & 1) memset(sight->knows + BAR_SLOT_STEPS * b, KNOWS_TOKEN, BAR_SLOT_STEPS);
}
