#include "app/verbs/verbs.h"

#include <string.h>

static const Verb VERBS[] = {
#define VERB(...) {__VA_ARGS__},
#include "app/verbs/verbs.def"
#undef VERB
};

int verbs_count(void) {
    return (int)(sizeof VERBS / sizeof *VERBS);
}

const Verb *verbs_at(int index) {
    return &VERBS[index];
}

const Verb *verbs_find(const char *name) {
    for (int i = 1; i < verbs_count(); i++)
        if (strcmp(VERBS[i].name, name) == 0) return &VERBS[i];
    return NULL;
}
