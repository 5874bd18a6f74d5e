/* Console: the standard streams, and the only place that writes to them. What a line quotes (file names, arguments, names
 * in models and music) may be any bytes: it is shown by utf8_show, so that nothing steers the terminal, and a line stays
 * one line.
 *
 * Results go to stdout, everything else to stderr. Between console_open and console_close; one thread. */
#ifndef REFRAIN_APP_CLI_CONSOLE_H
#define REFRAIN_APP_CLI_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/base/error.h"

/* Makes sure that descriptors 0, 1 and 2 are taken: where one came closed, a file opened later would get its number, and
 * the words that belong to nobody. Writing to such a stream fails. */
void console_open(void);
/* Hands over what is left. False when any of stdout's output was lost: a full disk, a reader that went away. */
bool console_close(void);

/* ---- "-", which stands for the standard streams where a file is named ---- */

bool console_is_stream(const char *path); /* null is none */
/* Everything that standard input gives, malloc'ed. It can be read once in a run: the second time is a failure. */
bool console_read(unsigned char **bytes, size_t *size, size_t limit, Error *err);
bool console_write(const void *bytes, size_t size, Error *err);
/* From here on standard output belongs to what console_write hands over: what is printed goes to stderr. */
void console_give_output(void);
FILE *console_results(void); /* where results are printed: stdout, or stderr from then on */

/* ---- words ---- */

/* One line each, without its newline in the format. */
void console_print(const char *format, ...) __attribute__((format(printf, 1, 2))); /* stdout */
void console_say(const char *format, ...) __attribute__((format(printf, 1, 2)));   /* stderr */
/* "refrain: ", and the sentence. */
void console_complain(const char *sentence);
/* The program's own text, lines and all, on stdout. */
void console_text(const char *text);

/* Another process says it: from now on only complaints are written. */
void console_mute(void);

/* How far the work is (app/cli/progress.h): a line on a terminal that passes: it goes before anything else is written, and
 * when the next one comes; "" takes it away. Of at most console_columns - 1 columns, and only where console_is_lively. */
void console_pass(const char *line);
/* --quiet: nobody wants to know. */
void console_set_quiet(bool quiet);
bool console_is_quiet(void);
/* stderr is a terminal whose lines can be written anew, and not quiet. */
bool console_is_lively(void);
int console_columns(void); /* of the terminal behind stderr */

#endif
