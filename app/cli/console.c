#include "app/cli/console.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/utf8.h"

enum { COLUMNS_DEFAULT = 80 };

static bool quiet;
static bool muted;
static bool passing; /* a passing line stands on the terminal's last line */
static bool input_was_read, output_is_given;

void console_open(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) /* opened the wrong way round, so that using it fails as it did */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* What stays is never written behind what passes. */
static void clear_passing(void) {
    if (!passing) return;
    fputs("\r\x1b[K", stderr);
    passing = false;
}

bool console_close(void) {
    clear_passing();
    bool whole = !ferror(stdout);
    /* A disk over the network says only now that it is full. */
    if (fclose(stdout) != 0) whole = false;
    return whole;
}

bool console_is_stream(const char *path) {
    return path && strcmp(path, "-") == 0;
}

bool console_read(unsigned char **bytes, size_t *size, size_t limit, Error *err) {
    if (input_was_read)
        return error_set(err, "Standard input can be read only once: name a file in one of the two places.");
    input_was_read = true;
    return file_read_stream(STDIN_FILENO, "standard input", limit, bytes, size, err);
}

bool console_write(const void *bytes, size_t size, Error *err) {
    fflush(stdout);
    return file_write_stream(STDOUT_FILENO, "to standard output", bytes, size, err);
}

void console_give_output(void) {
    output_is_given = true;
}

FILE *console_results(void) {
    return output_is_given ? stderr : stdout;
}

static void write_shown(FILE *out, const char *raw, const char *after) {
    size_t size = strlen(raw) * UTF8_SHOWN_MAX + 1;
    char *shown = malloc(size);
    if (shown) {
        utf8_show(shown, size, raw);
        fprintf(out, "%s%s", shown, after);
    }
    free(shown);
}

__attribute__((format(printf, 2, 0))) static void write_line(FILE *out, const char *format,
                                                             va_list arguments) {
    char *raw = NULL;
    clear_passing();
    if (vasprintf(&raw, format, arguments) < 0) return;
    write_shown(out, raw, "\n");
    free(raw);
}

void console_print(const char *format, ...) {
    if (muted) return;
    va_list arguments;
    va_start(arguments, format);
    write_line(console_results(), format, arguments);
    va_end(arguments);
}

void console_say(const char *format, ...) {
    if (muted) return;
    va_list arguments;
    va_start(arguments, format);
    write_line(stderr, format, arguments);
    va_end(arguments);
}

void console_mute(void) {
    muted = quiet = true;
}

void console_complain(const char *sentence) {
    fflush(stdout);
    muted = false;
    console_say("refrain: %s", sentence);
}

void console_text(const char *text) {
    clear_passing();
    fputs(text, console_results());
}

/* ---- how far the work is ---- */

void console_set_quiet(bool wanted) {
    quiet = wanted;
}

bool console_is_quiet(void) {
    return quiet;
}

bool console_is_lively(void) {
    const char *term = getenv("TERM");
    return !quiet && isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

int console_columns(void) {
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS_DEFAULT;
}

void console_pass(const char *line) {
    clear_passing();
    if (!line[0]) return;
    write_shown(stderr, line, "");
    fflush(stderr);
    passing = true;
}
