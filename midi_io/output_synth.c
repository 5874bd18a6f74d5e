#include "midi_io/output_synth.h"

#include <fluidsynth.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "engine/base/ring.h"
#include "midi_io/midi.h"
#include "midi_io/ports.h"
#include "midi_io/soundfont.h"

enum {
    RING_MESSAGES = 2048,
    PERIOD_FRAMES = 256, /* the audio driver's block; latency is PERIODS of them, jitter none, see place() */
    PERIODS = 4,
    LATENESS_US = 4000, /* how late a sender may wake up without being heard */
    RESET_US = 200000,  /* the audio clock is this far off only after a suspend or a hole in the sound */
    QUIET_AFTER_US = 4000000, /* silence is not computed when nothing has sounded for this long */
    RENDER_FRAMES = 1024,
    RENDER_HOURS_MAX = 4, /* what fits into a WAV file */
    TAIL_US_MAX = 8000000,
};

#define GAIN 1.0           /* the loudest General MIDI program at full velocity stays just below full scale */
#define TAIL_SILENCE 1e-4f /* -80 dB */

typedef struct {
    int64_t due_us;
    uint8_t status, data1, data2;
} SynthMessage;

typedef struct {
    MidiOutput base;
    fluid_settings_t *settings;
    fluid_synth_t *synth;
    fluid_audio_driver_t *driver; /* null = pulled */
    Ring ring;                    /* SynthMessage; sender to audio thread */
    /* Below here: the audio thread's. */
    SynthMessage next;
    bool has_next;
    int64_t block_us; /* when the next block begins, on CLOCK_MONOTONIC; 0 = not yet known */
    int64_t last_heard_us;
} SynthOutput;

static void perform(fluid_synth_t *synth, uint8_t status, uint8_t data1, uint8_t data2) {
    const int channel = midi_channel(status);
    switch (midi_kind(status)) {
    case MIDI_NOTE_OFF:
        fluid_synth_noteoff(synth, channel, data1);
        break;
    case MIDI_NOTE_ON:
        if (data2)
            fluid_synth_noteon(synth, channel, data1, data2);
        else
            fluid_synth_noteoff(synth, channel, data1);
        break;
    case MIDI_CONTROLLER:
        fluid_synth_cc(synth, channel, data1, data2);
        break;
    case MIDI_PROGRAM:
        fluid_synth_program_change(synth, channel, data1);
        break;
    case MIDI_BEND:
        fluid_synth_pitch_bend(synth, channel, data1 | data2 << 7);
        break;
    default:
        break; /* clock and song position mean nothing to a synth */
    }
}

static void swallow_log(int level, const char *message, void *data) {
    (void)level, (void)message, (void)data;
}

static void quiet(void) {
    ports_quiet();
    for (int level = FLUID_PANIC; level < LAST_LOG_LEVEL; level++)
        fluid_set_log_function(level, swallow_log, NULL);
}

/* FluidSynth reads the whole font, which may be packed, and does not survive an allocation that fails. */
static bool is_room_for(const char *font, Error *err) {
    enum { SYNTH_BYTES = 112 << 20, PACKED = 10 };
    const size_t times = file_has_ending(font, ".sf3") ? PACKED : 1;
    return memory_is_left(SYNTH_BYTES + times * (size_t)file_stamp(font).size, "the built-in synth", err);
}

/* Settings and synth with the font loaded. On failure what was made is left for the caller's destructor. */
static bool build_synth(fluid_settings_t **settings, fluid_synth_t **synth, char *font, size_t size,
                        Error *err) {
    quiet();
    if (!soundfont_find(font, size, err) || !is_room_for(font, err)) return false;
    *settings = new_fluid_settings();
    if (!*settings) return error_memory(err, "the built-in synth");
    fluid_settings_setnum(*settings, "synth.sample-rate", OUTPUT_SYNTH_RATE);
    fluid_settings_setnum(*settings, "synth.gain", GAIN);
    fluid_settings_setint(*settings, "synth.chorus.active", 0);
    fluid_settings_setint(*settings, "synth.polyphony", 128);
    fluid_settings_setint(*settings, "audio.period-size", PERIOD_FRAMES);
    fluid_settings_setint(*settings, "audio.periods", PERIODS);
    *synth = new_fluid_synth(*settings);
    if (!*synth) return error_memory(err, "the built-in synth");
    if (fluid_synth_sfload(*synth, font, 1) == FLUID_FAILED)
        return error_set(err, "The soundfont \"%.200s\" cannot be read; remove it or install another.", font);
    return true;
}

static bool synth_send(MidiOutput *self, int64_t due_us, uint8_t status, uint8_t data1, uint8_t data2) {
    SynthMessage message = {due_us, status, data1, data2};
    return ring_push(&((SynthOutput *)self)->ring,
                     &message); /* full = nobody pulls: the sound device is gone */
}

