/* Guest: a child that opens the screen on a pseudo terminal and tells through a pipe, line by line, what it understood:
 * "open", "char 71", "char C 63", "key 4 S", "mouse press 1 9,4", "paste 71", "closed". Some letters make things happen
 * there: Q quits, X raises SIGTERM, 1 and 2 draw, ? tells colours and size, S suspends. For tests; what fails, fails them. */
#ifndef REFRAIN_TESTS_SUPPORT_GUEST_H
#define REFRAIN_TESTS_SUPPORT_GUEST_H

#include <sys/types.h>
#include <termios.h>

#include "ui/screen.h"

typedef struct {
    pid_t pid;
    int terminal, told;
    struct termios before;
    char output[1 << 16]; /* what the child wrote to the terminal, the beginning when there is more */
    size_t output_size;
} Guest;

void guest_open(Guest *guest, const char *term, ScreenOptions options);
void guest_type(const Guest *guest, const char *bytes);
/* The next line that the child tells, while its output is drained; "" at its end. */
void guest_listen(Guest *guest, char *line, size_t size);
void guest_expect(Guest *guest, const char *expected);
void guest_expect_key(Guest *guest, const char *bytes, UiKeyKind kind, const char *modifiers);
bool guest_wrote(const Guest *guest, const char *sequence);
void guest_quit(Guest *guest);
/* Waits for the child's end and its last output; its exit status, -1 after a signal. */
int guest_close(Guest *guest);

#endif
