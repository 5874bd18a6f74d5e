/* From key to screen: the composer in a pseudo terminal, keys in, the time until it answers with a redraw out.
 *
 * Prints the time to the first screen, key to redraw (still, with the engine at work, while music plays), swap to result,
 * and the processor time of an idle composer. Figures, no verdicts: run it on a quiet machine. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "midi_io/smf_write.h"

enum { KEYS = 300, BYTES = 1 << 16 };

typedef struct {
    int terminal;
    pid_t child;
    char folder[64];
    char song[96]; /* what is opened */
} Composer;

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* In the child: the slave is the controlling terminal, refrain runs in it. */
static void run_refrain(const char *slave, const char *program, const char *song) {
    setsid();
    int tty = open(slave, O_RDWR);
    dup2(tty, 0);
    dup2(tty, 1);
    dup2(tty, 2);
    execl(program, program, song, "assets/demo/twinkle.mid", "--output", "silent", (char *)NULL);
    _exit(127);
}

/* Sixteen tracks of sixteen bars of eighths. */
static bool write_tracks(const char *path) {
    enum { TRACKS = 16, NOTES = 128, EIGHTH = TIMELINE_DIVISION / 2 };
    Score score = {0};
    Error err = {{0}};
    unsigned char *bytes = NULL;
    size_t size = 0;
    bool ok = true;
    for (int t = 0; ok && t < TRACKS; t++) {
        Track *track = track_new(&err);
        if (track) track->channel = (uint8_t)t;
        for (int i = 0; track && i < NOTES; i++)
            track_insert(track, (Note){EIGHTH * i, EIGHTH, (uint8_t)(40 + 2 * t + i * 5 % 12), 80}, NULL);
        ok = track && score_add_track(&score, track, &err);
    }
    ok = ok && score_add_voice(&score, TRACKS - 1, &err) &&
         smf_write(&score, (Key){0}, NULL, &bytes, &size, &err) && file_save(path, bytes, size, &err);
    if (!ok) fprintf(stderr, "bench_screen: %s\n", err.text);
    free(bytes);
    score_deinit(&score);
    return ok;
}

/* song: null = sixteen tracks. */
static bool composer_start(Composer *composer, const char *program, const char *song) {
    struct winsize size = {.ws_col = 80, .ws_row = 24};
    strcpy(composer->folder, "/tmp/refrain-bench-XXXXXX");
    composer->terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (composer->terminal < 0 || grantpt(composer->terminal) || unlockpt(composer->terminal) ||
        !mkdtemp(composer->folder))
        return false;
    ioctl(composer->terminal, TIOCSWINSZ, &size);
    snprintf(composer->song, sizeof composer->song, "%s", song ? song : composer->folder);
    if (!song) strncat(composer->song, "/tracks.mid", sizeof composer->song - strlen(composer->song) - 1);
    if (!song && !write_tracks(composer->song)) return false;
    setenv("TERM", "xterm-256color", 1);
    setenv("XDG_STATE_HOME", composer->folder, 1);
    setenv("XDG_CONFIG_HOME", composer->folder, 1);
    char slave[64];
    if (ptsname_r(composer->terminal, slave, sizeof slave) != 0) return false;
    composer->child = fork();
    if (composer->child == 0) run_refrain(slave, program, composer->song);
    return composer->child > 0;
}

/* What comes within wait_ms of silence, at most BYTES; the time of its first and last byte. */
typedef struct {
    char text[BYTES];
    size_t size;
    double first_ms, last_ms;
} Output;

static void gather(Composer *composer, Output *output, int first_wait_ms, int silence_ms) {
    output->size = 0;
    struct pollfd ready = {.fd = composer->terminal, .events = POLLIN};
    while (output->size + 1 < BYTES && poll(&ready, 1, output->size ? silence_ms : first_wait_ms) > 0) {
        ssize_t size = read(composer->terminal, output->text + output->size, BYTES - 1 - output->size);
        if (size <= 0) break;
        output->last_ms = now_ms();
        if (output->size == 0) output->first_ms = output->last_ms;
        output->size += (size_t)size;
    }
    output->text[output->size] = '\0';
}

static void press(Composer *composer, const char *keys) {
    ssize_t written = write(composer->terminal, keys, strlen(keys));
    (void)written;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, double *ms, int count) {
    qsort(ms, (size_t)count, sizeof *ms, by_size);
    printf("%-46s p50 %6.2f  p95 %6.2f  p99 %6.2f ms\n", name, ms[count / 2], ms[count * 95 / 100],
           ms[count * 99 / 100]);
}

