/* The front door: reads the options and runs one verb. */
#include <signal.h>
#include <stdlib.h>

#include "app/cli/console.h"
#include "app/cli/blas_core.h"
#include "app/cli/manual.h"
#include "app/cli/paths.h"
#include "app/cli/options.h"

static void load_config(Options *options) {
    char *path = paths_config("config");
    Error err = {0};
    if (path && !config_load(&options->config, path, &err)) {
        if (options->verb == verbs_at(0))
            config_warn(&options->config, err.text); /* among the composer's messages */
        else
            console_complain(err.text);
    }
    free(path);
}

static int run(Options *options, int argc, char **argv) {
    Error err = {0};
    if (!options_parse(options, argc, argv, &err)) {
        console_complain(err.text);
        return VERB_USAGE;
    }
    if (options->version) {
        console_print("refrain %s", REFRAIN_VERSION);
        return VERB_OK;
    }
    if (options->help) {
        if (options->verb == verbs_at(0))
            manual_print_overview(stdout);
        else
            manual_print_verb(stdout, options->verb);
        return VERB_OK;
    }
    console_set_quiet(options->quiet);
    load_config(options);
    options_settle(options);
    if (console_is_stream(options->out) || console_is_stream(options->svg)) console_give_output();
    return options->verb->run(options);
}

int main(int argc, char **argv) {
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error like any other, and becomes a sentence */
    console_open();
    blas_core_settle(argv);
    Options options;
    int status = run(&options, argc, argv);
    options_deinit(&options);
    if (console_close() || status != VERB_OK) return status;
    console_say("refrain: The output could not be written: the disk is full, or nobody reads.");
    return VERB_FAILED;
}
