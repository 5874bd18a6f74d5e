/* Fuzz target: whatever the bytes, reading a model ends with a model that can be used or with one sentence.
 *
 * Random bytes never get past the length of the header, so the mutator knows the format (safetensors.h): it starts from a
 * whole small model and changes the header's text, a number of the data, or the bytes as they are, and sets the length
 * right again most of the time. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/nn/checkpoint.h"
#include "engine/workspace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);

enum { LENGTH_BYTES = 8, SEED_MAX = 1 << 20 };

static unsigned char *whole; /* a small model's file */
static size_t whole_size;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    char path[] = "fuzz-model-XXXXXX";
    ModelConfig config = workspace_config();
    config.embedding = config.codec_hidden = config.channels = config.hidden = config.reference = 4;
    config.layers = config.heads = 1;
    config.bars = 2;
    int fd = mkstemp(path);
    Model *model = model_new(&config, 1, NULL);
    assert(fd >= 0 && model && checkpoint_save(model, path, NULL));
    assert(file_read(path, SEED_MAX, &whole, &whole_size, NULL));
    unlink(path);
    close(fd);
    model_free(model);
    return 0;
}

static uint64_t header_length(const uint8_t *data) {
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) length |= (uint64_t)data[i] << (8 * i);
    return length;
}

static void set_length(uint8_t *data, uint64_t length) {
    for (int i = 0; i < LENGTH_BYTES; i++) data[i] = (uint8_t)(length >> (8 * i));
}

/* The header's text changes, and the data moves behind its new end. */
static size_t mutate_header(uint8_t *data, size_t size, size_t limit) {
    size_t header = (size_t)header_length(data), tail = size - LENGTH_BYTES - header;
    uint8_t *text = malloc(limit), *rest = malloc(tail + 1);
    if (!text || !rest) abort();
    memcpy(text, data + LENGTH_BYTES, header);
    memcpy(rest, data + LENGTH_BYTES + header, tail);
    size_t room = limit - LENGTH_BYTES - tail;
    header = LLVMFuzzerMutate(text, header, room);
    set_length(data, header);
    memcpy(data + LENGTH_BYTES, text, header);
    memcpy(data + LENGTH_BYTES + header, rest, tail);
    free(text);
    free(rest);
    return LENGTH_BYTES + header + tail;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned int seed) {
    bool valid = size > LENGTH_BYTES && header_length(data) <= size - LENGTH_BYTES;
    if ((!valid || seed % 64 == 0) && whole_size <= limit) {
        memcpy(data, whole, whole_size);
        size = whole_size;
        valid = true;
    }
    size_t header = valid ? (size_t)header_length(data) : 0, behind = LENGTH_BYTES + header;
    if (valid && seed % 4 != 0) return mutate_header(data, size, limit);
    if (valid && seed % 8 == 4 && behind < size) /* numbers, none lost */
        return behind + LLVMFuzzerMutate(data + behind, size - behind, size - behind);
    return LLVMFuzzerMutate(data, size, limit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Error err = {{0}};
    Model *model = checkpoint_parse(data, size, &err);
    assert(model || (err.text[0] && !strchr(err.text, '\n')));
    if (model) (void)workspace_check_model(model, &err);
    model_free(model);
    return 0;
}
