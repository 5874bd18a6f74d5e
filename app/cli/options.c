#include "app/cli/options.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/verbs/verbs.h"
#include "engine/learn/train.h"

typedef enum { FLAG, TEXT, WHOLE, REAL, SEED, ALIGN, KIND, LIST } Kind;

typedef struct {
    OptionWords words;
    Kind kind;
    size_t offset; /* of the member in Options */
    double low, high;
} Row;

static const Row ROWS[OPTION_COUNT_ALL] = {
#define OPTION(id, member, kind, letter, name, argument, low, high, help) \
    {{letter, name, argument, help}, kind, offsetof(Options, member), low, high},
#include "app/cli/options.def"
#undef OPTION
};
static_assert(OPTION_COUNT_ALL <= 64, "options are bits of a uint64_t");

OptionWords options_words(OptionId id) {
    return ROWS[id].words;
}

/* --- values --- */

static bool set_whole(Options *options, const Row *row, const char *text, Error *err) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end || errno || (double)value < row->low || (double)value > row->high)
        return error_set(err, "--%s wants a whole number from %.0f to %.0f, not \"%s\".", row->words.name,
                         row->low, row->high, text);
    *(int *)((char *)options + row->offset) = (int)value;
    return true;
}

static bool set_real(Options *options, const Row *row, const char *text, Error *err) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || value < row->low || value > row->high)
        return error_set(err, "--%s wants a number from %g to %g, not \"%s\".", row->words.name, row->low,
                         row->high, text);
    *(double *)((char *)options + row->offset) = value;
    return true;
}

static bool set_seed(Options *options, const Row *row, const char *text, Error *err) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (end == text || *end || errno || strchr(text, '-'))
        return error_set(err, "--%s wants a whole number of at most 20 digits, not \"%s\".", row->words.name,
                         text);
    *(uint64_t *)((char *)options + row->offset) = value;
    return true;
}

static bool set_align(Options *options, const Row *row, const char *text, Error *err) {
    DocumentAlign *align = (DocumentAlign *)((char *)options + row->offset);
    return document_align_parse(align, text) ||
           error_set(err, "--%s is none, key or register, not \"%s\".", row->words.name, text);
}

static bool set_format(Options *options, const Row *row, const char *text, Error *err) {
    Format *format = (Format *)((char *)options + row->offset);
    return format_parse(format, text) ||
           error_set(err, "--%s is midi, abc, musicxml, mxl, wav or flac, not \"%s\".", row->words.name,
                     text);
}

static bool set_value(Options *options, const Row *row, const char *text, Error *err) {
    switch (row->kind) {
    case WHOLE:
        return set_whole(options, row, text, err);
    case REAL:
        return set_real(options, row, text, err);
    case SEED:
        return set_seed(options, row, text, err);
    case ALIGN:
        return set_align(options, row, text, err);
    case KIND:
        return set_format(options, row, text, err);
    case TEXT:
        *(const char **)((char *)options + row->offset) = text;
        return true;
    case FLAG:
    case LIST: /* take_list */
        break;
    }
    *(bool *)((char *)options + row->offset) = true;
    return true;
}

/* --- words --- */

static uint64_t allowed(const Verb *verb) {
    return verb->required | verb->optional | VERB_OPTION(HELP) | VERB_OPTION(VERSION);
}

/* The option that the verb takes under this name (or letter), or -1. length: of a name that may be followed
 * by "=". */
static int find_option(const Verb *verb, const char *name, size_t length, char letter) {
    for (int id = 0; id < OPTION_COUNT_ALL; id++) {
        const OptionWords *words = &ROWS[id].words;
        bool same = letter ? words->letter == letter
                           : strlen(words->name) == length && strncmp(words->name, name, length) == 0;
        if (same && allowed(verb) >> id & 1) return id;
    }
    return -1;
}

static bool is_option(const char *word) {
    return word[0] == '-' && word[1] != '\0';
}

static const char *verb_label(const Verb *verb) {
    return verb->name[0] ? verb->name : "the composer";
}

/* Takes the words up to the next option; they lie side by side in argv. */
static bool take_list(Options *options, const Row *row, int argc, char **argv, int *at, Error *err) {
    OptionsList *list = (OptionsList *)((char *)options + row->offset);
    if (list->count) return error_set(err, "--%s may be given once, with all its words.", row->words.name);
    list->word = (const char *const *)&argv[*at + 1];
    while (*at + 1 < argc && !is_option(argv[*at + 1])) list->count++, ++*at;
    return list->count > 0 || error_set(err, "--%s wants %s after it.", row->words.name, row->words.argument);
}

