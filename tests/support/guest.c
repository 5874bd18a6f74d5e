#include "tests/support/guest.h"

#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/check.h"

/* ---- the child ---- */

static void tell(FILE *out, const char *text) {
    fprintf(out, "%s\n", text);
    fflush(out);
}

static void tell_key(FILE *out, const UiKey *key) {
    static const char *const mouse[] = {"press", "release", "drag", "up", "down"};
    char text[80];
    if (key->kind == UI_KEY_MOUSE)
        snprintf(text, sizeof text, "mouse %s %d %d,%d", mouse[key->mouse], key->button, key->x, key->y);
    else if (key->kind == UI_KEY_CHAR || key->kind == UI_KEY_PASTE)
        snprintf(text, sizeof text, "%s%s %x", key->kind == UI_KEY_PASTE ? "paste" : "char",
                 key->control ? " C" : "", key->codepoint);
    else
        snprintf(text, sizeof text, "key %d%s%s", key->kind, key->control ? " C" : "",
                 key->shift ? " S" : "");
    tell(out, text);
}

static void die_cleanly(int number) {
    screen_emergency_restore();
    _exit(number);
}

static void draw(Screen *screen, int letter) {
    Canvas canvas = {0};
    int width, height;
    screen_size(screen, &width, &height);
    if (!canvas_init(&canvas, width, height, NULL)) return;
    for (int y = 0; y < height; y++)
        canvas_text(&canvas, 0, y, width, "the same text in every row", STYLE_DIM);
    canvas_put(&canvas, 5, 5, (uint32_t)letter, STYLE_NOTE_ORIGINAL);
    screen_blit(screen, &canvas, -1, -1); /* the cursor hides */
    canvas_deinit(&canvas);
}

/* Letters that the parent types make things happen; everything else is told. */
static bool obey(Screen *screen, FILE *out, const UiKey *key) {
    char text[80];
    int width, height;
    if (key->kind != UI_KEY_CHAR) return true;
    switch (key->codepoint) {
    case 'Q':
        return false;
    case 'X':
        raise(SIGTERM);
        break;
    case '1':
        draw(screen, 'x');
        break;
    case '2':
        draw(screen, 'y');
        break;
    case '?':
        screen_size(screen, &width, &height);
        snprintf(text, sizeof text, "%d colours %dx%d", screen_colours(screen), width, height);
        tell(out, text);
        break;
    case 'S':
        screen_suspend(screen);
        tell(out, "suspended");
        if (read(STDIN_FILENO, text, 1) != 1) return false; /* a line, as the shell would read it */
        screen_resume(screen);
        tell(out, "resumed");
        break;
    default:
        break;
    }
    return true;
}

static void child(int pipe_fd, const char *term, const ScreenOptions *options) {
    FILE *out = fdopen(pipe_fd, "w");
    Error err;
    setenv("TERM", term, 1);
    unsetenv("ESCDELAY");
    setlocale(LC_ALL, "C.UTF-8");
    signal(SIGTERM, die_cleanly);
    Screen *screen = screen_open(options, &err);
    if (!screen) {
        tell(out, err.text);
        _exit(1);
    }
    tell(out, "open");
    for (bool goes_on = true; goes_on;) {
        struct pollfd fd = {.fd = screen_fd(screen), .events = POLLIN};
        poll(&fd, 1, -1);
        for (UiKey key; goes_on && screen_read(screen, &key);) {
            tell_key(out, &key);
            goes_on = obey(screen, out, &key);
        }
    }
    screen_close(screen);
    tell(out, "closed");
    _exit(0);
}

/* ---- the parent ---- */

void guest_open(Guest *guest, const char *term, ScreenOptions options) {
    int ends[2], slave;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    memset(guest, 0, sizeof *guest);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(openpty(&guest->terminal, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(guest->terminal, &guest->before), 0);
    guest->pid = fork();
    assert_true(guest->pid >= 0);
    if (guest->pid == 0) {
        close(ends[0]);
        close(guest->terminal);
        if (login_tty(slave) != 0) _exit(9);
        child(ends[1], term, &options);
    }
    close(ends[1]);
    close(slave);
    guest->told = ends[0];
}

void guest_type(const Guest *guest, const char *bytes) {
    assert_int_equal(write(guest->terminal, bytes, strlen(bytes)), strlen(bytes));
}

static void keep_output(Guest *guest) {
    char bytes[4096];
    ssize_t size = read(guest->terminal, bytes, sizeof bytes);
    for (ssize_t i = 0; i < size && guest->output_size + 1 < sizeof guest->output; i++)
        guest->output[guest->output_size++] = bytes[i];
}

void guest_listen(Guest *guest, char *line, size_t size) {
    enum { PATIENCE_MS = 30000 }; /* only so that a broken test ends */
    size_t used = 0;
    for (;;) {
        struct pollfd fds[2] = {{.fd = guest->told, .events = POLLIN},
                                {.fd = guest->terminal, .events = POLLIN}};
        if (poll(fds, 2, PATIENCE_MS) <= 0) fail_msg("the child says nothing");
        if (fds[1].revents & POLLIN) keep_output(guest);
        if (!(fds[0].revents & (POLLIN | POLLHUP))) continue;
        char byte;
        if (read(guest->told, &byte, 1) != 1 || byte == '\n') break;
        if (used + 1 < size) line[used++] = byte;
    }
    line[used] = '\0';
}

void guest_expect(Guest *guest, const char *expected) {
    char line[512];
    guest_listen(guest, line, sizeof line);
    assert_string_equal(line, expected);
}

int guest_close(Guest *guest) {
    int status;
    assert_int_equal(waitpid(guest->pid, &status, 0), guest->pid);
    struct pollfd fd = {.fd = guest->terminal, .events = POLLIN};
    while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN)) keep_output(guest);
    close(guest->told);
    close(guest->terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool guest_wrote(const Guest *guest, const char *sequence) {
    return memmem(guest->output, guest->output_size, sequence, strlen(sequence)) != NULL;
}

void guest_quit(Guest *guest) {
    guest_type(guest, "Q");
    guest_expect(guest, "char 51");
    guest_expect(guest, "closed");
    assert_int_equal(guest_close(guest), 0);
}

void guest_expect_key(Guest *guest, const char *bytes, UiKeyKind kind, const char *modifiers) {
    char line[32];
    snprintf(line, sizeof line, "key %d%s", kind, modifiers);
    guest_type(guest, bytes);
    guest_expect(guest, line);
}
