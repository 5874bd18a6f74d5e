#include "midi_io/player.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "engine/base/ring.h"
#include "engine/base/thread.h"
#include "engine/base/wake.h"
#include "midi_io/transport.h"

enum {
    COMMANDS = 64,
    /* The caller frees what came back before it sends a command, and a command brings back one thing at most, so this
     * ring cannot be full. */
    RETIRED = 2 * COMMANDS,
    POSITION_EVERY_US = 15000,
    EMERGENCY_WAIT_MS = 100,
    REALTIME_PRIORITY = 20, /* above everything ordinary, below audio servers */
};

typedef enum {
    COMMAND_PLAY,
    COMMAND_SWITCH,
    COMMAND_PAUSE,
    COMMAND_STOP,
    COMMAND_PANIC,
    COMMAND_SET_OUTPUT,
    COMMAND_SET_CLOCK,
    COMMAND_NOTE,
    COMMAND_SET_PROGRAM,
} PlayerCommandKind;

typedef struct {
    PlayerCommandKind kind;
    Schedule *schedule;
    MidiOutput *output;
    int64_t length_us;
    int32_t tick;
    uint8_t data1, data2; /* pitch and velocity, program, on */
} PlayerCommand;

/* What the thread is done with; one of the two. */
typedef struct {
    Schedule *schedule;
    MidiOutput *output;
} Retired;

struct Player {
    Clock *clock;
    Ring commands; /* PlayerCommand: caller to thread */
    Ring retired;  /* Retired: thread to caller */
    Wake wake;     /* thread to caller */
    Thread thread;
    atomic_bool quit;
    atomic_bool emergency;     /* silence is wanted .. */
    atomic_bool silenced;      /* .. and there */
    atomic_uint performed;     /* commands so far */
    atomic_bool report;        /* the caller waits for the end of what it commanded */
    atomic_uint losses;        /* how often an output's device went away */
    _Atomic uint64_t position; /* see pack() */
    /* The thread's, except before its start and after its end. */
    Transport transport;
    bool loss_counted; /* of the present output */
    /* The caller's. */
    char output_name[OUTPUT_NAME_SIZE];
    unsigned posted; /* commands so far */
    int outputs;     /* given and not closed yet */
    unsigned losses_told;
};

/* --- Position: tick, generation and two flags in one word, so that they always belong together --- */

static uint64_t pack(const Transport *transport, int64_t now_us) {
    uint64_t tick = (uint32_t)transport_tick(transport, now_us);
    uint64_t generation = transport->generation & 0x3FFFFFFF;
    return tick << 32 | generation << 2 | (uint64_t)transport->counting_in << 1 |
           (uint64_t)transport->playing;
}

PlayerPosition player_position(const Player *player) {
    uint64_t word = atomic_load_explicit(&player->position, memory_order_acquire);
    return (PlayerPosition){
        .playing = word & 1,
        .counting_in = word >> 1 & 1,
        .tick = (int32_t)(uint32_t)(word >> 32),
        .generation = (uint32_t)word >> 2,
    };
}

/* --- The thread --- */

static void retire(Player *player, Schedule *schedule, MidiOutput *output) {
    if (schedule || output) ring_push(&player->retired, &(Retired){schedule, output});
}

static void set_output(Player *player, MidiOutput *output, int64_t now_us) {
    retire(player, NULL, transport_set_output(&player->transport, output, now_us));
    player->loss_counted = false;
    wake_up(&player->wake);
}

static void perform(Player *player, const PlayerCommand *command, int64_t now_us) {
    Transport *transport = &player->transport;
    switch (command->kind) {
    case COMMAND_PLAY:
        retire(player, transport_play(transport, command->schedule, command->tick, now_us), NULL);
        break;
    case COMMAND_SWITCH:
        retire(player, transport_switch(transport, command->schedule, now_us), NULL);
        break;
    case COMMAND_PAUSE:
        transport_pause(transport, now_us);
        break;
    case COMMAND_STOP:
        transport_stop(transport, now_us);
        break;
    case COMMAND_PANIC:
        transport_panic(transport, now_us);
        break;
    case COMMAND_SET_OUTPUT:
        set_output(player, command->output, now_us);
        break;
    case COMMAND_SET_CLOCK:
        transport_set_clock(transport, command->data1, now_us);
        break;
    case COMMAND_NOTE:
        transport_note(transport, command->data1, command->data2, command->length_us, now_us);
        break;
    case COMMAND_SET_PROGRAM:
        transport_program(transport, command->data1, now_us);
        break;
    }
}