static void synth_close(MidiOutput *self) {
    SynthOutput *output = (SynthOutput *)self;
    delete_fluid_audio_driver(output->driver);
    delete_fluid_synth(output->synth);
    delete_fluid_settings(output->settings);
    ring_deinit(&output->ring);
    free(output);
}

/* When this block begins. Drivers ask for blocks in bursts; a block's time is what the sample count says, held to the
 * earliest askings: pulled back at once when one comes early, drifting later by little when they come late. */
static int64_t place(SynthOutput *output, int64_t now_us, int frames) {
    int64_t off_us = now_us - output->block_us;
    if (!output->block_us || llabs(off_us) > RESET_US)
        output->block_us = now_us;
    else
        output->block_us += off_us < 0 ? off_us : off_us / 256;
    int64_t block_us = output->block_us;
    output->block_us += (int64_t)frames * 1000000 / OUTPUT_SYNTH_RATE;
    return block_us;
}

/* Performs what is due up to this frame of the block; returns the frame of the next message, at most `frames`. */
static int perform_due(SynthOutput *output, int64_t block_us, int frame, int frames) {
    while (output->has_next || ring_pop(&output->ring, &output->next)) {
        output->has_next = true;
        int64_t wait_us = output->next.due_us + LATENESS_US - block_us;
        int64_t at = wait_us * OUTPUT_SYNTH_RATE / 1000000;
        if (at > frame && wait_us < RESET_US) return at < frames ? (int)at : frames;
        perform(output->synth, output->next.status, output->next.data1, output->next.data2);
        output->has_next = false;
        output->last_heard_us = block_us;
    }
    return frames;
}

void output_synth_pull(MidiOutput *self, int64_t now_us, float *left, float *right, int frames) {
    SynthOutput *output = (SynthOutput *)self;
    int64_t block_us = place(output, now_us, frames);
    for (int frame = 0; frame < frames;) {
        int until = perform_due(output, block_us, frame, frames);
        if (fluid_synth_get_active_voice_count(output->synth) > 0) output->last_heard_us = block_us;
        if (block_us - output->last_heard_us > QUIET_AFTER_US) {
            memset(left + frame, 0, (size_t)(until - frame) * sizeof *left);
            memset(right + frame, 0, (size_t)(until - frame) * sizeof *right);
        } else {
            fluid_synth_write_float(output->synth, until - frame, left, frame, 1, right, frame, 1);
        }
        frame = until;
    }
}

static int driver_asks(void *data, int frames, int effects, float *effect[], int channels, float *channel[]) {
    (void)effects, (void)effect;
    if (channels < 2) return FLUID_FAILED;
    output_synth_pull(data, clock_monotonic_us(), channel[0], channel[1], frames);
    return FLUID_OK;
}

/* libjack writes to stdout and stderr where there is no server, so it is asked only where one has left its traces. */
static bool worth_trying(const char *driver) {
    if (strcmp(driver, "jack") == 0) return access("/dev/shm/jack-shm-registry", F_OK) == 0;
    return true;
}

static const char *start_driver(SynthOutput *output, const char *wanted) {
    static const char *const DRIVERS[] = {"pulseaudio", "pipewire", "alsa", "oss", "jack"};
    for (size_t i = 0; i < sizeof DRIVERS / sizeof *DRIVERS; i++) {
        const char *driver = wanted ? wanted : DRIVERS[i];
        if (fluid_settings_setstr(output->settings, "audio.driver", driver) == FLUID_OK &&
            worth_trying(driver))
            output->driver = new_fluid_audio_driver2(output->settings, driver_asks, output);
        if (output->driver) return driver;
        if (wanted) break;
    }
    return NULL;
}

static SynthOutput *new_output(Error *err) {
    SynthOutput *output = calloc(1, sizeof *output);
    if (!output) {
        error_memory(err, "the built-in synth");
        return NULL;
    }
    char font[PATH_MAX], name[40];
    output->base = (MidiOutput){.audible = true, .send = synth_send, .close = synth_close};
    if (!ring_init(&output->ring, RING_MESSAGES, sizeof(SynthMessage), err) ||
        !build_synth(&output->settings, &output->synth, font, sizeof font, err)) {
        synth_close(&output->base);
        return NULL;
    }
    soundfont_name(font, name, sizeof name);
    snprintf(output->base.name, sizeof output->base.name, "built-in synth (%s)", name);
    return output;
}

MidiOutput *output_synth_open_pulled(Error *err) {
    SynthOutput *output = new_output(err);
    return output ? &output->base : NULL;
}

