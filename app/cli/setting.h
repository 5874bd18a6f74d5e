/* Setting: stores one choice in the user's config file (config.h), leaving every other line and comment as it is. */
#ifndef REFRAIN_APP_CLI_SETTING_H
#define REFRAIN_APP_CLI_SETTING_H

#include "engine/base/error.h"

/* "name = value" in [section]; the section, the file and its folder are made if need be. Atomic, and
 * under a lock: what another refrain stores meanwhile stays. Any thread. */
bool setting_store(const char *path, const char *section, const char *name, const char *value, Error *err);

#endif
