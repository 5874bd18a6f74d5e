/* The front door: reads the options and runs one verb. */
#include <stdio.h>
#include <stdlib.h>

#include "app/cli/blas_core.h"
#include "app/cli/manual.h"
#include "app/cli/paths.h"
#include "app/verbs/verbs.h"

static void load_config(Options *options) {
    char *path = paths_config("config");
    Error err = {0};
    if (path && !config_load(&options->config, path, &err)) fprintf(stderr, "refrain: %s\n", err.text);
    free(path);
}

static int run(Options *options, int argc, char **argv) {
    Error err = {0};
    if (!options_parse(options, argc, argv, &err)) {
        fprintf(stderr, "refrain: %s\n", err.text);
        return VERB_USAGE;
    }
    if (options->version) {
        printf("refrain %s\n", REFRAIN_VERSION);
        return VERB_OK;
    }
    if (options->help) {
        if (options->verb == verbs_at(0))
            manual_print_overview(stdout);
        else
            manual_print_verb(stdout, options->verb);
        return VERB_OK;
    }
    load_config(options);
    options_settle(options);
    return options->verb->run(options);
}

int main(int argc, char **argv) {
    blas_core_settle(argv);
    Options options;
    int status = run(&options, argc, argv);
    options_deinit(&options);
    if (fflush(stdout) != 0 && status == VERB_OK) {
        fprintf(stderr, "refrain: the output could not be written.\n");
        status = VERB_FAILED;
    }
    return status;
}
