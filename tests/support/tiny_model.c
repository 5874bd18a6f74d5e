#include "tests/support/tiny_model.h"

#include "engine/workspace.h"
#include "tests/support/check.h"

Model *tiny_model(int bars, unsigned seed) {
    ModelConfig config = workspace_config();
    config.embedding = 8;
    config.codec_hidden = 16;
    config.channels = 32;
    config.layers = 2;
    config.heads = 2;
    config.hidden = 24;
    config.reference = 8;
    config.bars = bars;
    Error err;
    Model *model = model_new(&config, seed, &err);
    if (!model) fail_msg("%s", err.text);
    /* A fresh model says nearly the same everywhere; larger numbers make it opinionated, so that bars depend on bars. */
    float *block = model_block(model);
    for (size_t i = 0; i < model_size(&config); i++) block[i] *= 2.5f;
    return model;
}
