/* Options: everything that this run was asked for, from argv, the environment and the config file, in that
 * order of precedence. One per process, made by main, read by everybody in app; borrows argv. */
#ifndef REFRAIN_APP_CLI_OPTIONS_H
#define REFRAIN_APP_CLI_OPTIONS_H

#include <stdint.h>

#include "app/cli/config.h"
#include "app/cli/option.h"
#include "app/verbs/verbs.h"
#include "engine/music/document.h"
#include "engine/music/format.h"

/* Words after an option that takes several. */
typedef struct {
    const char *const *word; /* borrowed from argv */
    int count;
} OptionsList;

typedef struct Options {
    const Verb *verb;     /* never null: the composer is a verb without a name */
    const char **operand; /* what is neither the verb nor an option; owned array of borrowed words */
    int operand_count;
    uint64_t given; /* bit OptionId set: it stood on the command line */

    const char *out, *model, *bars, *svg, *prime, *output, *from, *completion,
        *track;                                         /* null when not given */
    const char *style, *key, *meter, *density, *height; /* the same */
    int count, pieces, tune, mixes, steps, threads;     /* 0 when not given */
    double minutes, rate, variety;                      /* 0 when not given */
    double temperature;                                 /* default 1 */
    uint64_t variety_seed;
    uint64_t seed; /* default 1 */
    DocumentAlign align;
    Format format; /* FORMAT_OTHER when not given */
    OptionsList corpus, note;
    bool json, open, influence, quick, quiet, tracks, record, metronome, resume, ascii, no_mouse, keys, man,
        help, version;

    Config config; /* what the file says, before options_settle */
    bool no_colour;
} Options;

/* Reads argv. False with a sentence on wrong usage; help and version come back as flags. */
bool options_parse(Options *options, int argc, char **argv, Error *err);
/* Fills what argv left open from the environment (REFRAIN_MODEL, NO_COLOR) and from options->config. */
void options_settle(Options *options);
void options_deinit(Options *options);
static inline bool options_given(const Options *options, OptionId id) {
    return options->given >> id & 1;
}

/* For help: an option's words. */
typedef struct {
    char letter; /* 0 = none */
    const char *name, *argument, *help;
} OptionWords;
OptionWords options_words(OptionId id);

#endif