/* Tells the caller where the song is; wakes it when more than the tick has changed. */
static void publish(Player *player, int64_t now_us) {
    uint64_t word = pack(&player->transport, now_us);
    uint64_t old = atomic_exchange_explicit(&player->position, word, memory_order_acq_rel);
    bool lost = player->transport.voices.lost && !player->loss_counted;
    if (lost) atomic_fetch_add(&player->losses, 1);
    player->loss_counted |= lost;
    if (lost || (uint32_t)old != (uint32_t)word) wake_up(&player->wake);
}

/* Performs what is due and what was commanded, until both are nothing. Returns the next deadline. */
static int64_t work(Player *player) {
    PlayerCommand command;
    int64_t now_us = player->clock->now_us(player->clock);
    int64_t next_us = transport_run(&player->transport, now_us);
    while (ring_pop(&player->commands, &command)) {
        now_us = player->clock->now_us(player->clock);
        perform(player, &command, now_us);
        atomic_fetch_add(&player->performed, 1);
        next_us = transport_run(&player->transport, now_us);
    }
    publish(player, now_us);
    if (atomic_exchange(&player->report, false)) wake_up(&player->wake);
    if (player->transport.playing && next_us > now_us + POSITION_EVERY_US)
        next_us = now_us + POSITION_EVERY_US;
    return next_us;
}

/* Real-time priority where the system grants it, and timers that are not rounded for the sake of power. */
static void ask_for_priority(void) {
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    pthread_setschedparam(pthread_self(), SCHED_FIFO,
                          &(struct sched_param){.sched_priority = REALTIME_PRIORITY});
}

static void *player_thread(void *data) {
    Player *player = data;
    ask_for_priority();
    while (!atomic_load(&player->quit)) {
        if (atomic_load(&player->emergency)) {
            if (!atomic_load(&player->silenced))
                transport_panic(&player->transport, player->clock->now_us(player->clock));
            atomic_store(&player->silenced, true);
            player->clock->wait(player->clock, CLOCK_NEVER);
            continue;
        }
        player->clock->wait(player->clock, work(player));
    }
    transport_stop(&player->transport, player->clock->now_us(player->clock));
    return NULL;
}

/* --- Life --- */

Player *player_new_with_clock(MidiOutput *output, Clock *clock, Error *err) {
    Player *player = calloc(1, sizeof *player);
    if (!player) {
        error_memory(err, "the player");
        if (output) output->close(output);
        if (clock) clock->free(clock);
        return NULL;
    }
    player->clock = clock;
    player->outputs = 1;
    transport_init(&player->transport, output);
    if (!clock) goto fail; /* err has been set by who could not make it */
    if (!output) {
        error_memory(err, "the player's output");
        goto fail;
    }
    snprintf(player->output_name, sizeof player->output_name, "%s", output->name);
    if (!ring_init(&player->commands, COMMANDS, sizeof(PlayerCommand), err)) goto fail;
    if (!ring_init(&player->retired, RETIRED, sizeof(Retired), err)) goto fail;
    if (!wake_open(&player->wake, err)) goto fail;
    if (!thread_start(&player->thread, player_thread, player)) {
        error_set(err, "The player's thread could not be started; close some programs and try again.");
        goto fail;
    }
    return player;
fail:
    player_free(player);
    return NULL;
}

Player *player_new(MidiOutput *output, Error *err) {
    return player_new_with_clock(output, clock_monotonic_new(err), err);
}

static void free_retired(Player *player) {
    Retired retired;
    while (ring_pop(&player->retired, &retired)) {
        schedule_free(retired.schedule);
        if (!retired.output) continue;
        retired.output->close(retired.output);
        player->outputs--;
    }
}

static void free_command(PlayerCommand *command) {
    schedule_free(command->schedule);
    if (command->output) command->output->close(command->output);
}

