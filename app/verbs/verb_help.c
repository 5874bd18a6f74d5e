#include "app/cli/options.h"
#include "app/cli/completion.h"
#include "app/cli/console.h"
#include "app/cli/manual.h"

int verb_help(const Options *options) {
    if (options->keys) {
        manual_print_keys(stdout);
        return VERB_OK;
    }
    if (options->man) {
        manual_print_page(stdout);
        return VERB_OK;
    }
    if (options->completion) {
        if (completion_print(stdout, options->completion)) return VERB_OK;
        console_say("refrain: --completion is bash or zsh, not \"%s\".", options->completion);
        return VERB_USAGE;
    }
    if (options->operand_count == 0) {
        manual_print_overview(stdout);
        return VERB_OK;
    }
    const Verb *verb = verbs_find(options->operand[0]);
    if (!verb) {
        const Verb *near = verbs_near(options->operand[0]);
        console_say("refrain: There is no command \"%s\"; %s%s.", options->operand[0],
                    near ? "the nearest is " : "refrain --help lists them", near ? near->name : "");
        return VERB_USAGE;
    }
    manual_print_verb(stdout, verb);
    return VERB_OK;
}
