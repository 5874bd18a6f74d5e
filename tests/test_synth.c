/* Sound itself: what the built-in synth renders has its onsets where the score has its notes. */
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "midi_io/audio_file.h"
#include "midi_io/output_synth.h"
#include "midi_io/outputs.h"
#include "midi_io/ports.h"
#include "midi_io/soundfont.h"
#include "tests/support/check.h"
#include "tests/support/midi_trace.h"
#include "tests/support/notes.h"
#include "tests/support/onsets.h"
#include "tests/support/temp.h"

enum { ONSETS = 256 };

static void skip_without_soundfont(void) {
    char path[4096];
    Error err;
    if (soundfont_find(path, sizeof path, &err)) return;
    print_message("skipped: %s\n", err.text);
    skip();
}

static Sound read_sound(const char *path, int format) {
    SF_INFO info = {0};
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    if (!file) fail_msg("%s cannot be read: %s", path, sf_strerror(NULL));
    assert_int_equal(info.format & SF_FORMAT_TYPEMASK, format);
    assert_int_equal(info.channels, 2);
    float *both = calloc((size_t)info.frames * 2, sizeof *both);
    assert_int_equal(sf_readf_float(file, both, info.frames), info.frames);
    sf_close(file);
    Sound sound = {calloc((size_t)info.frames, sizeof *both), (int)info.frames, info.samplerate};
    for (int i = 0; i < sound.frames; i++) sound.sample[i] = both[2 * i] + both[2 * i + 1];
    free(both);
    return sound;
}

/* Staccato notes on a wood block like program, so that each onset stands out. */
static void staccato(Track *melody, int count) {
    Error err;
    *melody = (Track){.program = 115}; /* wood block */
    for (int i = 0; i < count; i++) {
        int start = i * TIMELINE_DIVISION + (1 + i % 2) * NOTES_STEP;
        Note note = {start, NOTES_STEP / 2, (uint8_t)(60 + i % 12), 110};
        check_ok(track_insert(melody, note, &err) >= 0, &err);
    }
}

static void check_onsets(const Sound *sound, const Schedule *schedule) {
    int64_t onset_us[ONSETS];
    int found = onsets_find(sound, onset_us, ONSETS), expected = 0;
    for (int i = 0; i < schedule->count; i++) {
        if ((schedule->event[i].status & 0xF0) != 0x90) continue;
        assert_true(expected < found);
        int64_t due_us = schedule->event[i].time_us + schedule->count_in_us;
        if (llabs(onset_us[expected] - due_us) > 10000)
            fail_msg("onset %d: %.1f ms instead of %.1f", expected, 1e-3 * (double)onset_us[expected],
                     1e-3 * (double)due_us);
        expected++;
    }
    assert_int_equal(found, expected);
}

static bool render(const Schedule *schedule, const char *path, Error *err) {
    AudioFile *file = audio_file_open(path, FORMAT_OTHER, OUTPUT_SYNTH_RATE, err);
    return output_synth_render(schedule, file, NULL, NULL, err);
}

static void check_rendering(const char *name, int format, ScheduleOptions options) {
    skip_without_soundfont();
    Temp temp;
    temp_open(&temp);
    Track melody;
    staccato(&melody, 24);
    Schedule *schedule = midi_trace_schedule_at(&melody, 434783, (Meter){0}, options);
    const char *path = temp_path(&temp, name);
    Error err;
    check_ok(render(schedule, path, &err), &err);
    Sound sound = read_sound(path, format);
    check_onsets(&sound, schedule);
    int64_t length_us = (int64_t)sound.frames * 1000000 / sound.rate;
    assert_true(length_us > schedule->length_us + schedule->count_in_us);
    assert_true(onsets_energy(&sound, sound.frames - 500, 500) < 1e-4); /* nothing is cut off */
    free(sound.sample);
    schedule_free(schedule);
    track_deinit(&melody);
    temp_close(&temp);
}

static void a_rendered_wav_has_its_onsets_in_time(void **state) {
    (void)state;
    check_rendering("a.wav", SF_FORMAT_WAV, (ScheduleOptions){0});
}

