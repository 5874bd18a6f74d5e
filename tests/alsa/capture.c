/* capture PORT FILE: writes every MIDI event that a sequencer port sends on, one a line, until SIGTERM:
 *
 *     microseconds status data1 data2
 *
 * with the time stamp that the kernel gave it. PORT is part of a port's name; "-" opens a port called "refrain capture" for
 * others to play to instead. The first line, "ready", is written when nothing can be missed any more.
 *
 * Where real-time priority is granted, a second thread only sleeps, a millisecond at a time, before everything else on this
 * machine. When it wakes late, the machine itself stood still (a guest whose host was busy); at the end one line each,
 *
 *     stall microseconds microseconds
 *
 * says from when to when, on the same clock. */
#include <alsa/asoundlib.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { POOL_EVENTS = 2000, STALLS = 4096, BEAT_US = 1000, STALL_US = 400 };

typedef struct {
    long long from_us, to_us;
} Stall;

static Stall stalls[STALLS];
static int stall_count; /* the watching thread's until it has ended */

static volatile sig_atomic_t stopped;

static void stop(int signal_number) {
    (void)signal_number;
    stopped = 1;
}

static long long now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *watch(void *unused) {
    (void)unused;
    if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &(struct sched_param){.sched_priority = 80}))
        return NULL;
    for (long long beat_us = now_us() + BEAT_US; !stopped; beat_us = now_us() + BEAT_US) {
        struct timespec until = {beat_us / 1000000, beat_us % 1000000 * 1000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        long long woken_us = now_us();
        if (woken_us - beat_us > STALL_US && stall_count < STALLS)
            stalls[stall_count++] = (Stall){beat_us - BEAT_US, woken_us};
    }
    return NULL;
}

static bool find_port(snd_seq_t *sequencer, const char *name, snd_seq_addr_t *address) {
    snd_seq_client_info_t *client;
    snd_seq_port_info_t *port;
    snd_seq_client_info_alloca(&client);
    snd_seq_port_info_alloca(&port);
    snd_seq_client_info_set_client(client, -1);
    while (snd_seq_query_next_client(sequencer, client) == 0) {
        snd_seq_port_info_set_client(port, snd_seq_client_info_get_client(client));
        snd_seq_port_info_set_port(port, -1);
        while (snd_seq_query_next_port(sequencer, port) == 0) {
            if (!strcasestr(snd_seq_port_info_get_name(port), name)) continue;
            *address = *snd_seq_port_info_get_addr(port);
            return true;
        }
    }
    return false;
}

/* A port whose events are stamped by the kernel with the time of a queue that runs on the real-time clock. */
static int open_port(snd_seq_t *sequencer, long long *began_us) {
    int queue = snd_seq_alloc_queue(sequencer);
    snd_seq_port_info_t *port;
    snd_seq_port_info_alloca(&port);
    snd_seq_port_info_set_name(port, "refrain capture");
    snd_seq_port_info_set_capability(port, SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE);
    snd_seq_port_info_set_type(port, SND_SEQ_PORT_TYPE_MIDI_GENERIC);
    snd_seq_port_info_set_timestamping(port, 1);
    snd_seq_port_info_set_timestamp_real(port, 1);
    snd_seq_port_info_set_timestamp_queue(port, queue);
    if (queue < 0 || snd_seq_create_port(sequencer, port) < 0) return -1;
    snd_seq_start_queue(sequencer, queue, NULL);
    snd_seq_drain_output(sequencer);
    *began_us = now_us();
    return snd_seq_port_info_get_port(port);
}

static void write_event(FILE *file, const snd_seq_event_t *event) {
    static const struct {
        snd_seq_event_type_t type;
        int status;
    } SYSTEM[] = {{SND_SEQ_EVENT_CLOCK, 0xF8},
                  {SND_SEQ_EVENT_START, 0xFA},
                  {SND_SEQ_EVENT_CONTINUE, 0xFB},
                  {SND_SEQ_EVENT_STOP, 0xFC},
                  {SND_SEQ_EVENT_SONGPOS, 0xF2}};
    int status = 0, data1 = 0, data2 = 0;
    if (event->type == SND_SEQ_EVENT_NOTEON || event->type == SND_SEQ_EVENT_NOTEOFF) {
        bool on = event->type == SND_SEQ_EVENT_NOTEON && event->data.note.velocity > 0;
        status = (on ? 0x90 : 0x80) | event->data.note.channel;
        data1 = event->data.note.note;
        data2 = event->data.note.velocity;
    } else if (event->type == SND_SEQ_EVENT_CONTROLLER || event->type == SND_SEQ_EVENT_PGMCHANGE) {
        bool controller = event->type == SND_SEQ_EVENT_CONTROLLER;
        status = (controller ? 0xB0 : 0xC0) | event->data.control.channel;
        data1 = controller ? (int)event->data.control.param : event->data.control.value;
        data2 = controller ? event->data.control.value : 0;
    }
    for (size_t i = 0; i < sizeof SYSTEM / sizeof *SYSTEM; i++) {
        if (event->type == SYSTEM[i].type) status = SYSTEM[i].status;
    }
    if (status == 0xF2) data1 = event->data.control.value;
    long long time_us = (long long)event->time.time.tv_sec * 1000000 + event->time.time.tv_nsec / 1000;
    if (status) fprintf(file, "%lld %02x %d %d\n", time_us, (unsigned)status, data1, data2);
}

int main(int count, char **argument) {
    snd_seq_t *sequencer;
    snd_seq_addr_t address;
    if (count != 3) return fputs("usage: capture PORT FILE\n", stderr), 2;
    if (snd_seq_open(&sequencer, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK) < 0)
        return fputs("capture: there is no ALSA sequencer\n", stderr), 1;
    snd_seq_set_client_name(sequencer, "refrain capture");
    snd_seq_set_client_pool_input(sequencer, POOL_EVENTS);
    long long began_us = 0;
    int port = open_port(sequencer, &began_us);
    bool linked = port >= 0;
    if (linked && strcmp(argument[1], "-") != 0)
        linked = find_port(sequencer, argument[1], &address) &&
                 snd_seq_connect_from(sequencer, port, address.client, address.port) == 0;
    FILE *file = linked ? fopen(argument[2], "w") : NULL;
    if (!file) return fprintf(stderr, "capture: cannot listen to %s\n", argument[1]), 1;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
    pthread_t watcher;
    bool watching = pthread_create(&watcher, NULL, watch, NULL) == 0;
    setvbuf(file, NULL, _IOLBF, 0);
    fputs("ready\n", file);
    while (!stopped) {
        struct pollfd descriptor;
        snd_seq_poll_descriptors(sequencer, &descriptor, 1, POLLIN);
        poll(&descriptor, 1, 50);
        for (snd_seq_event_t *event; snd_seq_event_input(sequencer, &event) >= 0;) write_event(file, event);
    }
    if (watching) pthread_join(watcher, NULL);
    for (int i = 0; i < stall_count; i++)
        fprintf(file, "stall %lld %lld\n", stalls[i].from_us - began_us, stalls[i].to_us - began_us);
    fclose(file);
    snd_seq_close(sequencer);
    return 0;
}
