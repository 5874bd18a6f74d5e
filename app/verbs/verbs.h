/* Verbs: what refrain can be asked to do from the command line, as one table (verbs.def).
 *
 * A verb's function runs it and returns the exit status; it prints results on stdout, and one sentence on
 * stderr when it fails. */
#ifndef REFRAIN_APP_VERBS_VERBS_H
#define REFRAIN_APP_VERBS_VERBS_H

#include <stdint.h>

#include "app/cli/option.h"

enum { VERB_OK = 0, VERB_FAILED = 1, VERB_USAGE = 2 };

typedef struct Options Options; /* app/cli/options.h */

#define VERB_OPTION(id) (UINT64_C(1) << OPTION_##id)

typedef struct Verb {
    int (*run)(const Options *options);
    const char *name; /* empty: the composer */
    int least, most;  /* operands; most -1 = any number */
    const char *operands;
    uint64_t required, optional; /* options, as bits */
    const char *summary, *description;
} Verb;

int verbs_count(void);
const Verb *verbs_at(int index);          /* 0 is the composer */
const Verb *verbs_find(const char *name); /* null when there is none */
/* The one that was probably meant by a word that names none: a letter or two are wrong, or it stops early; null where none is near. */
const Verb *verbs_near(const char *word);

#define VERB(function, ...) int function(const Options *options);
#include "app/verbs/verbs.def"
#undef VERB

#endif