static void a_rendered_flac_has_its_onsets_in_time(void **state) {
    (void)state;
    check_rendering("a.FLAC", SF_FORMAT_FLAC, (ScheduleOptions){.channel = 4});
}

static void the_count_in_is_rendered_before_the_song(void **state) {
    (void)state;
    check_rendering("a.wav", SF_FORMAT_WAV, (ScheduleOptions){.count_in_bars = 1});
}

/* Eight loud instruments in a chord, which together would be above full scale. */
static void a_whole_band_is_not_clipped(void **state) {
    (void)state;
    skip_without_soundfont();
    Temp temp;
    temp_open(&temp);
    Score score = {0};
    Error err = {{0}};
    for (int channel = 0; channel < 8; channel++) {
        Track *track = track_new(&err);
        track->channel = (uint8_t)channel;
        for (int i = 0; i < 8; i++)
            assert_true(
                track_insert(track, (Note){i * 480, 480, (uint8_t)(40 + 5 * channel + i), 127}, &err) >= 0);
        check_ok(score_add_track(&score, track, &err), &err);
    }
    check_ok(score_add_voice(&score, 0, &err), &err);
    Schedule *schedule =
        schedule_of_music(&(ScheduleMusic){.voice = score_voice(&score, 0), .with = &score}, NULL, &err);
    const char *path = temp_path(&temp, "band.wav");
    check_ok(render(schedule, path, &err), &err);
    Sound sound = read_sound(path, SF_FORMAT_WAV);
    float peak = 0;
    for (long i = 0; i < sound.frames; i++) peak = fmaxf(peak, fabsf(sound.sample[i]));
    assert_true(peak > 0.05f && peak < 0.999f);
    free(sound.sample);
    schedule_free(schedule);
    score_deinit(&score);
    temp_close(&temp);
}

static void the_metronome_is_heard_when_asked_for(void **state) {
    (void)state;
    skip_without_soundfont();
    Temp temp;
    temp_open(&temp);
    Track empty = {0};
    int onsets[2];
    for (int metronome = 0; metronome < 2; metronome++) {
        Schedule *schedule = midi_trace_schedule(&empty, (ScheduleOptions){.metronome = metronome});
        const char *path = temp_path(&temp, "click.wav");
        Error err;
        check_ok(render(schedule, path, &err), &err);
        Sound sound = read_sound(path, SF_FORMAT_WAV);
        int64_t onset_us[ONSETS];
        onsets[metronome] = onsets_find(&sound, onset_us, ONSETS);
        free(sound.sample);
        schedule_free(schedule);
    }
    assert_int_equal(onsets[0], 0);
    assert_int_equal(onsets[1], 4);
    temp_close(&temp);
}

static void the_same_schedule_gives_the_same_bytes(void **state) {
    (void)state;
    skip_without_soundfont();
    Temp temp;
    temp_open(&temp);
    Track melody;
    midi_trace_scale(&melody, 8);
    Schedule *schedule = midi_trace_schedule(&melody, (ScheduleOptions){.metronome = true});
    Error err;
    Sound sound[2];
    for (int i = 0; i < 2; i++) {
        const char *path = temp_path(&temp, i ? "b.wav" : "a.wav");
        check_ok(render(schedule, path, &err), &err);
        sound[i] = read_sound(path, SF_FORMAT_WAV);
    }
    assert_int_equal(sound[0].frames, sound[1].frames);
    assert_memory_equal(sound[0].sample, sound[1].sample, (size_t)sound[0].frames * sizeof(float));
    float loudest = 0;
    for (int i = 0; i < sound[0].frames; i++) loudest = fmaxf(loudest, fabsf(sound[0].sample[i]));
    assert_true(loudest > 0.1F && loudest < 2.0F); /* the sum of both channels: heard, and not clipped */
    for (int i = 0; i < 2; i++) free(sound[i].sample);
    schedule_free(schedule);
    track_deinit(&melody);
    temp_close(&temp);
}

