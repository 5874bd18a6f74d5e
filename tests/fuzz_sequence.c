/* Fuzz target: any bytes from a terminal. Keys come out that the ui knows, and whatever came before, after a pause a letter
 * is that letter again. */
#include <stdint.h>
#include <stdlib.h>

#include "ui/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(const UiKey *key) {
    if (key->kind > UI_KEY_PASTE || key->kind == UI_KEY_MOUSE || key->alt) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Sequence sequence = {0};
    UiKey key;
    int64_t now_ms = 1000000;
    for (size_t i = 0; i < size; i++) {
        if (sequence_take(&sequence, data[i], now_ms, &key)) check_key(&key);
        if (data[i] % 7 == 0) now_ms += data[i];
        if (data[i] % 11 == 0 && sequence_settle(&sequence, &key)) check_key(&key);
    }
    now_ms += SEQUENCE_PASTE_PAUSE_MS + 1;
    if (!sequence_take(&sequence, 'q', now_ms, &key) || key.kind != UI_KEY_CHAR || key.codepoint != 'q')
        abort();
    return 0;
}
