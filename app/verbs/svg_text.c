#include "app/verbs/svg_text.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

void svg_text(FILE *out, const char *text) {
    size_t size = strlen(text) * UTF8_SHOWN_MAX + 1;
    char *shown = malloc(size); /* XML has no way to write most controls, nor what is no UTF-8 */
    if (!shown) return;
    utf8_show(shown, size, text);
    for (const char *c = shown; *c; c++) {
        if (*c == '&')
            fputs("&amp;", out);
        else if (*c == '<')
            fputs("&lt;", out);
        else if (*c == '>')
            fputs("&gt;", out);
        else
            fputc(*c, out);
    }
    free(shown);
}