static void files_that_cannot_be_written_are_refused(void **state) {
    (void)state;
    skip_without_soundfont();
    Temp temp;
    temp_open(&temp);
    Track melody;
    midi_trace_scale(&melody, 1);
    Schedule *schedule = midi_trace_schedule(&melody, (ScheduleOptions){0});
    Error err;
    check_refused(render(schedule, temp_path(&temp, "a.mp3"), &err), &err);
    check_refused(render(schedule, temp_path(&temp, "wav"), &err), &err);
    check_refused(render(schedule, temp_path(&temp, "nowhere/a.wav"), &err), &err);
    assert_int_equal(mkdir(temp_path(&temp, "folder.wav"), 0700), 0);
    check_refused(render(schedule, temp_path(&temp, "folder.wav"), &err), &err);
    schedule->length_us = INT64_MAX / 4;
    check_refused(render(schedule, temp_path(&temp, "long.wav"), &err), &err);
    assert_int_equal(access(temp_path(&temp, "long.wav"), F_OK), -1);
    schedule_free(schedule);
    track_deinit(&melody);
    temp_close(&temp);
}

static void a_discarded_file_leaves_the_old_one(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    const char *path = temp_write(&temp, "old.wav", "old", 3);
    Error err;
    AudioFile *file = audio_file_open(path, FORMAT_OTHER, OUTPUT_SYNTH_RATE, &err);
    assert_non_null(file);
    float samples[200] = {0};
    check_ok(audio_file_write(file, samples, 100, &err), &err);
    audio_file_discard(file);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 3);
    audio_file_discard(NULL);
    temp_close(&temp);
}

/* The reason is told in refrain's words, whatever the sound library calls it, and however late it finds out. */
static void a_full_disk_is_called_so(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 8; i++) {
        static const rlim_t rooms[] = {0, 50, 3000, 30000};
        const char *path = temp_write(&temp, i % 2 ? "old.flac" : "old.wav", "old", 3);
        const struct rlimit small = {rooms[i / 2], before.rlim_max};
        static float samples[2 * 44100];
        for (int n = 0; n < 2 * 44100; n++)
            samples[n] = (float)(n * 7919 % 1000) / 1000 - 0.5f; /* no flatter file */
        Error err = {{0}};
        setrlimit(RLIMIT_FSIZE, &small);
        AudioFile *file = audio_file_open(path, FORMAT_OTHER, 44100, &err);
        bool ok = file && audio_file_write(file, samples, 44100, &err);
        if (ok)
            ok = audio_file_close(file, &err);
        else
            audio_file_discard(file);
        setrlimit(RLIMIT_FSIZE, &before);
        assert_false(ok);
        char wanted[500];
        snprintf(wanted, sizeof wanted,
                 "Cannot save %s: the file would be larger than this process may make one (ulimit -f). The "
                 "file on disk "
                 "is unchanged.",
                 path);
        assert_string_equal(err.text, wanted);
        struct stat status;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_size, 3);
    }
    temp_close(&temp);
}

static mode_t mode_of_rendering(const char *path) {
    Error err;
    struct stat status;
    AudioFile *file = audio_file_open(path, FORMAT_OTHER, OUTPUT_SYNTH_RATE, &err);
    assert_non_null(file);
    float samples[200] = {0};
    check_ok(audio_file_write(file, samples, 100, &err), &err);
    check_ok(audio_file_close(file, &err), &err);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > 3);
    return status.st_mode & 07777;
}

static void a_rendering_has_the_mode_of_the_old_file_or_of_the_umask(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    const char *old = temp_write(&temp, "old.wav", "old", 3);
    assert_int_equal(chmod(old, 0604), 0);
    assert_int_equal(mode_of_rendering(old), 0604);
    mode_t before = umask(027);
    mode_t fresh = mode_of_rendering(temp_path(&temp, "new.flac"));
    umask(before);
    assert_int_equal(fresh, 0640);
    temp_close(&temp);
}

/* Pulls `seconds` of sound in blocks of 256 frames that are asked for in bursts of four, as sound servers do, while
 * messages are sent up to 3 ms late. */