/* Reads the option at argv[*at] and its argument, leaving *at on the last word used. */
static bool take_option(Options *options, int argc, char **argv, int *at, Error *err) {
    const char *word = argv[*at], *value = NULL;
    int id;
    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        id = find_option(options->verb, word + 2, length, 0);
        if (word[2 + length] == '=') value = word + 2 + length + 1;
    } else {
        id = find_option(options->verb, NULL, 0, word[1]);
        if (word[2]) value = word + 2;
    }
    if (id < 0)
        return error_set(err, "There is no option \"%s\" for %s; see refrain help%s%s.", word,
                         verb_label(options->verb), options->verb->name[0] ? " " : "", options->verb->name);
    const Row *row = &ROWS[id];
    options->given |= UINT64_C(1) << id;
    if (row->kind == LIST && !value) return take_list(options, row, argc, argv, at, err);
    if (row->kind == LIST)
        return error_set(err, "--%s wants a blank before %s.", row->words.name, row->words.argument);
    if (row->kind == FLAG)
        return value ? error_set(err, "--%s takes no value.", row->words.name)
                     : set_value(options, row, NULL, err);
    if (!value && *at + 1 < argc) value = argv[++*at];
    if (!value) return error_set(err, "%s wants %s after it.", word, row->words.argument);
    return set_value(options, row, value, err);
}

static bool check_complete(const Options *options, Error *err) {
    const Verb *verb = options->verb;
    if (options->help || options->version) return true;
    const char *gap = verb->name[0] ? " " : "";
    if (options->operand_count < verb->least)
        return error_set(err, "%s wants %s; see refrain help%s%s.", verb_label(verb), verb->operands, gap,
                         verb->name);
    if (verb->most >= 0 && options->operand_count > verb->most)
        return error_set(err, "\"%s\" is one word too many for %s; see refrain help%s%s.",
                         options->operand[verb->most], verb_label(verb), gap, verb->name);
    for (int id = 0; id < OPTION_COUNT_ALL; id++)
        if (verb->required >> id & 1 && !options_given(options, (OptionId)id)) {
            const OptionWords *words = &ROWS[id].words;
            char letter[] = {words->letter, '\0'};
            return error_set(err, "%s wants %s%s %s: %s.", verb->name, words->letter ? "-" : "--",
                             words->letter ? letter : words->name, words->argument, words->help);
        }
    return true;
}

/* A bare word that is no file, and nearly a verb. */
static bool is_mistyped(const char *word) {
    return word[0] != '-' && !strpbrk(word, "./") && access(word, F_OK) != 0 && verbs_near(word);
}

bool options_parse(Options *options, int argc, char **argv, Error *err) {
    *options = (Options){.temperature = 1.0, .seed = 1};
    options->operand = calloc((size_t)argc + 1, sizeof *options->operand);
    if (!options->operand) return error_memory(err, "the options");
    options->verb = argc > 1 ? verbs_find(argv[1]) : NULL;
    if (!options->verb && argc > 1 && is_mistyped(argv[1]))
        return error_set(err, "There is no command and no file \"%s\"; the nearest command is %s.", argv[1],
                         verbs_near(argv[1])->name);
    int at = options->verb ? 2 : 1;
    if (!options->verb) options->verb = verbs_at(0);
    for (bool only_operands = false; at < argc; at++) {
        if (!only_operands && strcmp(argv[at], "--") == 0)
            only_operands = true;
        else if (only_operands || !is_option(argv[at]))
            options->operand[options->operand_count++] = argv[at];
        else if (!take_option(options, argc, argv, &at, err))
            return false;
    }
    return check_complete(options, err);
}

void options_settle(Options *options) {
    const Config *config = &options->config;
    const char *model = getenv("REFRAIN_MODEL"), *no_colour = getenv("NO_COLOR");
    if (!options->model && model && *model) options->model = model;
    options->no_colour = config->no_colour || (no_colour && *no_colour);
    options->ascii |= config->ascii;
    options->no_mouse |= config->no_mouse;
    if (!options->output && config->output[0]) options->output = config->output;
}

void options_deinit(Options *options) {
    free(options->operand);
    config_deinit(&options->config);
    *options = (Options){0};
}
