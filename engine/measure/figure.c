#include "engine/measure/figure.h"

const FigureInfo FIGURE_INFO[FIGURE_COUNT] = {
#define FIGURE(NAME, key, reach, meaning) [FIGURE_##NAME] = {#key, reach, meaning},
#include "engine/measure/figures.def"
};
