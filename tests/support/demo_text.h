/* DemoText: the demo melodies as text, one a line, as assets/demo/melodies.txt holds them.
 *
 * Fields separated by tabs: file, title, meter, quarters a minute, General MIDI program from 0, bars. Bars are separated
 * by |, notes by one blank: name with # or b, octave (C4 = middle C), colon, length in sixteenths; r is a rest. Every
 * bar must have the length that the meter says. A pickup is a first bar that begins with a rest. */
#ifndef REFRAIN_TESTS_SUPPORT_DEMO_TEXT_H
#define REFRAIN_TESTS_SUPPORT_DEMO_TEXT_H

#include <stddef.h>

#include "engine/music/score.h"

enum { DEMO_TEXT_VELOCITY = 80 };

typedef struct {
    char file[64]; /* without .mid */
    Score score;   /* one voice, named like the score */
} DemoText;

/* out is deinited first. Says the bar of an error. */
bool demo_text_parse(DemoText *out, const char *line, Error *err);
void demo_text_deinit(DemoText *demo);
/* The bytes of its .mid file, malloc'ed. */
bool demo_text_build(const DemoText *demo, unsigned char **bytes, size_t *size, Error *err);

#endif
