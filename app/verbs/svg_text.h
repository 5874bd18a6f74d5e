/* SVG text: what stands between the tags of a picture. Any bytes give valid XML 1.0. */
#ifndef REFRAIN_APP_VERBS_SVG_TEXT_H
#define REFRAIN_APP_VERBS_SVG_TEXT_H

#include <stdio.h>

void svg_text(FILE *out, const char *text);

#endif
