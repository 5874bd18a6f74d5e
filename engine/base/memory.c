#include "engine/base/memory.h"

#include <sys/mman.h>

bool memory_is_left(size_t bytes, const char *what, Error *err) {
    void *piece =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (piece == MAP_FAILED) return error_memory(err, what);
    munmap(piece, bytes);
    return true;
}
