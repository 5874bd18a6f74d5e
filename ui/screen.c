#include "ui/screen.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "engine/base/clock.h"
#include "ui/sequence.h"

/* Presses and releases as they come, no clicks made of them; as many events as ncurses keeps. */
enum { MOUSE_EVENTS = 8 };
static const mmask_t MOUSE_MASK = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON2_PRESSED | BUTTON2_RELEASED |
                                  BUTTON3_PRESSED | BUTTON3_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED |
                                  BUTTON_SHIFT | BUTTON_CTRL | BUTTON_ALT | REPORT_MOUSE_POSITION;
static const char MOUSE_ON[] = "\033[?1002h", MOUSE_OFF[] = "\033[?1002l\033[?1006l\033[?1000l";
static const char PASTE_ON[] = "\033[?2004h", PASTE_OFF[] = "\033[?2004l";
static const char FOCUS_OFF[] = "\033[?1004l"; /* some versions of ncurses switch these reports on */

struct Screen {
    SCREEN *terminal;
    FILE *in, *out;
    bool mouse, everything;
    Sequence sequence;
    int colours;
    Cell *shown; /* the last canvas, width * height */
    int width, height;
    MEVENT event[MOUSE_EVENTS]; /* mouse events still to be given, newest first */
    int event_count;
    int held_button;                      /* the mouse button that is down, 0 = none */
    short pair[STYLE_COUNT][STYLE_COUNT]; /* by foreground's and background's style, 0 = not made yet */
    int pairs;
};

static const struct {
    short foreground, background, foreground8;
    int attributes;
} looks[STYLE_COUNT] = {
#define STYLE(id, name, foreground256, background256, foreground8, attributes) \
    {foreground256, background256, foreground8, attributes},
#include "ui/styles.def"
#undef STYLE
};

/* What a dying process needs, made while all is well: the one global state of this room. */
static struct {
    atomic_int active;
    int fd;
    struct termios saved;
    char text[256];
    size_t length;
} emergency;

static void emergency_append(const char *text) {
    if (!text || text == (char *)-1) return;
    while (*text && emergency.length + 1 < sizeof emergency.text) {
        if (text[0] == '$' && text[1] == '<') { /* terminfo's padding, meant for tputs */
            const char *end = strchr(text, '>');
            if (end) {
                text = end + 1;
                continue;
            }
        }
        emergency.text[emergency.length++] = *text++;
    }
}

static void emergency_prepare(int fd) {
    emergency.fd = fd;
    emergency.length = 0;
    emergency_append(MOUSE_OFF);
    emergency_append(PASTE_OFF);
    emergency_append(tigetstr("sgr0"));
    emergency_append(tigetstr("cnorm"));
    emergency_append(tigetstr("rmkx"));
    emergency_append(tigetstr("rmcup"));
    emergency_append("\r");
    atomic_store(&emergency.active, 1);
}

void screen_emergency_restore(void) {
    if (!atomic_exchange(&emergency.active, 0)) return;
    int saved_errno = errno;
    for (size_t sent = 0; sent < emergency.length;) {
        ssize_t n = write(emergency.fd, emergency.text + sent, emergency.length - sent);
        if (n <= 0) break;
        sent += (size_t)n;
    }
    tcsetattr(emergency.fd, TCSAFLUSH, &emergency.saved);
    errno = saved_errno;
}

