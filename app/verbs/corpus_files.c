#include "app/verbs/corpus_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/cli/console.h"
#include "app/cli/progress.h"
#include "app/verbs/headless.h"
#include "engine/base/file.h"
#include "engine/music/format.h"
#include "midi_io/score_file.h"

/* A folder, whatever it is called: by links it may have many names, and be within itself. */
typedef struct {
    dev_t device;
    ino_t inode;
} Folder;

typedef struct {
    Corpus *corpus;
    CorpusFilesWhat what;
    CorpusFilesReport *report;
    Progress progress;
    Folder *folder; /* that have been read; owned */
    int folders, room;
} Reading;

/* *first: it has not been read yet. */
static bool enter(Reading *r, const struct stat *status, bool *first, Error *err) {
    const Folder here = {status->st_dev, status->st_ino};
    *first = true;
    for (int i = 0; i < r->folders; i++)
        if (r->folder[i].device == here.device && r->folder[i].inode == here.inode) *first = false;
    if (!*first) return true;
    if (r->folders == r->room) {
        const int room = r->room ? 2 * r->room : 64;
        Folder *grown = realloc(r->folder, (size_t)room * sizeof *grown);
        if (!grown) return error_memory(err, "the names of folders");
        r->folder = grown;
        r->room = room;
    }
    r->folder[r->folders++] = here;
    return true;
}

static bool no_melody(const char *path, Error *err) {
    return error_set(err, "%s has no notes but drums.", path);
}

static bool add_track(const Reading *r, const Score *score, const Track *track, const char *path,
                      Error *err) {
    enum { UNIT_MAX = 64 };
    const Meter meter = timeline_meter(score->timeline, 0);
    const int unit = meter_unit(meter) <= UNIT_MAX ? meter_unit(meter) : UNIT_MAX;
    BarSequence bars = {0};
    BarReport report;
    const bool ok = bar_sequence_from_track(&bars, score->timeline, track, &report, err) &&
                    corpus_add(r->corpus, file_base(path), track->name[0] ? track->name : score->title,
                               meter_beats(meter), unit, &bars, err);
    bar_sequence_deinit(&bars);
    if (!ok) return false;
    r->report->line_notes += report.line;
    r->report->kept_notes += report.kept;
    return true;
}

/* In the file's own ticks and with all its meters: nothing is rounded before the bars are read. */
static bool add_tracks(const Reading *r, const Score *score, const char *path, Error *err) {
    bool ok = true;
    int read = 0;
    for (int i = 0; ok && i < score->tracks; i++) {
        if (score->track[i]->channel == TRACK_DRUMS || score->track[i]->count == 0) continue;
        ok = add_track(r, score, score->track[i], path, err);
        read++;
    }
    return ok && (read > 0 || no_melody(path, err));
}

/* As the other verbs read it, but that drums are no melody. */
static bool add_melody(const Reading *r, const Score *score, const char *path, Error *err) {
    if (score_voice(score, 0)->channel == TRACK_DRUMS) return no_melody(path, err);
    return add_track(r, score, score_voice(score, 0), path, err);
}

/* A file of which some tunes can be read is read; why the first of the others cannot is kept. */
typedef struct {
    const Reading *reading;
    const char *path;
    int tunes; /* that were read */
    Error why;
} Book;

static bool add_tune(void *to, const ScoreFileTune *tune) {
    Book *book = to;
    Score score = {0};
    SmfReport ignored;
    Error why = {0};
    const Reading *r = book->reading;
    bool ok = headless_parse(&score, &ignored, tune->bytes, tune->size, book->path, NULL, &why);
    if (ok)
        ok = r->what == CORPUS_FILES_TRACKS ? add_tracks(r, &score, book->path, &why)
                                            : add_melody(r, &score, book->path, &why);
    score_deinit(&score);
    book->tunes += ok;
    if (!ok && !book->why.text[0]) book->why = why;
    return true;
}

static bool read_song(const Reading *r, const unsigned char *bytes, size_t size, const char *path,
                      Error *err) {
    Book book = {.reading = r, .path = path};
    score_file_tunes(bytes, size, path, add_tune, &book);
    return book.tunes > 0 || error_set(err, "%s", book.why.text);
}

/* By its content, else by its name; what tells neither way should be a table of melodies. */
static bool read_file(const Reading *r, const char *path, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!headless_bytes(path, CORPUS_BYTES_MAX, &bytes, &size, err)) return false;
    Format format = format_of_content(bytes, size);
    if (format == FORMAT_OTHER) format = format_of(path);
    const bool ok = format_is_score(format) ? read_song(r, bytes, size, headless_path(path), err)
                                            : corpus_parse(r->corpus, headless_path(path), bytes, size, err);
    free(bytes);
    return ok;
}

static bool read_folder(Reading *r, const char *path, const struct stat *status, Error *err);

static bool read_entry(Reading *r, const char *path, Error *err) {
    struct stat status;
    if (stat(path, &status) != 0) return true; /* a link to nowhere */
    if (S_ISDIR(status.st_mode)) return read_folder(r, path, &status, err);
    const Format format = format_of(path);
    if (format != FORMAT_CORPUS && !format_is_score(format)) return true;
    Error why = {0};
    progress_show(&r->progress, r->report->files + r->report->left_out, file_base(path));
    if (read_file(r, path, &why))
        r->report->files++;
    else if (r->report->left_out++ == 0)
        r->report->first_error = why;
    return true;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_folder(Reading *r, const char *path, const struct stat *status, Error *err) {
    struct dirent **entries = NULL;
    bool first;
    if (!enter(r, status, &first, err) || !first) return !first;
    int count = scandir(path, &entries, visible, by_name);
    if (count < 0) return error_set(err, "Cannot read the folder %s: %s.", path, file_reason(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        char *inner = ok ? file_join(path, entries[i]->d_name) : NULL;
        if (ok) ok = inner ? read_entry(r, inner, err) : error_memory(err, "a path");
        free(inner);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool read_named(Reading *r, const char *path, Error *err) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return read_folder(r, path, &status, err);
    if (!read_file(r, path, err)) return false;
    r->report->files++;
    return true;
}

bool corpus_files_read(Corpus *corpus, const char *const *paths, int count, CorpusFilesWhat what,
                       CorpusFilesReport *report, Error *err) {
    *report = (CorpusFilesReport){0};
    Reading reading = {.corpus = corpus,
                       .what = what,
                       .report = report,
                       .progress = progress_begin("reading", "files", 0, 0)};
    bool ok = true;
    for (int i = 0; i < count && ok; i++) ok = read_named(&reading, paths[i], err);
    progress_end(&reading.progress);
    free(reading.folder);
    if (!ok) return false;
    if (corpus->count > 0) return true;
    if (report->left_out > 0)
        return error_set(err, "None of the files could be read: %.300s", report->first_error.text);
    return error_set(
        err, "There are no melodies in %s: name .tsv, .tsv.gz or MIDI files, or folders of them.", paths[0]);
}

void corpus_files_say(const Corpus *corpus, const CorpusFilesReport *report) {
    console_say("read %d melodies, %d bars from %d file%s", corpus->count, corpus->bar_count, report->files,
                report->files == 1 ? "" : "s");
    if (report->left_out)
        console_say("%d file%s left out; the first because: %s", report->left_out,
                    report->left_out == 1 ? "" : "s", report->first_error.text);
}
