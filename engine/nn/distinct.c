#include "engine/nn/distinct.h"

#include <stdlib.h>
#include <string.h>

/* A power of two, at least twice as many as rows: half of the table stays free. */
static int table_size(int rows) {
    int size = 2;
    while (size < 2 * rows) size *= 2;
    return size;
}

bool distinct_init(Distinct *d, int rows, Error *err) {
    const size_t count = (size_t)rows;
    *d = (Distinct){.block = malloc(sizeof(int) * (3 * count + (size_t)table_size(rows)))};
    if (!d->block) return error_memory(err, "the list of distinct slots");
    d->of = d->block;
    d->first = d->of + count;
    d->times = d->first + count;
    d->table = d->times + count;
    return true;
}

void distinct_deinit(Distinct *d) {
    free(d->block);
    *d = (Distinct){0};
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash(const uint8_t *bytes, int width) {
    uint32_t h = 2166136261u;
    for (int i = 0; i < width; i++) h = (h ^ bytes[i]) * 16777619u;
    return h ^ h >> 15;
}

void distinct_find(Distinct *d, const uint8_t *bytes, int rows, int width) {
    const int size = table_size(rows);
    memset(d->table, -1, sizeof(int) * (size_t)size);
    d->count = 0;
    for (int r = 0; r < rows; r++) {
        const uint8_t *row = bytes + (long)r * width;
        int at = (int)(hash(row, width) & (uint32_t)(size - 1));
        while (d->table[at] >= 0 &&
               memcmp(bytes + (long)d->first[d->table[at]] * width, row, (size_t)width) != 0)
            at = (at + 1) & (size - 1);
        if (d->table[at] < 0) {
            d->table[at] = d->count;
            d->first[d->count++] = r;
        }
        d->of[r] = d->table[at];
    }
}

int distinct_tally(Distinct *d, int rows) {
    int count = 0;
    for (int r = 0; r < rows; r++) {
        if (d->of[r] == count) d->times[count++] = 0;
        d->times[d->of[r]]++;
    }
    return count;
}
