/* The terminal's side: a child opens the screen on a pseudo terminal and tells through a pipe what it understood. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/guest.h"

static void keys_arrive_as_what_they_are(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    guest_expect_key(&guest, "\x1bOA", UI_KEY_UP, "");
    guest_expect_key(&guest, "\x1b[1;2D", UI_KEY_LEFT, " S");
    guest_expect_key(&guest, "\x1b[1;5C", UI_KEY_RIGHT, " C");
    guest_expect_key(&guest, "\x1b[1;2A", UI_KEY_UP, " S");
    guest_expect_key(&guest, "\x1b", UI_KEY_ESCAPE, "");
    guest_expect_key(&guest, "\r", UI_KEY_ENTER, "");
    guest_expect_key(&guest, "\t", UI_KEY_TAB, "");
    guest_expect_key(&guest, "\x1b[Z", UI_KEY_BACKTAB, "");
    guest_expect_key(&guest, "\x7f", UI_KEY_BACKSPACE, "");
    guest_expect_key(&guest, "\x1b[3~", UI_KEY_DELETE, "");
    guest_expect_key(&guest, "\x1b[6~", UI_KEY_PAGEDOWN, "");
    guest_expect_key(&guest, "\x1bOP", UI_KEY_F1, "");
    guest_type(&guest, "h\x13\x1c\xc3\xa9");
    guest_expect(&guest, "char 68");
    guest_expect(&guest, "char C 73");
    guest_expect(&guest, "char C 5c");
    guest_expect(&guest, "char e9");
    guest_quit(&guest);
}

static void the_true_size_wins_over_the_environment(void **state) {
    (void)state;
    Guest guest;
    setenv("LINES", "60", 1);
    setenv("COLUMNS", "200", 1);
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    unsetenv("LINES");
    unsetenv("COLUMNS");
    guest_expect(&guest, "open");
    guest_type(&guest, "?");
    guest_expect(&guest, "char 3f");
    guest_expect(&guest, "256 colours 80x24");
    guest_quit(&guest);
    assert_true(guest_wrote(&guest, "\033[?1004l")); /* no reports of the focus */
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
        guest_expect(&guest, "open");
        guest_type(&guest, cases[i].press);
        guest_expect(&guest, "mouse press 1 9,4");
        guest_type(&guest, cases[i].drag);
        guest_expect(&guest, "mouse drag 1 11,5");
        guest_type(&guest, cases[i].release);
        guest_expect(&guest, "mouse release 1 11,5");
        guest_type(&guest, cases[i].up);
        guest_expect(&guest, "mouse up 0 2,3");
        guest_type(&guest, cases[i].down);
        guest_expect(&guest, "mouse down 0 2,3");
        guest_quit(&guest);
    }
}

static void pasted_text_is_told_from_typed_text(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    guest_type(&guest, "\x1b[200~q\n\xc3\xa9\x1b[201~c");
    guest_expect(&guest, "paste 71");
    guest_expect(&guest, "paste a");
    guest_expect(&guest, "paste e9");
    guest_expect(&guest, "char 63");
    guest_quit(&guest);
}

static void a_new_size_is_reported(void **state) {
    (void)state;
    Guest guest;
    char line[32];
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    const struct winsize size = {.ws_row = 40, .ws_col = 120};
    assert_int_equal(ioctl(guest.terminal, TIOCSWINSZ, &size), 0);
    snprintf(line, sizeof line, "key %d", UI_KEY_RESIZE);
    guest_type(&guest, "?"); /* wakes a child that was told of the size just before it went to sleep */
    guest_expect(&guest, line);
    guest_expect(&guest, "char 3f");
    guest_expect(&guest, "256 colours 120x40");
    guest_quit(&guest);
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
        guest_expect(&guest, "open");
        guest_type(&guest, "?");
        guest_expect(&guest, "char 3f");
        guest_expect(&guest, cases[i].told);
        assert_false(guest_wrote(&guest, "\033[?1000h"));
        assert_false(guest_wrote(&guest, "\033]4;")); /* no colour of the user's is ever redefined */
        guest_quit(&guest);
    }
}

static void terminals_that_cannot_are_refused_with_a_sentence(void **state) {
    (void)state;
    static const char *const terms[] = {"dumb", "no-such-terminal"};
    for (size_t i = 0; i < 2; i++) {
        Guest guest;
        char line[512];
        guest_open(&guest, terms[i], (ScreenOptions){.colours = -1});
        guest_listen(&guest, line, sizeof line);
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
    assert_true(guest_wrote(guest, "\033[?1049l")); /* main screen */
    assert_true(guest_wrote(guest, "\033[?2004l")); /* paste */
    assert_true(guest_wrote(guest, "\033[?1000l")); /* mouse */
    assert_true(guest_wrote(guest, "\033[?1002l"));
    assert_true(guest_wrote(guest, "\033[?25h") || guest_wrote(guest, "\033[?12l\033[?25h")); /* cursor */
}

static void the_terminal_is_given_back_at_the_end_and_at_a_signal(void **state) {
    (void)state;
    for (int crash = 0; crash < 2; crash++) {
        Guest guest;
        guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
        guest_expect(&guest, "open");
        guest_type(&guest, "1");
        guest_expect(&guest, "char 31");
        guest.output_size = 0;
        guest_type(&guest, crash ? "X" : "Q");
        guest_expect(&guest, crash ? "char 58" : "char 51");
        guest_expect(&guest, crash ? "" : "closed");
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
    guest_expect(&guest, "open");
    guest_type(&guest, "S");
    guest_expect(&guest, "char 53");
    guest_expect(&guest, "suspended");
    assert_int_equal(tcgetattr(guest.terminal, &now), 0);
    assert_int_equal(now.c_lflag, guest.before.c_lflag);
    guest.output_size = 0;
    guest_type(&guest, "\n");
    guest_expect(&guest, "resumed");
    assert_int_equal(tcgetattr(guest.terminal, &now), 0);
    assert_int_not_equal(now.c_lflag, guest.before.c_lflag);
    guest_quit(&guest);
    assert_true(guest_wrote(&guest, "\033[?2004h"));
}

static void only_what_changed_is_sent(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    static const char keys[] = "121";
    size_t sent[3];
    for (int i = 0; keys[i]; i++) {
        char key[] = {keys[i], '\0'}, line[16];
        guest.output_size = 0;
        guest_type(&guest, key);
        snprintf(line, sizeof line, "char %x", keys[i]);
        guest_expect(&guest, line);
        guest_type(&guest, "?"); /* its answer comes when the drawing is done */
        guest_expect(&guest, "char 3f");
        guest_expect(&guest, "256 colours 80x24");
        sent[i] = guest.output_size;
    }
    assert_true(sent[0] > 300);
    assert_true(sent[1] > 0 && sent[1] < 80);
    assert_true(sent[2] > 0 && sent[2] < 80);
    guest_quit(&guest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_arrive_as_what_they_are),
        cmocka_unit_test(the_true_size_wins_over_the_environment),
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
