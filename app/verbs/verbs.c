#include "app/verbs/verbs.h"

#include <stdbool.h>
#include <string.h>

#include "engine/base/number.h"

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

/* Letters to add, drop, replace or swap with the next one (Damerau 1964, optimal string alignment). */
static int distance(const char *a, const char *b) {
    enum { LENGTH = 16 };
    int row[LENGTH + 1][LENGTH + 1];
    const int m = (int)strnlen(a, LENGTH), n = (int)strnlen(b, LENGTH);
    for (int i = 0; i <= m; i++) row[i][0] = i;
    for (int j = 0; j <= n; j++) row[0][j] = j;
    for (int i = 1; i <= m; i++)
        for (int j = 1; j <= n; j++) {
            row[i][j] = number_min(row[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                                   number_min(row[i - 1][j], row[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i][j] = number_min(row[i][j], row[i - 2][j - 2] + 1);
        }
    return row[m][n];
}

const Verb *verbs_near(const char *word) {
    enum { PREFIX = 3 };
    const size_t length = strlen(word);
    const Verb *best = NULL;
    int least = length < 5 ? 2 : 3; /* one wrong letter of few, two of many */
    for (int i = 1; i < verbs_count(); i++) {
        const bool begins = length >= PREFIX && strncmp(word, VERBS[i].name, length) == 0;
        const int away = begins ? 1 : distance(word, VERBS[i].name);
        if (away >= least) continue;
        least = away;
        best = &VERBS[i];
    }
    return best;
}
