/* Whatever the bytes, reading a model ends with a model that can be used or with one sentence. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "engine/nn/checkpoint.h"
#include "engine/workspace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Error err = {{0}};
    Model *model = checkpoint_parse(data, size, &err);
    assert(model || (err.text[0] && !strchr(err.text, '\n')));
    if (model) (void)workspace_check_model(model, &err);
    model_free(model);
    return 0;
}
