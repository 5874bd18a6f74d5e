#include "app/cli/json_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"

struct json_t *json_text(const char *text) {
    json_t *string = json_string(text);
    if (string) return string;
    size_t size = strlen(text) * UTF8_SHOWN_MAX + 1;
    char *shown = malloc(size);
    if (!shown) return NULL;
    utf8_show(shown, size, text);
    string = json_string(shown);
    free(shown);
    return string;
}
