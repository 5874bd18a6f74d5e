/* Fuzz target: any text as a recipe. What is accepted is written and read back the same. */
#include <stdlib.h>
#include <string.h>

#include "engine/music/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition) {
    if (!condition) abort();
}

/* Most of the time is better spent behind the heading than on guessing it; a text that begins like one has its own. */
static char *text_of(const uint8_t *data, size_t size) {
    static const char heading[] = "refrain-recipe 2\n";
    bool with_heading = size > 0 && data[0] != 0xFF && data[0] != 'r';
    char *text = calloc(1, sizeof heading + size);
    check(text != NULL);
    size_t at = with_heading ? sizeof heading - 1 : 0;
    if (with_heading) memcpy(text, heading, at);
    if (size > 0) memcpy(text + at, data, size);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Recipe recipe = {0}, back = {0};
    Error err = {""};
    char *text = text_of(data, size);
    if (recipe_from_text(&recipe, text, &err)) {
        char *again = recipe_to_text(&recipe);
        check(again && recipe_from_text(&back, again, &err) && recipe_equal(&recipe, &back));
        free(again);
    } else {
        check(err.text[0] && recipe.count == 0);
    }
    recipe_deinit(&recipe);
    recipe_deinit(&back);
    free(text);
    return 0;
}
