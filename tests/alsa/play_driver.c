/* play_driver onsets FILE.mid EXPECTED: writes the onsets of a MIDI file as compare wants them.
 *
 * play_driver SCENARIO OUTPUT [EXPECTED]: plays to a MIDI port through the player, as the program does, while a thread uses
 * all the processor it can get, and ends in the way that the scenario names:
 *
 *     steady            the whole song, note after note; writes its onsets to EXPECTED
 *     stop pause panic  in the middle of a note
 *     again switch loop often, then stop
 *     quit              player_free in the middle of a note
 *     term int hup      the signal, handled by ending in an orderly way
 *     segv              a crash: the handler asks the player for silence and dies of the signal
 *     gone              plays on until the device is lost, and says so
 *     replug            begins on "Midi Through", then goes over to a device that was not there before
 *     clock             sends MIDI clock for the whole song */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/outputs.h"
#include "midi_io/player.h"
#include "midi_io/ports.h"
#include "midi_io/score_file.h"

enum {
    BAR = 4 * TIMELINE_DIVISION,
    STEP = BAR / 16,
    QUARTER_US = 434783,
    NOTES = 96,
    GONE_LIMIT_MS = 8000,
    SIDE = 128
};

static Player *player;
static volatile sig_atomic_t asked_to_end;
static atomic_bool work_is_over;

/* The heavy thread: what a model's matrix products do to a processor. It rests for one millisecond in ten: a guest that
 * has been given real-time priority on its host would be held up for long at full load. */
static void *heavy_work(void *unused) {
    (void)unused;
    static float a[SIDE * SIDE], b[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) a[i] = (float)(i % 7) * 0.1F, b[i] = (float)(i % 5) * 0.1F;
    int64_t rested_us = clock_monotonic_us();
    for (int row = 0; !atomic_load(&work_is_over); row = (row + 1) % SIDE) {
        for (int i = 0; i < SIDE; i++) {
            float sum = 0;
            for (int k = 0; k < SIDE; k++) sum += a[row * SIDE + k] * b[k * SIDE + i];
            a[row * SIDE + i] = sum * 1e-3F;
        }
        if (clock_monotonic_us() - rested_us < 9000) continue;
        poll(NULL, 0, 1);
        rested_us = clock_monotonic_us();
    }
    return NULL;
}

static void end_orderly(int number) {
    (void)number;
    asked_to_end = 1;
}

static void die_silently(int number) {
    player_emergency_stop(player);
    signal(number, SIG_DFL);
    raise(number);
}

/* Sixteenths, legato and staccato by turns, at a tempo without whole milliseconds. */
static void compose(Track *melody, int transposition) {
    *melody = (Track){.program = 115}; /* a wood block: where it can be heard, its onsets are plain */
    for (int i = 0; i < NOTES; i++) {
        int length = i % 3 == 0 ? STEP : STEP / 2;
        Note note = {i * STEP, length, (uint8_t)(60 + transposition + i * 5 % 24), 90};
        track_insert(melody, note, NULL);
    }
}

static Schedule *schedule_of(const Track *melody, int32_t quarter_us, ScheduleOptions options) {
    Error err = {""};
    Timeline *timeline = timeline_plain(0, quarter_us, (Meter){0}, &err);
    Schedule *schedule = timeline ? schedule_of_track(timeline, melody, &options, &err) : NULL;
    timeline_unref(timeline);
    if (!schedule) fprintf(stderr, "%s\n", err.text), exit(1);
    return schedule;
}

static void wait_ms(int ms) {
    poll(NULL, 0, ms);
}

static void wait_for_end(void) {
    do poll(&(struct pollfd){.fd = player_wake_fd(player), .events = POLLIN}, 1, 1000);
    while (!player_collect(player, NULL) && player_position(player).playing);
}

static void write_onsets(const Schedule *schedule, const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) exit(2);
    for (int i = 0; i < schedule->count; i++) {
        if ((schedule->event[i].status & 0xF0) != 0x90 ||
            (schedule->event[i].status & 15) == SCHEDULE_CLICK_CHANNEL)
            continue;
        fprintf(file, "%lld %d\n", (long long)schedule->event[i].time_us, schedule->event[i].data1);
    }
    fclose(file);
}

static void switch_often(const Track *first, const Track *second) {
    for (int i = 0; i < 24; i++) {
        const ScheduleOptions options = {.metronome = i % 3 == 0};
        player_switch(player, schedule_of(i % 2 ? second : first, 300000 + i * 10000, options));
        wait_ms(40 + 7 * (i % 5));
    }
}

static int play_until_gone(void) {
    Error event = {""};
    for (int waited_ms = 0; waited_ms < GONE_LIMIT_MS; waited_ms += 100) {
        poll(&(struct pollfd){.fd = player_wake_fd(player), .events = POLLIN}, 1, 100);
        if (player_collect(player, &event)) return puts(event.text), 0;
    }
    puts("the loss of the device was not noticed");
    return 1;
}

