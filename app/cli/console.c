#include "app/cli/console.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/utf8.h"

void console_open(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) /* opened the wrong way round, so that using it fails as it did */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

bool console_close(void) {
    bool whole = !ferror(stdout);
    /* A disk over the network says only now that it is full. */
    if (fclose(stdout) != 0) whole = false;
    return whole;
}

__attribute__((format(printf, 4, 0))) static void write_line(FILE *out, const char *before, const char *after,
                                                             const char *format, va_list arguments) {
    char *raw = NULL;
    if (vasprintf(&raw, format, arguments) < 0) return;
    size_t size = strlen(raw) * UTF8_SHOWN_MAX + 1;
    char *shown = malloc(size);
    if (shown) {
        utf8_show(shown, size, raw);
        fprintf(out, "%s%s%s", before, shown, after);
    }
    free(shown);
    free(raw);
}

void console_print(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(stdout, "", "\n", format, arguments);
    va_end(arguments);
}

void console_say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(stderr, "", "\n", format, arguments);
    va_end(arguments);
}

void console_complain(const char *sentence) {
    fflush(stdout);
    console_say("refrain: %s", sentence);
}

void console_progress(bool last, const char *format, ...) {
    const bool terminal = isatty(STDERR_FILENO);
    va_list arguments;
    va_start(arguments, format);
    write_line(stderr, terminal ? "\r" : "",
               !terminal ? "\n"
               : last    ? "\x1b[K\n"
                         : "\x1b[K",
               format, arguments);
    va_end(arguments);
}

void console_text(const char *text) {
    fputs(text, stdout);
}
