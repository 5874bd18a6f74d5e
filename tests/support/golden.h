/* Golden files: expected texts under tests/data/golden/. REFRAIN_GOLDEN=write makes them anew, to be read before they are
 * committed. */
#ifndef REFRAIN_TESTS_SUPPORT_GOLDEN_H
#define REFRAIN_TESTS_SUPPORT_GOLDEN_H

/* Fails the test, showing the first line that differs, when text is not tests/data/golden/name. */
void golden_check(const char *name, const char *text);

#endif