/* Waits for a port of that name, which was not there when PortMidi was started, and goes over to it. */
static int move_to(const char *name) {
    for (int waited_ms = 0; waited_ms < GONE_LIMIT_MS; waited_ms += 50, wait_ms(50)) {
        MidiDevice *devices;
        int count = ports_list(&devices);
        bool there = false;
        for (int i = 0; i < count; i++) there |= strcmp(devices[i].name, name) == 0;
        free(devices);
        if (!there) continue;
        Error note = {""};
        player_set_output(player, output_null_new()); /* the old one is closed before the new one is sought */
        while (player_is_replacing(player)) player_collect(player, NULL);
        bool moved = player_set_output(player, outputs_open(name, &note)) &&
                     strcmp(player_output_name(player), name) == 0;
        wait_ms(1000);
        return puts(moved ? "went over while playing" : note.text),
               !(moved && player_position(player).playing);
    }
    return puts("the new device was not seen"), 1;
}

static int run(const char *scenario, const char *expected) {
    Track song, other;
    compose(&song, 0);
    compose(&other, 7);
    bool loop = strcmp(scenario, "loop") == 0;
    ScheduleOptions options = {.metronome = true, .loop_end = loop ? BAR / 4 : 0};
    Schedule *schedule = schedule_of(&song, QUARTER_US, options);
    if (expected) write_onsets(schedule, expected);
    player_set_clock(player, strcmp(scenario, "clock") == 0);
    player_play(player, schedule, 0);
    wait_ms(strcmp(scenario, "steady") == 0 ? 0 : 1450);
    int result = 0;
    if (strcmp(scenario, "steady") == 0 || strcmp(scenario, "clock") == 0)
        wait_for_end();
    else if (strcmp(scenario, "replug") == 0)
        result = move_to("refrain capture");
    else if (strcmp(scenario, "pause") == 0)
        player_pause(player);
    else if (strcmp(scenario, "panic") == 0)
        player_panic(player);
    else if (strcmp(scenario, "switch") == 0)
        switch_often(&song, &other);
    else if (strcmp(scenario, "gone") == 0)
        result = play_until_gone();
    else if (strcmp(scenario, "segv") == 0)
        raise(SIGSEGV);
    for (int i = 0; strcmp(scenario, "again") == 0 && i < 30; i++) {
        player_play(player, schedule_of(&song, QUARTER_US, options), i * 777 % (4 * BAR));
        wait_ms(37);
    }
    if (strcmp(scenario, "stop") == 0 || strcmp(scenario, "again") == 0 || strcmp(scenario, "switch") == 0 ||
        loop)
        player_stop(player);
    bool by_signal =
        strcmp(scenario, "term") == 0 || strcmp(scenario, "int") == 0 || strcmp(scenario, "hup") == 0;
    while (by_signal && !asked_to_end) wait_ms(1000);
    if (strcmp(scenario, "quit") != 0 && !by_signal)
        wait_ms(50); /* so that the command, not the end, releases */
    track_deinit(&song);
    track_deinit(&other);
    return result;
}

static int write_file_onsets(const char *path, const char *expected) {
    Score score = {0};
    SmfReading reading = {0};
    Error err = {""};
    Schedule *schedule = NULL;
    if (score_file_open(&score, &reading, path, NULL, NULL, &err))
        schedule = schedule_of_track(score.timeline, score_voice(&score, 0), NULL, &err);
    if (schedule) write_onsets(schedule, expected);
    if (!schedule) fprintf(stderr, "%s\n", err.text);
    const int status = schedule ? 0 : 1;
    schedule_free(schedule);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return status;
}

int main(int count, char **argument) {
    if (count == 4 && strcmp(argument[1], "onsets") == 0) return write_file_onsets(argument[2], argument[3]);
    if (count < 3) return fputs("usage: play_driver SCENARIO OUTPUT [EXPECTED]\n", stderr), 2;
    static const int ORDERLY[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < 3; i++)
        sigaction(ORDERLY[i], &(struct sigaction){.sa_handler = end_orderly}, NULL);
    sigaction(SIGSEGV, &(struct sigaction){.sa_handler = die_silently}, NULL);
    Error err = {""};
    MidiOutput *output = outputs_open(argument[2], &err);
    if (!output || !strcasestr(output->name, argument[2])) return fprintf(stderr, "%s\n", err.text), 1;
    player = player_new(output, &err);
    if (!player) return fprintf(stderr, "%s\n", err.text), 1;
    pthread_t worker;
    bool works = pthread_create(&worker, NULL, heavy_work, NULL) == 0;
    int result = run(argument[1], count > 3 ? argument[3] : NULL);
    player_free(player);
    atomic_store(&work_is_over, true);
    if (works) pthread_join(worker, NULL);
    return result;
}