void player_free(Player *player) {
    if (!player) return;
    if (player->thread.started) {
        atomic_store(&player->quit, true);
        player->clock->wake(player->clock);
        thread_join(&player->thread);
    }
    PlayerCommand command;
    while (player->commands.items && ring_pop(&player->commands, &command)) free_command(&command);
    if (player->retired.items) free_retired(player);
    schedule_free(player->transport.schedule);
    MidiOutput *output = player->transport.voices.output;
    if (output) output->close(output);
    ring_deinit(&player->commands);
    ring_deinit(&player->retired);
    wake_close(&player->wake);
    if (player->clock) player->clock->free(player->clock);
    free(player);
}

/* --- Commands --- */

static bool post(Player *player, PlayerCommand command) {
    free_retired(player);
    if (!ring_push(&player->commands, &command)) {
        free_command(&command);
        return false;
    }
    player->posted++;
    player->clock->wake(player->clock);
    return true;
}

bool player_is_settled(Player *player) {
    if (atomic_load(&player->performed) == player->posted) return true;
    atomic_store(&player->report, true);
    player->clock->wake(player->clock);
    return false;
}

bool player_play(Player *player, Schedule *schedule, int32_t from_tick) {
    return schedule &&
           post(player, (PlayerCommand){.kind = COMMAND_PLAY, .schedule = schedule, .tick = from_tick});
}

bool player_switch(Player *player, Schedule *schedule) {
    return schedule && post(player, (PlayerCommand){.kind = COMMAND_SWITCH, .schedule = schedule});
}

bool player_pause(Player *player) {
    return post(player, (PlayerCommand){.kind = COMMAND_PAUSE});
}
bool player_stop(Player *player) {
    return post(player, (PlayerCommand){.kind = COMMAND_STOP});
}
bool player_panic(Player *player) {
    return post(player, (PlayerCommand){.kind = COMMAND_PANIC});
}

bool player_set_clock(Player *player, bool on) {
    return post(player, (PlayerCommand){.kind = COMMAND_SET_CLOCK, .data1 = on});
}

bool player_set_program(Player *player, uint8_t program) {
    return post(player, (PlayerCommand){.kind = COMMAND_SET_PROGRAM, .data1 = program});
}

bool player_note(Player *player, uint8_t pitch, uint8_t velocity, int64_t length_us) {
    return post(player, (PlayerCommand){
                            .kind = COMMAND_NOTE, .data1 = pitch, .data2 = velocity, .length_us = length_us});
}

bool player_set_output(Player *player, MidiOutput *output) {
    if (!output) return false;
    snprintf(player->output_name, sizeof player->output_name, "%s", output->name);
    player->losses_told = atomic_load(&player->losses); /* whoever chooses another output knows */
    if (!post(player, (PlayerCommand){.kind = COMMAND_SET_OUTPUT, .output = output})) return false;
    player->outputs++;
    return true;
}

bool player_is_replacing(const Player *player) {
    return player->outputs > 1;
}

const char *player_output_name(const Player *player) {
    return player->output_name;
}

/* --- What comes back --- */

int player_wake_fd(const Player *player) {
    return wake_fd(&player->wake);
}

bool player_collect(Player *player, Error *event) {
    wake_clear(&player->wake);
    free_retired(player);
    unsigned losses = atomic_load(&player->losses);
    if (losses == player->losses_told) return false;
    player->losses_told = losses;
    error_set(event, "The MIDI output \"%.90s\" is gone; plug it in again or choose another with :midi.",
              player->output_name);
    return true;
}

void player_emergency_stop(Player *player) {
    if (!player || !player->thread.started) return;
    atomic_store(&player->emergency, true);
    if (pthread_equal(pthread_self(), player->thread.id)) {
        /* It has crashed itself; sending takes no lock, so it may try. */
        transport_panic(&player->transport, clock_monotonic_us());
        return;
    }
    for (int waited_ms = 0; waited_ms < EMERGENCY_WAIT_MS && !atomic_load(&player->silenced); waited_ms++) {
        player->clock->wake(player->clock);
        poll(NULL, 0, 1);
    }
}
