#include "app/verbs/headless.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/paths.h"
#include "app/cli/reading.h"
#include "app/studio/song.h"
#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "engine/learn/train.h"
#include "engine/workspace.h"
#include "midi_io/outputs.h"

int headless_fail(const Error *err) {
    if (interrupt_status()) {
        console_complain("Interrupted.");
        return interrupt_status();
    }
    console_complain(err->text);
    return VERB_FAILED;
}

int headless_usage(const Error *err) {
    console_complain(err->text);
    return VERB_USAGE;
}

/* ---- in ---- */

const char *headless_path(const char *path) {
    return console_is_stream(path) ? "standard input" : path;
}

const char *headless_name(const char *path) {
    return file_base(headless_path(path));
}

bool headless_bytes(const char *path, size_t limit, unsigned char **bytes, size_t *size, Error *err) {
    return console_is_stream(path) ? console_read(bytes, size, limit, err)
                                   : file_read(path, limit, bytes, size, err);
}

ScoreFileWish headless_wish(const Options *options) {
    return (ScoreFileWish){.track = options->track, .tune = options->tune};
}

bool headless_parse(Score *score, SmfReport *report, const unsigned char *bytes, size_t size,
                    const char *name, const ScoreFileWish *wish, Error *err) {
    Score file = {0};
    SmfReading reading = {0};
    Document song = {0};
    bool ok = score_file_parse(&file, &reading, bytes, size, name, wish, report, err);
    if (ok && !(wish && wish->track)) {
        ok = song_read(&song, NULL, NULL, &file, &reading, err) &&
             score_copy(score, &song.score[DOCUMENT_ORIGINAL], err);
    } else if (ok) {
        ok = score_copy(score, &file, err);
    }
    score_deinit(&file);
    document_deinit(&song);
    smf_read_deinit(&reading);
    if (!ok) return false;
    if (score_voice(score, 0)->count == 0) return error_set(err, "%s has no notes to work with.", name);
    return true;
}

bool headless_read_silently(Score *score, SmfReport *report, const char *path, const ScoreFileWish *wish,
                            Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    const bool ok = headless_bytes(path, SCORE_FILE_SIZE_MAX, &bytes, &size, err) &&
                    headless_parse(score, report, bytes, size, headless_path(path), wish, err);
    free(bytes);
    interrupt_catch();
    return ok;
}

static void say_import(const SmfReport *report, const char *path) {
    if (report->text[0]) console_say("%s: %s", headless_name(path), report->text);
}

bool headless_read(Score *score, const char *path, const ScoreFileWish *wish, Error *err) {
    SmfReport report = {0};
    if (!headless_read_silently(score, &report, path, wish, err)) return false;
    say_import(&report, path);
    return true;
}

bool headless_read_pair(Score *first, Score *second, const Options *options, Error *err) {
    SmfReport report[2] = {0};
    const char *const *path = options->operand;
    const ScoreFileWish wish = headless_wish(options);
    if (!headless_read_silently(first, &report[0], path[0], &wish, err) ||
        !headless_read_silently(second, &report[1], path[1], NULL, err))
        return false;
    for (int i = 0; i < 2; i++) say_import(&report[i], path[i]);
    return true;
}

void headless_say_lengths(const BarSequence *poured, const char *poured_path, const BarSequence *into,
                          const char *into_path) {
    if (poured->steps == into->steps || into->count == 0) return;
    console_say("%s has bars of %d sixteenths, %s of %d: %s", headless_name(poured_path), poured->steps,
                headless_name(into_path), into->steps,
                poured->steps > into->steps ? "they are cut where they are poured"
                                            : "the last note of a bar goes on where it is poured");
}

void headless_say_bars(const BarReport *report, const char *path) {
    char words[READING_WORDS_SIZE];
    for (int i = 0; reading_words(report, i, words, sizeof words); i++)
        console_say("%s: %s", headless_name(path), words);
}

bool headless_bars(BarSequence *bars, const Score *score, const char *path, Error *err) {
    BarReport report = {0};
    if (!bar_sequence_from_score(bars, score, NULL, &report, err)) return false;
    headless_say_bars(&report, path);
    return true;
}

bool headless_make_folder(const char *path, Error *err) {
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return true;
    return error_set(err, "Cannot make the folder %s: %s.", path, file_reason(errno));
}

/* ---- out ---- */

bool headless_has_place(const Options *options, Error *err) {
    return !console_is_stream(options->out) ||
           error_set(err, "%s cannot write to standard output: name a place on the disk with -o.",
                     options->verb->name);
}

bool headless_one_result(const Options *options, Error *err) {
    return !options->json || !console_is_stream(options->svg) ||
           error_set(err,
                     "--json and --svg - would both go to standard output: name a file for the picture.");
}

bool headless_save(const char *path, const void *bytes, size_t size, Error *err) {
    return console_is_stream(path) ? console_write(bytes, size, err) : file_save(path, bytes, size, err);
}

static bool make_score(Score *score, const BarSequence *bars, const Score *like, const char *track_name,
                       Error *err) {
    Track made = {0};
    Track *track = bar_sequence_to_track(&made, bars, like->timeline, score_voice(like, 0), err)
                       ? track_share(&made, err)
                       : NULL;
    track_deinit(&made);
    if (!track) return false;
    track->origin = (TrackOrigin){0};
    track_set_name(track, track_name);
    score_set_timeline(score, timeline_ref(like->timeline));
    return score_add_track(score, track, err);
}

bool headless_write(const Options *options, const BarSequence *bars, const Score *like,
                    const char *track_name, const char *path, Error *err) {
    Score score = {0};
    Format format;
    unsigned char *bytes = NULL;
    size_t size = 0;
    char lost[SCORE_FILE_LOST_SIZE] = "";
    const bool ok = score_file_format(&format, path, options->format, err) &&
                    make_score(&score, bars, like, track_name, err) &&
                    score_file_write(&score, (Key){0}, format, &bytes, &size, lost, err) &&
                    headless_save(path, bytes, size, err);
    if (ok && lost[0]) console_say("%s cannot hold everything: %s", format_label(format), lost);
    free(bytes);
    score_deinit(&score);
    return ok;
}

MidiOutput *headless_output(const Options *options, Error *note) {
    const bool named = options_given(options, OPTION_OUTPUT) && options->output[0];
    MidiOutput *output =
        named ? outputs_open_named(options->output, note) : outputs_open(options->output, note);
    if (!output && !note->text[0]) error_memory(note, "the output");
    return output;
}

int headless_threads(const Options *options) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (options->threads) return options->threads;
    return cores < 1 ? 1 : cores > TRAIN_THREADS_MAX ? TRAIN_THREADS_MAX : (int)cores;
}

bool headless_open(HeadlessModel *out, const Options *options, Error *err) {
    *out = (HeadlessModel){0};
    char *shipped = options->model ? NULL : paths_model();
    const char *path = options->model ? options->model : shipped;
    if (!path)
        return error_set(err,
                         "There is no model: name one with --model FILE, or make one with refrain train.");
    out->model = workspace_load_model(path, err);
    if (out->model) out->reader = reader_new(out->model, err);
    if (out->reader) {
        const char *name = model_metadata(out->model, "name");
        utf8_copy(out->name, sizeof out->name, name ? name : file_base(path));
    }
    bool ok = out->reader != NULL;
    if (!ok) headless_close(out);
    free(shipped);
    return ok;
}

void headless_close(HeadlessModel *model) {
    reader_free(model->reader);
    model_free(model->model);
    *model = (HeadlessModel){0};
}