/* Keys of which each changes the picture. */
static void bench_keys(Composer *composer, const char *name, const char *keys) {
    static double ms[KEYS];
    static Output output;
    size_t length = strlen(keys);
    for (int i = 0; i < KEYS; i++) {
        char key[2] = {keys[(size_t)i % length], '\0'};
        double begin = now_ms();
        press(composer, key);
        gather(composer, &output, 1000, 3);
        ms[i] = output.size ? output.first_ms - begin : 1000;
    }
    print_times(name, ms, KEYS);
}

/* While the song plays something is always drawn: a letter typed at the prompt is waited for by itself. */
static void bench_playing(Composer *composer, const char *name) {
    static double ms[KEYS];
    static Output output;
    press(composer, "g");
    for (int i = 0; i < KEYS; i++) {
        if (i % 40 == 0) {
            press(composer, "\033");
            gather(composer, &output, 200, 100);
            press(composer, "ss:"); /* the engine gets work, too */
            gather(composer, &output, 200, 10);
        }
        double begin = now_ms();
        press(composer, "~");
        do gather(composer, &output, 1000, 0);
        while (output.size && !strchr(output.text, '~'));
        ms[i] = output.size ? output.last_ms - begin : 1000;
    }
    print_times(name, ms, KEYS);
    press(composer, "\033");
    gather(composer, &output, 200, 100);
    press(composer, ".");
}

static void bench_swap(Composer *composer) {
    enum { SWAPS = 40 };
    static double ms[SWAPS];
    static Output output;
    press(composer, "04");
    gather(composer, &output, 1000, 500);
    for (int i = 0; i < SWAPS; i++) {
        double begin = now_ms();
        press(composer, "s");
        gather(composer, &output, 1000, 300);
        ms[i] = output.last_ms - begin;
    }
    print_times("swap to the last change that it causes", ms, SWAPS);
}

static void bench_idle(Composer *composer) {
    struct timespec second = {.tv_sec = 2};
    char path[64], text[512];
    long used[2] = {0};
    static Output output;
    gather(composer, &output, 500, 500);
    for (int i = 0; i < 2; i++) {
        long user = 0, system = 0;
        snprintf(path, sizeof path, "/proc/%d/stat", (int)composer->child);
        FILE *file = fopen(path, "r");
        if (file && fgets(text, sizeof text, file))
            sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
                   &system);
        if (file) fclose(file);
        used[i] = user + system;
        if (i == 0) nanosleep(&second, NULL);
    }
    printf("%-46s %ld ticks of %ld in 2 s\n", "idle", used[1] - used[0], 2 * sysconf(_SC_CLK_TCK));
}

static void composer_stop(Composer *composer) {
    char command[128];
    static Output output;
    press(composer, "\033"); /* by itself: with what follows at once it would be another key */
    gather(composer, &output, 200, 100);
    press(composer, ":q!\r");
    waitpid(composer->child, NULL, 0);
    close(composer->terminal);
    snprintf(command, sizeof command, "rm -rf %s", composer->folder);
    if (system(command) != 0) fprintf(stderr, "left %s behind\n", composer->folder);
}

int main(int argc, char **argv) {
    (void)argc;
    char program[4096];
    const char *slash = strrchr(argv[0], '/');
    snprintf(program, sizeof program, "%.*s/../refrain", slash ? (int)(slash - argv[0]) : 1,
             slash ? argv[0] : ".");
    Composer composer;
    static Output output;
    double begin = now_ms();
    if (!composer_start(&composer, program, "assets/demo/frere-jacques.mid")) {
        fprintf(stderr, "bench_screen: no pseudo terminal can be had\n");
        return 1;
    }
    do gather(&composer, &output, 5000, 0);
    while (output.size && !strstr(output.text, "[1 original]"));
    printf("%-46s %6.0f ms\n", "first screen", output.last_ms - begin);
    gather(&composer, &output, 1000, 700);
    bench_keys(&composer, "key to screen, still", "lh");
    bench_keys(&composer, "key to screen, the engine at work", "s");
    bench_playing(&composer, "key to screen, playing and thinking");
    bench_swap(&composer);
    bench_idle(&composer);
    composer_stop(&composer);
    if (!composer_start(&composer, program, NULL)) return 1;
    gather(&composer, &output, 3000, 1500);
    bench_playing(&composer, "key to screen, playing 16 tracks and thinking");
    composer_stop(&composer);
    return 0;
}
