/* Check: cmocka with the headers that it wants before itself, and checks for what refrain's functions return. */
#ifndef REFRAIN_TESTS_SUPPORT_CHECK_H
#define REFRAIN_TESTS_SUPPORT_CHECK_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <ctype.h>
#include <string.h>

#include "engine/base/error.h"

/* A call that must succeed; its sentence is printed when it does not: check_ok(file_read(.., &err), &err). */
#define check_ok(call, err)                                         \
    do {                                                            \
        (err)->text[0] = '\0';                                      \
        if (!(call)) fail_msg("%s failed: %s", #call, (err)->text); \
    } while (0)

/* A call that must fail and say why: several words on one line. */
#define check_refused(call, err)                                                                       \
    do {                                                                                               \
        (err)->text[0] = '\0';                                                                         \
        if (call) fail_msg("%s was accepted", #call);                                                  \
        if (!check_is_sentence((err)->text)) fail_msg("%s: not a sentence: '%s'", #call, (err)->text); \
    } while (0)

static inline bool check_is_sentence(const char *text) {
    return strlen(text) >= 8 && strchr(text, ' ') && !strchr(text, '\n') && !isspace((unsigned char)text[0]);
}

#endif
