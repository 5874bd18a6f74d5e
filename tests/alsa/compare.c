/* compare CAPTURED [EXPECTED]: is what was captured whole, and in time?
 *
 * Always: for every channel and pitch note-ons and note-offs alternate and nothing sounds at the end. With EXPECTED (one
 * onset a line: microseconds pitch): the notes are the expected ones, and the deviations of the times between
 * successive onsets stay below 0.5 ms at the median and 2 ms at the 95th percentile. Prints one line; exit 1 = no. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ONSETS = 4096, P50_LIMIT_US = 500, P95_LIMIT_US = 2000, CLICK_CHANNEL = 9 };

typedef struct {
    long long time_us;
    int pitch;
} Onset;

typedef struct {
    Onset onset[ONSETS]; /* of the melody */
    int onsets, ons, offs, sounding, doubled;
} Capture;

static bool read_capture(Capture *capture, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) return false;
    static bool sounds[16][128];
    char line[128];
    while (fgets(line, sizeof line, file)) {
        long long time_us;
        unsigned status;
        int data1, data2;
        if (sscanf(line, "%lld %x %d %d", &time_us, &status, &data1, &data2) != 4) continue;
        if ((status & 0xF0) != 0x90 && (status & 0xF0) != 0x80) continue;
        bool on = (status & 0xF0) == 0x90, *sound = &sounds[status & 15][data1 & 127];
        capture->doubled += *sound == on;
        capture->ons += on;
        capture->offs += !on;
        capture->sounding += on - !on;
        *sound = on;
        if (on && (status & 15) != CLICK_CHANNEL && capture->onsets < ONSETS)
            capture->onset[capture->onsets++] = (Onset){time_us, data1};
    }
    fclose(file);
    return true;
}

static int by_size(const void *a, const void *b) {
    long long left = *(const long long *)a, right = *(const long long *)b;
    return (left > right) - (left < right);
}

static bool compare_times(const Capture *capture, const char *path) {
    static Onset expected[ONSETS];
    static long long deviation_us[ONSETS];
    FILE *file = fopen(path, "r");
    int count = 0, wrong = 0;
    if (!file) return false;
    while (count < ONSETS && fscanf(file, "%lld %d", &expected[count].time_us, &expected[count].pitch) == 2)
        count++;
    fclose(file);
    for (int i = 0; i < count && i < capture->onsets; i++) {
        wrong += capture->onset[i].pitch != expected[i].pitch;
        if (i == 0) continue;
        long long heard_us = capture->onset[i].time_us - capture->onset[i - 1].time_us;
        deviation_us[i - 1] = llabs(heard_us - (expected[i].time_us - expected[i - 1].time_us));
    }
    if (count < 2 || count != capture->onsets || wrong) {
        printf(", expected %d notes, got %d, %d of them wrong", count, capture->onsets, wrong);
        return false;
    }
    qsort(deviation_us, (size_t)count - 1, sizeof *deviation_us, by_size);
    long long p50_us = deviation_us[(count - 1) / 2], p95_us = deviation_us[(count - 1) * 95 / 100];
    printf(", inter-onset deviation p50 %.3f ms, p95 %.3f ms, largest %.3f ms", 1e-3 * (double)p50_us,
           1e-3 * (double)p95_us, 1e-3 * (double)deviation_us[count - 2]);
    return p50_us < P50_LIMIT_US && p95_us < P95_LIMIT_US;
}

int main(int count, char **argument) {
    static Capture capture;
    if (count < 2 || !read_capture(&capture, argument[1]))
        return fputs("usage: compare CAPTURED [EXPECTED]\n", stderr), 2;
    printf("%d on, %d off, %d hanging, %d doubled", capture.ons, capture.offs, capture.sounding,
           capture.doubled);
    bool good = capture.ons > 0 && capture.sounding == 0 && capture.doubled == 0;
    if (count > 2) good = compare_times(&capture, argument[2]) && good;
    printf(": %s\n", good ? "ok" : "FAILED");
    return good ? 0 : 1;
}
