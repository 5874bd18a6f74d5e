/* Temp: a folder of its own for a test that writes files, removed with everything in it at the end. */
#ifndef REFRAIN_TESTS_SUPPORT_TEMP_H
#define REFRAIN_TESTS_SUPPORT_TEMP_H

#include <stddef.h>

typedef struct {
    char folder[256];
} Temp;

void temp_open(Temp *temp); /* fails the test when no folder can be made */
void temp_close(Temp *temp);
/* folder/name in one of a few rotating buffers, valid for the next seven calls. */
const char *temp_path(const Temp *temp, const char *name);
/* Writes size bytes to folder/name and returns its path as temp_path does. */
const char *temp_write(const Temp *temp, const char *name, const void *bytes, size_t size);

#endif
