/* compare CAPTURED [EXPECTED]: is what was captured whole, and in time?
 *
 * Always: for every channel and pitch note-ons and note-offs alternate and nothing sounds at the end. With EXPECTED (one
 * onset a line: microseconds pitch): the notes are the expected ones, and the deviations of the times between
 * successive onsets stay below 0.5 ms at the median and 2 ms at the 95th percentile. Intervals with an onset that fell
 * into a standstill of the whole machine (see capture) are left out and counted; with more than half of them left out
 * nothing has been measured. Prints one line; exit 1 = no. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ONSETS = 4096,
    STALLS = 4096,
    AFTER_STALL_US = 1500,
    P50_LIMIT_US = 500,
    P95_LIMIT_US = 2000,
    CLICK_CHANNEL = 9
};

typedef struct {
    long long time_us;
    int pitch;
} Onset;

typedef struct {
    Onset onset[ONSETS]; /* of the melody */
    int onsets, ons, offs, sounding, doubled;
    struct {
        long long from_us, to_us;
    } stall[STALLS];
    int stalls;
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
        if (capture->stalls < STALLS &&
            sscanf(line, "stall %lld %lld", &capture->stall[capture->stalls].from_us,
                   &capture->stall[capture->stalls].to_us) == 2)
            capture->stalls++;
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

static bool stood_still(const Capture *capture, long long time_us) {
    for (int i = 0; i < capture->stalls; i++) {
        if (time_us >= capture->stall[i].from_us && time_us <= capture->stall[i].to_us + AFTER_STALL_US)
            return true;
    }
    return false;
}

static int by_size(const void *a, const void *b) {
    long long left = *(const long long *)a, right = *(const long long *)b;
    return (left > right) - (left < right);
}

static bool compare_times(const Capture *capture, const char *path) {
    static Onset expected[ONSETS];
    static long long deviation_us[ONSETS];
    FILE *file = fopen(path, "r");
    int count = 0, wrong = 0, kept = 0;
    if (!file) return false;
    while (count < ONSETS && fscanf(file, "%lld %d", &expected[count].time_us, &expected[count].pitch) == 2)
        count++;
    fclose(file);
    for (int i = 0; i < count && i < capture->onsets; i++) {
        const Onset *heard = &capture->onset[i];
        wrong += heard->pitch != expected[i].pitch;
        if (i == 0 || stood_still(capture, heard[-1].time_us) || stood_still(capture, heard->time_us))
            continue;
        long long expected_us = expected[i].time_us - expected[i - 1].time_us;
        deviation_us[kept++] = llabs(heard->time_us - heard[-1].time_us - expected_us);
    }
    if (count < 2 || count != capture->onsets || wrong) {
        printf(", expected %d notes, got %d, %d of them wrong", count, capture->onsets, wrong);
        return false;
    }
    if (2 * kept < count) {
        printf(", nothing measured: the machine stood still too often");
        return false;
    }
    qsort(deviation_us, (size_t)kept, sizeof *deviation_us, by_size);
    long long p50_us = deviation_us[kept / 2], p95_us = deviation_us[kept * 95 / 100];
    printf(", inter-onset deviation p50 %.3f ms, p95 %.3f ms, largest %.3f ms, %d of %d left out",
           1e-3 * (double)p50_us, 1e-3 * (double)p95_us, 1e-3 * (double)deviation_us[kept - 1],
           count - 1 - kept, count - 1);
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
