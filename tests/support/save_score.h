/* A score as a file, in the format of its name; fails as its writer does. */
#ifndef REFRAIN_TESTS_SUPPORT_SAVE_SCORE_H
#define REFRAIN_TESTS_SUPPORT_SAVE_SCORE_H

#include "engine/music/score.h"

bool save_score(const Score *score, const char *path, Error *err);

#endif