bool screen_is_utf8(void) {
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void say(Screen *screen, const char *text) {
    fputs(text, screen->out);
    fflush(screen->out);
}

static void modes_on(Screen *screen) {
    if (screen->mouse) {
        mousemask(MOUSE_MASK, NULL);
        mouseinterval(0);
        say(screen, MOUSE_ON); /* ncurses asks for clicks only; this adds drags */
    }
    say(screen, PASTE_ON);
    say(screen, FOCUS_OFF);
}

static void modes_off(Screen *screen) {
    if (screen->mouse) {
        mousemask(0, NULL);
        say(screen, MOUSE_OFF);
    }
    say(screen, PASTE_OFF);
}

static void start_colours(Screen *screen, int wanted) {
    screen->colours = 0;
    if (wanted == 0 || !has_colors()) return;
    start_color();
    use_default_colors();
    screen->colours = COLORS >= 256 ? 256 : 8;
    if (wanted > 0 && wanted < screen->colours) screen->colours = 8;
}

/* The sequences that sequence.c must see, whatever terminfo calls them: those with modifiers would come as keys without a
 * name, and the marks of a paste may come in pieces. */
static void undefine_keys(void) {
    static const char *const finals = "ABCDHF";
    char text[] = "\033[1;2A";
    define_key("\033[200~", 0);
    define_key("\033[201~", 0);
    define_key("\033[Z", 0);
    for (int i = 0; finals[i]; i++) {
        text[5] = finals[i];
        text[4] = '2';
        define_key(text, 0);
        text[4] = '5';
        define_key(text, 0);
    }
}

static void prepare(Screen *screen) {
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    if (!getenv("ESCDELAY")) set_escdelay(25);
    undefine_keys();
    emergency_prepare(fileno(screen->out));
    modes_on(screen);
    screen->everything = true;
}

Screen *screen_open(const ScreenOptions *options, Error *err) {
    static const char no_terminal[] =
        "refrain needs a terminal here; its verbs (refrain --help) work without one.";
    int in = -1, out = -1;
    Screen *screen = calloc(1, sizeof *screen);
    if (!screen) return error_memory(err, "the screen"), NULL;
    in = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    out = in < 0 ? -1 : fcntl(in, F_DUPFD_CLOEXEC, 3);
    if (out < 0 || tcgetattr(in, &emergency.saved) != 0) {
        error_set(err, no_terminal);
        goto fail;
    }
    if ((screen->in = fdopen(in, "r"))) in = -1;
    if ((screen->out = fdopen(out, "w"))) out = -1;
    use_tioctl(TRUE); /* the true size, not what LINES and COLUMNS remember */
    if (screen->in && screen->out) screen->terminal = newterm(NULL, screen->out, screen->in);
    if (!screen->terminal || !tigetstr("cup")) {
        const char *name = getenv("TERM");
        error_set(err,
                  "The terminal type \"%.40s\" (TERM) cannot show the composer; try TERM=xterm-256color.",
                  name ? name : "");
        goto fail;
    }
    screen->mouse = !options->no_mouse;
    start_colours(screen, options->colours);
    prepare(screen);
    return screen;
fail:
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    screen_close(screen);
    return NULL;
}

void screen_close(Screen *screen) {
    if (!screen) return;
    if (screen->terminal) {
        if (atomic_exchange(&emergency.active, 0)) modes_off(screen);
        endwin();
        delscreen(screen->terminal);
    }
    if (screen->out) fclose(screen->out);
    if (screen->in) fclose(screen->in);
    free(screen->shown);
    free(screen);
}

int screen_fd(const Screen *screen) {
    return fileno(screen->in);
}

int screen_colours(const Screen *screen) {
    return screen->colours;
}

void screen_size(const Screen *screen, int *width, int *height) {
    (void)screen;
    getmaxyx(stdscr, *height, *width);
}

void screen_redraw(Screen *screen) {
    screen->everything = true;
    clearok(stdscr, TRUE);
}

void screen_suspend(Screen *screen) {
    modes_off(screen);
    atomic_store(&emergency.active, 0);
    endwin();
}

void screen_resume(Screen *screen) {
    refresh();
    atomic_store(&emergency.active, 1);
    modes_on(screen);
    screen_resize(screen);
    screen_redraw(screen);
}

bool screen_resize(Screen *screen) {
    struct winsize size;
    int height, width;
    getmaxyx(stdscr, height, width);
    if (ioctl(fileno(screen->out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return false;
    if (size.ws_col == width && size.ws_row == height) return false;
    resizeterm(size.ws_row, size.ws_col);
    screen->everything = true;
    return true;
}

static attr_t attributes_of(const Screen *screen, int look) {
    if (screen->colours < 256) look |= look >> 4;
    return ((look & LOOK_BOLD) ? A_BOLD : 0) | ((look & LOOK_DIM) ? A_DIM : 0) |
           ((look & LOOK_UNDERLINE) ? A_UNDERLINE : 0) | ((look & LOOK_REVERSE) ? A_REVERSE : 0);
}

static short pair_of(Screen *screen, int style, int background) {
    short *pair = &screen->pair[style][background];
    if (screen->colours == 0 || *pair != 0) return *pair;
    short fore = screen->colours == 256 ? looks[style].foreground : looks[style].foreground8;
    short back = screen->colours == 256 ? looks[background].background : -1;
    if (fore < 0 && back < 0) return 0;
    for (int i = 1; i <= screen->pairs; i++) { /* many styles share a pair, and old terminals have only 64 */
        short f, b;
        pair_content((short)i, &f, &b);
        if (f == fore && b == back) return *pair = (short)i;
    }
    if (screen->pairs + 1 >= COLOR_PAIRS || screen->pairs >= 32000) return 0;
    init_pair((short)++screen->pairs, fore, back);
    return *pair = (short)screen->pairs;
}

static void send_cell(Screen *screen, const Cell *cell, int x, int y) {
    wchar_t text[2] = {(wchar_t)cell->codepoint, L'\0'};
    /* The C library's opinion of a width is what ncurses acts upon: where it is not ours, columns would shift. */
    if (wcwidth(text[0]) != canvas_glyph_width(cell->codepoint)) text[0] = L'?';
    int background = cell->background != STYLE_NORMAL ? cell->background : cell->style;
    cchar_t glyph;
    setcchar(&glyph, text, attributes_of(screen, looks[cell->style].attributes),
             pair_of(screen, cell->style, background), NULL);
    mvadd_wch(y, x, &glyph);
}

static bool cell_equal(const Cell *a, const Cell *b) {
    return a->codepoint == b->codepoint && a->style == b->style && a->background == b->background;
}

void screen_blit(Screen *screen, const Canvas *canvas, int cursor_x, int cursor_y) {
    if (!atomic_load(&emergency.active))
        return; /* another thread is dying, and has given the terminal back */
    size_t count = (size_t)canvas->width * (size_t)canvas->height;
    if (canvas->width != screen->width || canvas->height != screen->height || screen->everything) {
        Cell *cells = realloc(screen->shown, (count ? count : 1) * sizeof *cells);
        if (!cells) return;
        screen->shown = cells;
        screen->width = canvas->width;
        screen->height = canvas->height;
        screen->everything = false;
        memset(cells, 0xff, count * sizeof *cells); /* equal to no cell */
        erase();
    }
    for (int y = 0; y < canvas->height; y++)
        for (int x = 0; x < canvas->width; x++) {
            size_t at = (size_t)y * (size_t)canvas->width + (size_t)x;
            if (cell_equal(&canvas->cells[at], &screen->shown[at])) continue;
            screen->shown[at] = canvas->cells[at];
            if (canvas->cells[at].codepoint != 0) send_cell(screen, &canvas->cells[at], x, y);
        }
    bool cursor = cursor_x >= 0 && cursor_y >= 0 && cursor_x < canvas->width && cursor_y < canvas->height;
    curs_set(cursor ? 1 : 0);
    move(cursor ? cursor_y : 0, cursor ? cursor_x : 0);
    refresh();
}

/* A fast click reaches ncurses in one piece: it says KEY_MOUSE once, and getmouse gives the newest event first. */
static void take_mouse(Screen *screen) {
    screen->event_count = 0;
    while (screen->event_count < MOUSE_EVENTS && getmouse(&screen->event[screen->event_count]) == OK)
        screen->event_count++;
}

/* The oldest event; false when it means nothing here. */
static bool read_mouse(Screen *screen, UiKey *key) {
    MEVENT event = screen->event[--screen->event_count];
    memset(key, 0, sizeof *key);
    key->kind = UI_KEY_MOUSE;
    key->x = event.x;
    key->y = event.y;
    key->shift = (event.bstate & BUTTON_SHIFT) != 0;
    key->control = (event.bstate & BUTTON_CTRL) != 0;
    static const struct {
        mmask_t pressed, released;
    } button[] = {{BUTTON1_PRESSED, BUTTON1_RELEASED},
                  {BUTTON2_PRESSED, BUTTON2_RELEASED},
                  {BUTTON3_PRESSED, BUTTON3_RELEASED}};
    if (event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
        key->mouse = (event.bstate & BUTTON4_PRESSED) ? UI_MOUSE_WHEEL_UP : UI_MOUSE_WHEEL_DOWN;
        return true;
    }
    for (int i = 0; i < 3; i++)
        if (event.bstate & (button[i].pressed | button[i].released)) {
            key->mouse = (event.bstate & button[i].pressed) ? UI_MOUSE_PRESS : UI_MOUSE_RELEASE;
            key->button = i + 1;
            screen->held_button = key->mouse == UI_MOUSE_PRESS ? i + 1 : 0;
            return true;
        }
    key->mouse = UI_MOUSE_DRAG;
    key->button = screen->held_button;
    return (event.bstate & REPORT_MOUSE_POSITION) && screen->held_button != 0;
}

static bool named_key(UiKey *key, int code) {
    static const struct {
        int code;
        UiKeyKind kind;
    } table[] =
        {
            {KEY_LEFT, UI_KEY_LEFT},    {KEY_RIGHT, UI_KEY_RIGHT},         {KEY_UP, UI_KEY_UP},
            {KEY_DOWN, UI_KEY_DOWN},    {KEY_HOME, UI_KEY_HOME},           {KEY_END, UI_KEY_END},
            {KEY_PPAGE, UI_KEY_PAGEUP}, {KEY_NPAGE, UI_KEY_PAGEDOWN},      {KEY_IC, UI_KEY_INSERT},
            {KEY_DC, UI_KEY_DELETE},    {KEY_BACKSPACE, UI_KEY_BACKSPACE}, {KEY_ENTER, UI_KEY_ENTER},
            {KEY_BTAB, UI_KEY_BACKTAB}, {KEY_RESIZE, UI_KEY_RESIZE},       {KEY_FIND, UI_KEY_HOME},
            {KEY_SELECT, UI_KEY_END},
        },
      shifted[] = {
          {KEY_SLEFT, UI_KEY_LEFT}, {KEY_SRIGHT, UI_KEY_RIGHT}, {KEY_SR, UI_KEY_UP},
          {KEY_SF, UI_KEY_DOWN},    {KEY_SHOME, UI_KEY_HOME},   {KEY_SEND, UI_KEY_END},
      };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].code == code) return key->kind = table[i].kind, true;
    for (size_t i = 0; i < sizeof shifted / sizeof *shifted; i++)
        if (shifted[i].code == code) return key->kind = shifted[i].kind, key->shift = true;
    if (code < KEY_F(1) || code > KEY_F(12)) return false;
    key->kind = (UiKeyKind)(UI_KEY_F1 + (code - KEY_F(1)));
    return true;
}

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

/* A key that ncurses has read out of a sequence; false when it means nothing here. */
static bool read_code(Screen *screen, int code, UiKey *key) {
    memset(key, 0, sizeof *key);
    if (code == KEY_MOUSE) {
        take_mouse(screen);
        return false;
    }
    if (code == KEY_RESIZE) {
        screen->everything = true; /* ncurses has already taken the new size over; the blit must know */
        return named_key(key, code);
    }
    return sequence_allows(&screen->sequence, now_ms()) && named_key(key, code);
}

bool screen_read(Screen *screen, UiKey *key) {
    wint_t c;
    for (;;) {
        while (screen->event_count > 0)
            if (read_mouse(screen, key)) return true;
        int kind = get_wch(&c);
        if (kind == ERR) return sequence_settle(&screen->sequence, key);
        bool made = kind == KEY_CODE_YES ? read_code(screen, (int)c, key)
                                         : sequence_take(&screen->sequence, (uint32_t)c, now_ms(), key);
        if (made) return true;
    }
}