static void the_live_synth_hears_neither_bursts_nor_late_senders(void **state) {
    (void)state;
    enum {
        BLOCK = 256,
        BURST = 4,
        NOTES = 40,
        GAP_US = 171000,
        START_US = 5000000,
        RATE = OUTPUT_SYNTH_RATE
    };
    skip_without_soundfont();
    Error err = {""};
    MidiOutput *synth = output_synth_open_pulled(&err);
    if (!synth) fail_msg("%s", err.text);
    assert_true(synth->audible);
    synth->send(synth, START_US, 0xC0, 115, 0);
    int blocks = (int)((int64_t)(NOTES + 3) * GAP_US * RATE / 1000000 / BLOCK) / BURST * BURST, sent = 0;
    Sound sound = {calloc((size_t)blocks * BLOCK, sizeof(float)), blocks * BLOCK, RATE};
    for (int block = 0; block < blocks; block++) {
        int64_t asked_us = START_US + (int64_t)(block / BURST * BURST) * BLOCK * 1000000 / RATE;
        for (; sent < NOTES && START_US + (int64_t)(sent + 1) * GAP_US + sent * 7 % 4 * 1000 <= asked_us;
             sent++)
            synth->send(synth, START_US + (int64_t)(sent + 1) * GAP_US, 0x90, (uint8_t)(60 + sent % 12), 110);
        float right[BLOCK];
        output_synth_pull(synth, asked_us, sound.sample + block * BLOCK, right, BLOCK);
    }
    synth->close(synth);
    int64_t onset_us[ONSETS];
    assert_int_equal(onsets_find(&sound, onset_us, ONSETS), NOTES);
    for (int i = 1; i < NOTES; i++) {
        int64_t gap_us = onset_us[i] - onset_us[i - 1];
        if (llabs(gap_us - GAP_US) > 4000)
            fail_msg("note %d: %.1f ms after the last", i, 1e-3 * (double)gap_us);
    }
    free(sound.sample);
}

/* Runs `action` with stdout and stderr in a file; returns how much was written there. */
static off_t overheard(const Temp *temp, void (*action)(void)) {
    const char *path = temp_path(temp, "overheard");
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600), out = dup(1), noise = dup(2);
    dup2(file, 1), dup2(file, 2);
    action();
    dup2(out, 1), dup2(noise, 2);
    off_t written = lseek(file, 0, SEEK_END);
    close(file), close(out), close(noise);
    return written;
}

static void open_what_there_is(void) {
    Error note = {""};
    static const char *const WANTED[] = {NULL, "synth", "silent", "no such device", "Midi Through"};
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        MidiOutput *output = outputs_open(WANTED[i], &note);
        assert_non_null(output);
        assert_true(output->name[0]);
        assert_true(output->send(output, clock_monotonic_us(), 0x90, 60, 1));
        assert_true(output->send(output, clock_monotonic_us(), 0x80, 60, 1));
        if (!output->audible && i != 2) assert_true(check_is_sentence(note.text));
        output->close(output);
    }
    MidiDevice *devices;
    assert_true(ports_list(&devices) >= 0);
    free(devices);
}

static void opening_outputs_never_fails_and_prints_nothing(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    assert_int_equal(overheard(&temp, open_what_there_is), 0);
    temp_close(&temp);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rendered_wav_has_its_onsets_in_time),
        cmocka_unit_test(a_rendered_flac_has_its_onsets_in_time),
        cmocka_unit_test(the_count_in_is_rendered_before_the_song),
        cmocka_unit_test(a_whole_band_is_not_clipped),
        cmocka_unit_test(the_metronome_is_heard_when_asked_for),
        cmocka_unit_test(the_same_schedule_gives_the_same_bytes),
        cmocka_unit_test(files_that_cannot_be_written_are_refused),
        cmocka_unit_test(a_full_disk_is_called_so),
        cmocka_unit_test(a_discarded_file_leaves_the_old_one),
        cmocka_unit_test(a_rendering_has_the_mode_of_the_old_file_or_of_the_umask),
        cmocka_unit_test(the_live_synth_hears_neither_bursts_nor_late_senders),
        cmocka_unit_test(opening_outputs_never_fails_and_prints_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
