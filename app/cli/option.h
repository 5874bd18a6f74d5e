/* Option: the names of all options (options.def), for the tables that say who takes which. */
#ifndef REFRAIN_APP_CLI_OPTION_H
#define REFRAIN_APP_CLI_OPTION_H

typedef enum {
#define OPTION(id, member, kind, letter, name, argument, low, high, help) OPTION_##id,
#include "app/cli/options.def"
#undef OPTION
    OPTION_COUNT_ALL,
} OptionId;

#endif
