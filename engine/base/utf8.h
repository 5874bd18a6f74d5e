/* UTF-8: reading and writing characters (RFC 3629: no surrogates, no long forms, nothing beyond U+10FFFF), and texts in
 * buffers that may be too short for them: a cut in the middle of a character would put a broken one on the screen.
 *
 * Any thread; nothing allocates. */
#ifndef REFRAIN_ENGINE_BASE_UTF8_H
#define REFRAIN_ENGINE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character at the start of `length` bytes: how many it takes, 0 when they begin with none. */
size_t utf8_read(const void *bytes, size_t length, uint32_t *codepoint);
/* Reads one character of a text that ends in NUL and returns what follows it. Bytes that are none give U+FFFD. */
const char *utf8_next(const char *text, uint32_t *codepoint);
/* Where the character before byte `at` begins; 0 at the start. */
size_t utf8_before(const char *text, size_t at);
/* Writes a character and a NUL; returns its bytes, 1 to 4. */
int utf8_write(char out[5], uint32_t codepoint);

/* Copies as many whole characters of from as fit into to, which has `size` bytes, at least one. */
void utf8_copy(char *to, size_t size, const char *from);
/* Drops the last character where it is not whole. A text that was not cut stays as it is. */
void utf8_drop_partial(char *text);

/* Text from outside, fit for a terminal. What is valid UTF-8 is taken as it is, anything else as Latin-1. Controls, line
 * and paragraph separators and marks that change the direction of writing are left out, blanks at both ends trimmed, and
 * what is too long is cut between characters. to holds size bytes, at least 1, and is always terminated. */
void utf8_clean(char *to, size_t size, const void *bytes, size_t length);

/* Text for people, wherever it came from and wherever it goes (terminal, log, picture): controls, marks that turn the
 * writing around or cannot be seen, and bytes that are no UTF-8 come out as \n, \x1b, \u202e. One byte of from becomes at
 * most UTF8_SHOWN_MAX. What is too long is cut between characters; to holds size bytes, at least 1. */
enum { UTF8_SHOWN_MAX = 4 };
void utf8_show(char *to, size_t size, const char *from);

#endif
