#include "app/cli/json_text.h"

#include <jansson.h>

struct json_t *json_text_or(const char *text, const char *otherwise) {
    json_t *string = json_string(text);
    return string ? string : json_string(otherwise);
}
