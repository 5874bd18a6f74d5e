/* Whatever the text, reading the settings ends; what it cannot use is a warning, never a failure. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Config config = {0};
    Error err = {{0}};
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    config_parse(&config, text, &err);
    assert(config.warning_count >= 0 && config.warning_count <= CONFIG_WARNINGS_MAX);
    config_deinit(&config);
    free(text);
    return 0;
}
