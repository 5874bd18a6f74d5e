/* listen PCM READY EXPECTED: records from an ALSA capture device until SIGTERM and says whether the notes are heard in time.
 *
 * READY is a file that appears when nothing can be missed any more. EXPECTED has one onset a line, as play_driver writes
 * it: microseconds pitch. Prints one line with the deviations of the times between successive onsets; exit 1 when notes
 * are missing or the deviations are above 3 ms at the median or 10 ms at the 95th percentile. */
#include <alsa/asoundlib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/onsets.h"

enum { RATE = 44100, SECONDS = 60, BLOCK = 1024, ONSETS = 4096, P50_LIMIT_US = 3000, P95_LIMIT_US = 10000 };

static volatile sig_atomic_t stopped;

static void stop(int number) {
    (void)number;
    stopped = 1;
}

static bool record(Sound *sound, const char *device, const char *ready) {
    snd_pcm_t *pcm;
    if (snd_pcm_open(&pcm, device, SND_PCM_STREAM_CAPTURE, 0) < 0) return false;
    int refused =
        snd_pcm_set_params(pcm, SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED, 2, RATE, 0, 500000);
    if (refused || snd_pcm_start(pcm) < 0) return false;
    FILE *file = fopen(ready, "w");
    if (file) fclose(file);
    int16_t block[2 * BLOCK];
    while (!stopped && sound->frames + BLOCK <= SECONDS * RATE) {
        snd_pcm_sframes_t got = snd_pcm_readi(pcm, block, BLOCK);
        if (got < 0 && snd_pcm_recover(pcm, (int)got, 1) < 0) break;
        for (snd_pcm_sframes_t i = 0; i < got; i++)
            sound->sample[sound->frames++] = (float)(block[2 * i] + block[2 * i + 1]) / 65536.0F;
    }
    snd_pcm_close(pcm);
    return true;
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool compare(const Sound *sound, const char *path) {
    static int64_t heard_us[ONSETS], deviation_us[ONSETS];
    static long long expected_us[ONSETS];
    FILE *file = fopen(path, "r");
    int count = 0, pitch, heard = onsets_find(sound, heard_us, ONSETS);
    while (file && count < ONSETS && fscanf(file, "%lld %d", &expected_us[count], &pitch) == 2) count++;
    if (file) fclose(file);
    printf("%d of %d notes heard", heard, count);
    if (count < 2 || heard != count) return false;
    for (int i = 1; i < count; i++)
        deviation_us[i - 1] = llabs(heard_us[i] - heard_us[i - 1] - (expected_us[i] - expected_us[i - 1]));
    qsort(deviation_us, (size_t)count - 1, sizeof *deviation_us, by_size);
    int64_t p50_us = deviation_us[(count - 1) / 2], p95_us = deviation_us[(count - 1) * 95 / 100];
    printf(", inter-onset deviation p50 %.1f ms, p95 %.1f ms", 1e-3 * (double)p50_us, 1e-3 * (double)p95_us);
    return p50_us < P50_LIMIT_US && p95_us < P95_LIMIT_US;
}

int main(int count, char **argument) {
    Sound sound = {calloc((size_t)SECONDS * RATE, sizeof(float)), 0, RATE};
    if (count != 4 || !sound.sample) return fputs("usage: listen PCM READY EXPECTED\n", stderr), 2;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    if (!record(&sound, argument[1], argument[2]))
        return printf("%s cannot be recorded from\n", argument[1]), 1;
    bool good = compare(&sound, argument[3]);
    printf(": %s\n", good ? "ok" : "FAILED");
    free(sound.sample);
    return good ? 0 : 1;
}
