/* The terminal's side: a child opens the screen on a pseudo terminal and tells through a pipe what it understood. */
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/check.h"
#include "ui/screen.h"

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

typedef struct {
    pid_t pid;
    int terminal, told;
    struct termios before;
    char output[1 << 16]; /* what the child wrote to the terminal, the beginning when there is more */
    size_t output_size;
} Guest;

static void guest_open(Guest *guest, const char *term, ScreenOptions options) {
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

static void type(const Guest *guest, const char *bytes) {
    assert_int_equal(write(guest->terminal, bytes, strlen(bytes)), strlen(bytes));
}

static void keep_output(Guest *guest) {
    char bytes[4096];
    ssize_t size = read(guest->terminal, bytes, sizeof bytes);
    for (ssize_t i = 0; i < size && guest->output_size + 1 < sizeof guest->output; i++)
        guest->output[guest->output_size++] = bytes[i];
}

/* The next line that the child tells, while its output is drained; "" at its end. */
static void listen(Guest *guest, char *line, size_t size) {
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

static void expect(Guest *guest, const char *expected) {
    char line[512];
    listen(guest, line, sizeof line);
    assert_string_equal(line, expected);
}

/* Waits for the child's end and its last output. */
static int guest_close(Guest *guest) {
    int status;
    assert_int_equal(waitpid(guest->pid, &status, 0), guest->pid);
    struct pollfd fd = {.fd = guest->terminal, .events = POLLIN};
    while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN)) keep_output(guest);
    close(guest->told);
    close(guest->terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool wrote(const Guest *guest, const char *sequence) {
    return memmem(guest->output, guest->output_size, sequence, strlen(sequence)) != NULL;
}

static void quit(Guest *guest) {
    type(guest, "Q");
    expect(guest, "char 51");
    expect(guest, "closed");
    assert_int_equal(guest_close(guest), 0);
}

static void expect_key(Guest *guest, const char *bytes, UiKeyKind kind, const char *modifiers) {
    char line[32];
    snprintf(line, sizeof line, "key %d%s", kind, modifiers);
    type(guest, bytes);
    expect(guest, line);
}

static void keys_arrive_as_what_they_are(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    expect(&guest, "open");
    expect_key(&guest, "\x1bOA", UI_KEY_UP, "");
    expect_key(&guest, "\x1b[1;2D", UI_KEY_LEFT, " S");
    expect_key(&guest, "\x1b[1;5C", UI_KEY_RIGHT, " C");
    expect_key(&guest, "\x1b[1;2A", UI_KEY_UP, " S");
    expect_key(&guest, "\x1b", UI_KEY_ESCAPE, "");
    expect_key(&guest, "\r", UI_KEY_ENTER, "");
    expect_key(&guest, "\t", UI_KEY_TAB, "");
    expect_key(&guest, "\x1b[Z", UI_KEY_BACKTAB, "");
    expect_key(&guest, "\x7f", UI_KEY_BACKSPACE, "");
    expect_key(&guest, "\x1b[3~", UI_KEY_DELETE, "");
    expect_key(&guest, "\x1b[6~", UI_KEY_PAGEDOWN, "");
    expect_key(&guest, "\x1bOP", UI_KEY_F1, "");
    type(&guest, "h\x13\x1c\xc3\xa9");
    expect(&guest, "char 68");
    expect(&guest, "char C 73");
    expect(&guest, "char C 5c");
    expect(&guest, "char e9");
    quit(&guest);
}

static void both_mouse_protocols_are_understood(void **state) {
    (void)state;
    static const struct {
        const char *term, *press, *drag, *release, *up, *down;
    } cases[] = {
        {"xterm-256color", "\x1b[<0;10;5M", "\x1b[<32;12;6M", "\x1b[<0;12;6m", "\x1b[<64;3;4M",
         "\x1b[<65;3;4M"},
        {"screen-256color", "\x1b[M \x2a\x25", "\x1b[M@\x2c\x26", "\x1b[M#\x2c\x26", "\x1b[M`\x23\x24",
         "\x1b[Ma\x23\x24"},
    };
    for (size_t i = 0; i < 2; i++) {
        Guest guest;
        guest_open(&guest, cases[i].term, (ScreenOptions){.colours = -1});
        expect(&guest, "open");
        type(&guest, cases[i].press);
        expect(&guest, "mouse press 1 9,4");
        type(&guest, cases[i].drag);
        expect(&guest, "mouse drag 1 11,5");
        type(&guest, cases[i].release);
        expect(&guest, "mouse release 1 11,5");
        type(&guest, cases[i].up);
        expect(&guest, "mouse up 0 2,3");
        type(&guest, cases[i].down);
        expect(&guest, "mouse down 0 2,3");
        quit(&guest);
    }
}

static void pasted_text_is_told_from_typed_text(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    expect(&guest, "open");
    type(&guest, "\x1b[200~q\n\xc3\xa9\x1b[201~c");
    expect(&guest, "paste 71");
    expect(&guest, "paste a");
    expect(&guest, "paste e9");
    expect(&guest, "char 63");
    quit(&guest);
}

static void a_new_size_is_reported(void **state) {
    (void)state;
    Guest guest;
    char line[32];
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    expect(&guest, "open");
    const struct winsize size = {.ws_row = 40, .ws_col = 120};
    assert_int_equal(ioctl(guest.terminal, TIOCSWINSZ, &size), 0);
    snprintf(line, sizeof line, "key %d", UI_KEY_RESIZE);
    type(&guest, "?"); /* wakes a child that was told of the size just before it went to sleep */
    expect(&guest, line);
    expect(&guest, "char 3f");
    expect(&guest, "256 colours 120x40");
    quit(&guest);
}

static void colours_are_what_the_terminal_has_and_the_user_wants(void **state) {
    (void)state;
    static const struct {
        const char *term;
        int wanted;
        const char *told;
    } cases[] = {{"xterm-256color", 0, "0 colours 80x24"},
                 {"xterm-256color", 8, "8 colours 80x24"},
                 {"linux", -1, "8 colours 80x24"},
                 {"vt100", -1, "0 colours 80x24"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Guest guest;
        guest_open(&guest, cases[i].term, (ScreenOptions){.colours = cases[i].wanted, .no_mouse = true});
        expect(&guest, "open");
        type(&guest, "?");
        expect(&guest, "char 3f");
        expect(&guest, cases[i].told);
        assert_false(wrote(&guest, "\033[?1000h"));
        assert_false(wrote(&guest, "\033]4;")); /* no colour of the user's is ever redefined */
        quit(&guest);
    }
}

static void terminals_that_cannot_are_refused_with_a_sentence(void **state) {
    (void)state;
    static const char *const terms[] = {"dumb", "no-such-terminal"};
    for (size_t i = 0; i < 2; i++) {
        Guest guest;
        char line[512];
        guest_open(&guest, terms[i], (ScreenOptions){.colours = -1});
        listen(&guest, line, sizeof line);
        assert_true(check_is_sentence(line) && strstr(line, terms[i]));
        assert_int_equal(guest_close(&guest), 1);
    }
}

static void check_given_back(Guest *guest) {
    struct termios after;
    assert_int_equal(tcgetattr(guest->terminal, &after), 0);
    assert_int_equal(after.c_lflag, guest->before.c_lflag);
    assert_int_equal(after.c_iflag, guest->before.c_iflag);
    assert_int_equal(after.c_oflag, guest->before.c_oflag);
    assert_true(wrote(guest, "\033[?1049l")); /* main screen */
    assert_true(wrote(guest, "\033[?2004l")); /* paste */
    assert_true(wrote(guest, "\033[?1000l")); /* mouse */
    assert_true(wrote(guest, "\033[?1002l"));
    assert_true(wrote(guest, "\033[?25h") || wrote(guest, "\033[?12l\033[?25h")); /* cursor */
}

static void the_terminal_is_given_back_at_the_end_and_at_a_signal(void **state) {
    (void)state;
    for (int crash = 0; crash < 2; crash++) {
        Guest guest;
        guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
        expect(&guest, "open");
        type(&guest, "1");
        expect(&guest, "char 31");
        guest.output_size = 0;
        type(&guest, crash ? "X" : "Q");
        expect(&guest, crash ? "char 58" : "char 51");
        expect(&guest, crash ? "" : "closed");
        int terminal = dup(guest.terminal), status = guest_close(&guest);
        guest.terminal = terminal;
        assert_int_equal(status, crash ? SIGTERM : 0);
        check_given_back(&guest);
        close(terminal);
    }
}

static void suspending_gives_it_back_for_a_while(void **state) {
    (void)state;
    Guest guest;
    struct termios now;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    expect(&guest, "open");
    type(&guest, "S");
    expect(&guest, "char 53");
    expect(&guest, "suspended");
    assert_int_equal(tcgetattr(guest.terminal, &now), 0);
    assert_int_equal(now.c_lflag, guest.before.c_lflag);
    guest.output_size = 0;
    type(&guest, "\n");
    expect(&guest, "resumed");
    assert_int_equal(tcgetattr(guest.terminal, &now), 0);
    assert_int_not_equal(now.c_lflag, guest.before.c_lflag);
    quit(&guest);
    assert_true(wrote(&guest, "\033[?2004h"));
}

static void only_what_changed_is_sent(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    expect(&guest, "open");
    static const char keys[] = "121";
    size_t sent[3];
    for (int i = 0; keys[i]; i++) {
        char key[] = {keys[i], '\0'}, line[16];
        guest.output_size = 0;
        type(&guest, key);
        snprintf(line, sizeof line, "char %x", keys[i]);
        expect(&guest, line);
        type(&guest, "?"); /* its answer comes when the drawing is done */
        expect(&guest, "char 3f");
        expect(&guest, "256 colours 80x24");
        sent[i] = guest.output_size;
    }
    assert_true(sent[0] > 300);
    assert_true(sent[1] > 0 && sent[1] < 80);
    assert_true(sent[2] > 0 && sent[2] < 80);
    quit(&guest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_arrive_as_what_they_are),
        cmocka_unit_test(both_mouse_protocols_are_understood),
        cmocka_unit_test(pasted_text_is_told_from_typed_text),
        cmocka_unit_test(a_new_size_is_reported),
        cmocka_unit_test(colours_are_what_the_terminal_has_and_the_user_wants),
        cmocka_unit_test(terminals_that_cannot_are_refused_with_a_sentence),
        cmocka_unit_test(the_terminal_is_given_back_at_the_end_and_at_a_signal),
        cmocka_unit_test(suspending_gives_it_back_for_a_while),
        cmocka_unit_test(only_what_changed_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
