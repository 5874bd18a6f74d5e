/* What sounds without the composer: play, render, devices. */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/progress.h"
#include "app/signals.h"
#include "app/verbs/headless.h"
#include "engine/base/clock.h"
#include "engine/base/file.h"
#include "midi_io/audio_file.h"
#include "midi_io/output.h"
#include "midi_io/output_synth.h"
#include "midi_io/player.h"
#include "midi_io/ports.h"

enum {
    RING_OUT_MS = 1500, /* the last note may fade */
    GLANCE_MS = 200,    /* between two looks at how far it is, where they are shown */
};

/* Waits for the end, a signal, or the loss of the device. */
static bool wait_for_end(Player *player, Progress *progress, Error *err) {
    const double began_s = (double)clock_monotonic_us() * 1e-6;
    struct pollfd wake[] = {{.fd = player_wake_fd(player), .events = POLLIN},
                            {.fd = interrupt_fd(), .events = POLLIN}};
    bool started = false;
    for (;;) {
        if (player_collect(player, err)) return false;
        bool playing = player_position(player).playing;
        if (interrupt_status()) return error_set(err, "Interrupted.");
        if (started && !playing) return poll(&wake[1], 1, RING_OUT_MS), true;
        started |= playing;
        progress_show(progress, (double)clock_monotonic_us() * 1e-6 - began_s, NULL);
        poll(wake, 2, progress->lively ? GLANCE_MS : -1);
    }
}

/* The whole song, or the track that was asked for by itself. */
static Schedule *make_schedule(const Options *options, const Score *score, Error *err) {
    const ScheduleOptions wishes = {.metronome = options->metronome};
    const ScheduleMusic music = {.timeline = score->timeline, .voice = score_voice(score, 0), .with = score};
    return options->track ? schedule_of_track(music.timeline, music.voice, &wishes, err)
                          : schedule_of_music(&music, &wishes, err);
}

static bool play(const Options *options, const Score *score, Error *err) {
    Schedule *schedule = make_schedule(options, score, err);
    if (!schedule) return false;
    Error note = {0};
    MidiOutput *output = headless_output(options, &note);
    if (!output) {
        schedule_free(schedule);
        return error_set(err, "%s refrain devices lists what there is.", note.text);
    }
    if (note.text[0]) console_say("%s", note.text);
    interrupt_catch();
    Player *player = player_new(output, err);
    if (!player) {
        schedule_free(schedule);
        return false;
    }
    console_say("playing %s on %s; Ctrl-C stops", headless_name(options->operand[0]),
                player_output_name(player));
    signals_guard(player);
    Progress progress = progress_begin("playing", NULL, 0, (double)schedule->length_us * 1e-6);
    bool ok = player_play(player, schedule, 0)
                  ? wait_for_end(player, &progress, err)
                  : error_set(err, "The player did not take the melody; try again.");
    progress_end(&progress);
    signals_unguard();
    player_free(player);
    return ok;
}

int verb_play(const Options *options) {
    Error err = {0};
    Score score = {0};
    const ScoreFileWish wish = headless_wish(options);
    bool ok = headless_read(&score, options->operand[0], &wish, &err) && play(options, &score, &err);
    score_deinit(&score);
    return ok ? VERB_OK : headless_fail(&err);
}

/* Sound files are gone back to when their length is known, which a pipe does not allow: it gets a finished one. */
static bool render_stream(const Schedule *schedule, Format format, const Headway *headway, Error *err) {
    FILE *spool = tmpfile();
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!spool) return error_set(err, "There is no room for a temporary file.");
    AudioFile *file = audio_file_open_stream(fileno(spool), format, OUTPUT_SYNTH_RATE, err);
    const bool ok = output_synth_render(schedule, file, interrupt_flag(), headway, err) &&
                    lseek(fileno(spool), 0, SEEK_SET) == 0 &&
                    file_read_stream(fileno(spool), "the sound", SIZE_MAX, &bytes, &size, err) &&
                    console_write(bytes, size, err);
    free(bytes);
    fclose(spool);
    return ok;
}

static bool render(const Options *options, const Schedule *schedule, Error *err) {
    const bool stream = console_is_stream(options->out);
    const Format wanted = stream && options->format == FORMAT_OTHER ? FORMAT_WAV : options->format;
    Format format;
    if (!audio_file_format(&format, options->out, wanted, err)) return false;
    Progress progress = progress_begin("rendering", NULL, 0, 0);
    const Headway headway = progress_headway(&progress);
    AudioFile *file = stream ? NULL : audio_file_open(options->out, format, OUTPUT_SYNTH_RATE, err);
    const bool ok = stream ? render_stream(schedule, format, &headway, err)
                           : output_synth_render(schedule, file, interrupt_flag(), &headway, err);
    progress_end(&progress);
    return ok;
}

int verb_render(const Options *options) {
    Error err = {0};
    Score score = {0};
    Schedule *schedule = NULL;
    const ScoreFileWish wish = headless_wish(options);
    bool ok = headless_read(&score, options->operand[0], &wish, &err);
    interrupt_catch();
    ok = ok && (schedule = make_schedule(options, &score, &err)) && render(options, schedule, &err);
    schedule_free(schedule);
    score_deinit(&score);
    return ok ? VERB_OK : headless_fail(&err);
}

static void print_devices(const char *title, const MidiDevice *devices, int count, bool inputs) {
    console_print("%s:", title);
    int shown = 0;
    for (int i = 0; i < count; i++) {
        if (!(inputs ? devices[i].is_input : devices[i].is_output)) continue;
        console_print("  %s%s", devices[i].name,
                      devices[i].silent ? " (nothing behind it unless something is connected)" : "");
        shown++;
    }
    if (shown == 0) console_print("  none");
}

int verb_devices(const Options *options) {
    MidiDevice *devices = NULL;
    int count = ports_list(&devices);
    print_devices("MIDI outputs", devices, count, false);
    print_devices("MIDI inputs", devices, count, true);
    free(devices);
    Error note = {0};
    MidiOutput *output = headless_output(options, &note);
    if (!output) return headless_fail(&note);
    console_print("refrain plays on: %s", output->name);
    if (note.text[0]) console_print("  %s", note.text);
    output->close(output);
    return VERB_OK;
}
