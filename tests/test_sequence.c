/* What terminals send, as it reaches refrain through ncurses: keys, and nothing that is not one. */
#include <poll.h>
#include <stdio.h>

#include "tests/support/check.h"
#include "tests/support/guest.h"
#include "ui/sequence.h"

/* The bytes of a field of sequences.tsv, with its escapes read; NUL-terminated. */
static void read_bytes(char *out, const char *field) {
    for (; *field; field++) {
        if (*field != '\\') {
            *out++ = *field;
            continue;
        }
        unsigned int byte = 0;
        switch (*++field) {
        case 'e':
            *out++ = '\x1b';
            break;
        case 'a':
            *out++ = '\a';
            break;
        case 'r':
            *out++ = '\r';
            break;
        case 'x':
            assert_int_equal(sscanf(field + 1, "%2x", &byte), 1);
            *out++ = (char)byte;
            field += 2;
            break;
        default:
            *out++ = *field;
        }
    }
    *out = '\0';
}

/* The line that the child tells for a key by its name here, "S-left". */
static void name_told(char *told, size_t size, const char *name) {
    static const struct {
        const char *name;
        UiKeyKind kind;
    } names[] = {{"up", UI_KEY_UP},
                 {"down", UI_KEY_DOWN},
                 {"left", UI_KEY_LEFT},
                 {"right", UI_KEY_RIGHT},
                 {"home", UI_KEY_HOME},
                 {"end", UI_KEY_END},
                 {"insert", UI_KEY_INSERT},
                 {"delete", UI_KEY_DELETE},
                 {"pageup", UI_KEY_PAGEUP},
                 {"backtab", UI_KEY_BACKTAB},
                 {"pagedown", UI_KEY_PAGEDOWN},
                 {"f1", UI_KEY_F1},
                 {"f5", UI_KEY_F5},
                 {"f12", UI_KEY_F12}};
    const char modifier = name[1] == '-' ? name[0] : '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name + (modifier ? 2 : 0), names[i].name) == 0) {
            snprintf(told, size, "key %d%s", names[i].kind, modifier == 'S' ? " S" : modifier ? " C" : "");
            return;
        }
    fail_msg("sequences.tsv names a key %s that the test does not know", name);
}

/* Types a sequence and a full stop behind it: only the key that it stands for comes before the full stop. */
static void check_sequence(Guest *guest, const char *term, char *row) {
    char *rest = NULL, *field[4], bytes[128], expected[32] = "", line[80];
    for (int i = 0; i < 4; i++) assert_non_null(field[i] = strtok_r(i ? NULL : row, "\t\n", &rest));
    read_bytes(bytes, field[2]);
    if (strcmp(field[3], "-") != 0 && strcmp(field[3], "mouse") != 0)
        name_told(expected, sizeof expected, field[3]);
    guest_type(guest, bytes);
    if (expected[0]) {
        guest_listen(guest, line, sizeof line);
        if (strcmp(line, expected) != 0)
            fail_msg("TERM=%s, %s, %s: %s is not %s", term, field[0], field[1], line, expected);
    }
    guest_type(guest, ".");
    do guest_listen(guest, line, sizeof line);
    while (strcmp(field[3], "mouse") == 0 && strncmp(line, "mouse", 5) == 0);
    if (strcmp(line, "char 2e") != 0) fail_msg("TERM=%s, %s, %s: %s", term, field[0], field[1], line);
}

static void what_terminals_send_is_a_key_or_nothing(void **state) {
    (void)state;
    static const char *const terms[] = {"xterm-256color", "tmux-256color", "screen", "linux", "vt100"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        Guest guest;
        char row[256];
        FILE *rows = fopen("tests/data/sequences.tsv", "r");
        assert_non_null(rows);
        guest_open(&guest, terms[i], (ScreenOptions){.colours = -1});
        guest_expect(&guest, "open");
        while (fgets(row, sizeof row, rows))
            if (row[0] != '#') check_sequence(&guest, terms[i], row);
        fclose(rows);
        guest_quit(&guest);
    }
}

static void wait_ms(int ms) {
    poll(NULL, 0, ms);
}

static void a_sequence_in_pieces_is_still_one(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    guest_type(&guest, "\x1b[1");
    wait_ms(100);
    guest_expect_key(&guest, ";2C", UI_KEY_RIGHT, " S");
    guest_expect_key(&guest, "\x1b", UI_KEY_ESCAPE, "");
    wait_ms(60);
    guest_type(&guest, "[I."); /* the rest of a report, not two commands */
    guest_expect(&guest, "char 2e");
    guest_expect_key(&guest, "\x1b", UI_KEY_ESCAPE, "");
    wait_ms(SEQUENCE_REST_MS + 200);
    guest_type(&guest, "[");
    guest_expect(&guest, "char 5b");
    guest_type(&guest, "\x1b[12"); /* never ended */
    wait_ms(SEQUENCE_REST_MS + 200);
    guest_type(&guest, "a");
    guest_expect(&guest, "char 61");
    guest_quit(&guest);
}

static void a_paste_without_its_end_ends(void **state) {
    (void)state;
    Guest guest;
    guest_open(&guest, "xterm-256color", (ScreenOptions){.colours = -1});
    guest_expect(&guest, "open");
    guest_type(&guest, "\x1b[200~a");
    guest_expect(&guest, "paste 61");
    guest_type(&guest, "\x03");
    guest_expect(&guest, "char C 63");
    guest_type(&guest, "q");
    guest_expect(&guest, "char 71");
    guest_type(&guest, "\x1b[200~a");
    guest_expect(&guest, "paste 61");
    wait_ms(SEQUENCE_PASTE_PAUSE_MS + 300);
    guest_type(&guest, "q");
    guest_expect(&guest, "char 71");
    guest_type(&guest, "\x1b[200~a\x03\x1b"); /* Ctrl+C amid pasted text is text; the end comes in pieces */
    guest_expect(&guest, "paste 61");
    wait_ms(100);
    guest_type(&guest, "[20");
    wait_ms(100);
    guest_type(&guest, "1~q");
    guest_expect(&guest, "char 71");
    guest_quit(&guest);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_terminals_send_is_a_key_or_nothing),
        cmocka_unit_test(a_sequence_in_pieces_is_still_one),
        cmocka_unit_test(a_paste_without_its_end_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
