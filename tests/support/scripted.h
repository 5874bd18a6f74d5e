/* Scripted: what the tests of scripted sessions begin with: the one script of a test program, its fixtures, and what they all ask.
 * Where something is wrong they fail the test. */
#ifndef REFRAIN_TESTS_SUPPORT_SCRIPTED_H
#define REFRAIN_TESTS_SUPPORT_SCRIPTED_H

#include "tests/support/check.h"
#include "tests/support/studio_script.h"

extern StudioScript script;

/* ---- fixtures ---- */
int open_script(void **state);
int open_script_with_engine(void **state);
int tear_down(void **state);

/* ---- doing ---- */
/* Two melodies of so many bars as song and context, in an open script; and as if they were saved. */
void load_two(int bars);
void open_two(int bars);
void run(const char *lines); /* studio_script_run */
void keys(const char *names);
void wait_until_playing(bool playing);

/* ---- asking ---- */
const Document *document(void);
const Track *original(void);
const Track *result(void);
const char *told(void); /* the message line */
void assert_screen(const char *words, bool there);

#endif
