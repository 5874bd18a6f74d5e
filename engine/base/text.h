/* Text: UTF-8 in buffers that may be too short for it: a cut in the middle of a character would put a broken one on the
 * screen. Any thread. */
#ifndef REFRAIN_ENGINE_BASE_TEXT_H
#define REFRAIN_ENGINE_BASE_TEXT_H

#include <stddef.h>

/* Copies as many whole characters of from as fit into to, which has `size` bytes, at least one. */
void text_copy(char *to, size_t size, const char *from);
/* Drops the last character where it is not whole. A text that was not cut stays as it is. */
void text_drop_partial(char *text);

#endif