MidiOutput *output_synth_open(const char *wanted, Error *err) {
    SynthOutput *output = new_output(err);
    if (!output) return NULL;
    const char *driver = start_driver(output, wanted);
    if (!driver) {
        synth_close(&output->base);
        error_set(err, "No sound card or sound server answers.");
        return NULL;
    }
    size_t end =
        strlen(output->base.name) - 1; /* "built-in synth (font)" -> "built-in synth (font, driver)" */
    snprintf(output->base.name + end, sizeof output->base.name - end, ", %s)", driver);
    return &output->base;
}

/* A rendering: the file, and how far it has come. */
typedef struct {
    fluid_synth_t *synth;
    AudioFile *file;
    const atomic_bool *cancelled; /* may be null */
    const Headway *headway;       /* may be null */
    int64_t frame, end;
    float loudest; /* of the last block */
} Rendering;

static bool render_until(Rendering *rendering, int64_t frame, Error *err) {
    float samples[RENDER_FRAMES * AUDIO_FILE_CHANNELS];
    while (rendering->frame < frame) {
        if (rendering->cancelled && atomic_load(rendering->cancelled))
            return error_set(err, "The rendering was stopped; nothing was written.");
        int64_t left = frame - rendering->frame;
        int frames = left < RENDER_FRAMES ? (int)left : RENDER_FRAMES;
        fluid_synth_write_float(rendering->synth, frames, samples, 0, 2, samples, 1, 2);
        rendering->loudest = 0;
        for (int i = 0; i < 2 * frames; i++)
            rendering->loudest = fmaxf(rendering->loudest, fabsf(samples[i]));
        if (!audio_file_write(rendering->file, samples, (size_t)frames, err)) return false;
        rendering->frame += frames;
    }
    if (rendering->headway && rendering->frame <= rendering->end)
        headway_tell(rendering->headway, (double)rendering->frame / (double)rendering->end);
    return true;
}

static bool render_schedule(Rendering *rendering, const Schedule *schedule, Error *err) {
    const int64_t start_us = -schedule->count_in_us,
                  end = (schedule->length_us - start_us) * OUTPUT_SYNTH_RATE / 1000000;
    rendering->end = end + RENDER_FRAMES;
    perform(rendering->synth, MIDI_PROGRAM | schedule->channel, schedule->program, 0);
    for (int i = 0; i < schedule->count; i++) {
        const ScheduleEvent *event = &schedule->event[i];
        if (!render_until(rendering, (event->time_us - start_us) * OUTPUT_SYNTH_RATE / 1000000, err))
            return false;
        perform(rendering->synth, event->status, event->data1, event->data2);
    }
    int64_t limit = end + (int64_t)TAIL_US_MAX * OUTPUT_SYNTH_RATE / 1000000;
    if (!render_until(rendering, rendering->end, err)) return false;
    while (rendering->loudest > TAIL_SILENCE && rendering->frame < limit) {
        if (!render_until(rendering, rendering->frame + RENDER_FRAMES, err)) return false;
    }
    return true;
}

/* Voices that have nothing to do with one another add up like the root of their number: so many channels stay below full scale as
 * one does alone. */
static double gain_for(const Schedule *schedule) {
    bool heard[MIDI_CHANNELS] = {false};
    int channels = 0;
    for (int i = 0; i < schedule->count; i++) {
        const ScheduleEvent *event = &schedule->event[i];
        bool *first = &heard[midi_channel(event->status)];
        if (midi_kind(event->status) != MIDI_NOTE_ON || *first) continue;
        *first = true;
        channels++;
    }
    return channels > 1 ? GAIN / sqrt(channels) : GAIN;
}

static bool render(Rendering *rendering, const Schedule *schedule, Error *err) {
    if (!rendering->file) return false;
    if (schedule->length_us + schedule->count_in_us > (int64_t)RENDER_HOURS_MAX * 3600 * 1000000)
        return error_set(err, "This piece takes more than %d hours and does not fit into one sound file.",
                         RENDER_HOURS_MAX);
    fluid_settings_t *settings = NULL;
    char font[PATH_MAX];
    bool done = build_synth(&settings, &rendering->synth, font, sizeof font, err);
    if (done) fluid_synth_set_gain(rendering->synth, (float)gain_for(schedule));
    done = done && render_schedule(rendering, schedule, err);
    delete_fluid_synth(rendering->synth);
    delete_fluid_settings(settings);
    return done;
}

bool output_synth_render(const Schedule *schedule, AudioFile *file, const atomic_bool *cancelled,
                         const Headway *headway, Error *err) {
    Rendering rendering = {.file = file, .cancelled = cancelled, .headway = headway};
    if (render(&rendering, schedule, err)) return audio_file_close(file, err);
    audio_file_discard(file);
    return false;
}
