#include "app/studio/opening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/paths.h"
#include "app/cli/reading.h"
#include "app/studio/song.h"
#include "engine/base/file.h"
#include "engine/music/grouping.h"

static bool refuse(Studio *studio, const char *text) {
    messages_refuse(&studio->messages, "%s", text);
    return false;
}

/* ---- files ---- */

/* Bundled melodies are templates: nobody wants to save over them by accident. */
static bool is_bundled(const char *path) {
    char *assets = paths_asset("demo"), *folder = assets ? realpath(assets, NULL) : NULL;
    char *file = realpath(path, NULL);
    size_t length = folder ? strlen(folder) : 0;
    bool bundled = folder && file && strncmp(file, folder, length) == 0 && file[length] == '/';
    free(assets);
    free(folder);
    free(file);
    return bundled;
}

static bool adopt(Studio *studio, Document *document, Score *result, bool modified) {
    if (!editor_open(&studio->editor, document, result, modified)) return false;
    playback_stop(&studio->playback);
    return true;
}

/* What a melody from elsewhere does not bring along: the context that is open, and what is to be made of it. */
static bool keep_context(Document *document, const Document *open, Error *err) {
    if (!open->has_context) return true;
    document->key[DOCUMENT_CONTEXT] = open->key[DOCUMENT_CONTEXT];
    document->temperature = open->temperature;
    return document_take_recipe(document, open, err) &&
           score_copy(&document->score[DOCUMENT_CONTEXT], &open->score[DOCUMENT_CONTEXT], err) &&
           bar_normalise(document, err);
}

/* What two melodies that have just met have to be told of each other, before what is said of the file; "" = nothing. */
static void pair_words(const Document *document, char *out, size_t size) {
    const Score *original = &document->score[DOCUMENT_ORIGINAL],
                *context = &document->score[DOCUMENT_CONTEXT];
    DocumentFit old = document->fit;
    Document pair = *document; /* borrows everything */
    out[0] = '\0';
    if (!document->has_context || score_voice(original, 0)->count == 0) return;
    Meter one = timeline_meter(original->timeline, 0), two = timeline_meter(context->timeline, 0);
    if (one.beats != two.beats || one.unit != two.unit)
        snprintf(out, size, "The original is in %d/%d, the context in %d/%d%s. ", meter_beats(one),
                 meter_unit(one), meter_beats(two), meter_unit(two),
                 grouping_bar(original->timeline, 0).steps == grouping_bar(context->timeline, 0).steps
                     ? ""
                     : ": a bar that is too long for its place is cut, the last note of a short one goes on");
    document_decide_fit(&pair, DOCUMENT_ALIGN_KEY);
    if (pair.fit.semitones == 0 || old.align != DOCUMENT_ALIGN_NONE) return;
    size_t used = strlen(out);
    snprintf(out + used, size - used,
             "The original is in %s, the context in %s: :align key fits them (%+d). ",
             key_name(pair.fit.from), key_name(pair.fit.into), pair.fit.semitones);
}

/* A melody in the place of another leaves the recipe as far as it goes. */
static void recipe_words(const Document *document, int before, char *out, size_t size) {
    int kept = document_chosen_sources(document), gone = before - kept;
    out[0] = '\0';
    if (gone > 0)
        snprintf(out, size, " %d chosen source%s of bars that it does not have %s dropped.", gone,
                 gone == 1 ? "" : "s", gone == 1 ? "is" : "are");
    else if (before > 0)
        snprintf(out, size, " The recipe stays.");
}

/* "; the model: 3 grace notes too short .., .." */
static void model_words(const Score *score, char *out, size_t size) {
    BarSequence bars = {0};
    BarReport report = {0};
    char words[READING_WORDS_SIZE];
    size_t used = 0;
    out[0] = '\0';
    bar_sequence_from_score(&bars, score, NULL, &report, NULL);
    bar_sequence_deinit(&bars);
    for (int i = 0; used + sizeof words < size && reading_words(&report, i, words, sizeof words); i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "; the model: ", words);
}

/* Where the melody begins, if that is not at once: its first screen is empty then. */
static void begin_words(const Score *score, char *out, size_t size) {
    const Track *voice = score_voice(score, 0);
    const int bar = voice->count ? timeline_bar_at(score->timeline, voice->notes[0].start).index : 0;
    out[0] = '\0';
    if (bar > 0)
        snprintf(out, size, "; its first note is in bar %d (w)", timeline_bar_number(score->timeline, bar));
}

static void say_opened(Studio *studio, DocumentScore which, const SmfReport *report, const char *path,
                       const char *recipe) {
    const Document *document = editor_document(&studio->editor);
    const bool context = which == DOCUMENT_CONTEXT;
    char words[MESSAGES_SIZE / 4], reading[MESSAGES_SIZE / 2], begins[48];
    pair_words(document, words, sizeof words);
    begin_words(&document->score[which], begins, sizeof begins);
    model_words(&document->score[which], reading, sizeof reading);
    messages_say(&studio->messages, "%s%s%s%s%s%s%s%s", words, context ? "context: " : "",
                 report->text[0] ? report->text : file_base(path), begins,
                 !context && report->tracks > 1 ? "; :track lists them" : "", reading, recipe[0] ? "." : "",
                 recipe);
}

/* A file as a document: what is opened. All are empty before; the caller deinits them. */
typedef struct {
    Document document;
    Score result;
    SongFile file; /* as a recovery file knew it */
    SmfReport report;
    bool own; /* a song of refrain's */
} Opened;

static void opened_deinit(Opened *opened) {
    document_deinit(&opened->document);
    score_deinit(&opened->result);
    song_file_deinit(&opened->file);
}

static bool open_file(Opened *opened, const char *path, const ScoreFileWish *wish, Error *err) {
    Score score = {0};
    SmfReading reading = {0};
    bool ok = score_file_open(&score, &reading, path, wish, &opened->report, err);
    opened->own = ok && smf_state_is_whole(&reading.state);
    ok = ok && song_read(&opened->document, &opened->result, &opened->file, &score, &reading, err);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return ok;
}

bool opening_song(Studio *studio, const char *typed, const ScoreFileWish *wish) {
    char *path = paths_typed(typed, "");
    if (!path || !path[0]) {
        free(path);
        return refuse(studio, "Which file? :e FILE, or F5 for the file list.");
    }
    Opened opened = {0};
    Error err = {{0}};
    const FileStamp stamp = file_stamp(path);
    const Document *open = editor_document(&studio->editor);
    const int before = open->has_context ? document_chosen_sources(open) : 0;
    char recipe[96] = "";
    bool ok = open_file(&opened, path, wish, &err);
    if (ok && !opened.own) ok = keep_context(&opened.document, open, &err);
    if (ok) ok = adopt(studio, &opened.document, &opened.result, false);
    if (ok) {
        const SmfReport *report = &opened.report;
        song_file_set(&studio->file, is_bundled(path) ? NULL : path, stamp, report->lost);
        studio->file.read_only = report->read_only;
        studio_remember_file(studio, path);
        recovery_leave(&studio->recovery);
        if (!opened.own) recipe_words(editor_document(&studio->editor), before, recipe, sizeof recipe);
        say_opened(studio, DOCUMENT_ORIGINAL, report, path, recipe);
    } else if (err.text[0]) {
        messages_refuse(&studio->messages, "%s", err.text);
    }
    opened_deinit(&opened);
    free(path);
    return ok;
}

bool opening_context(Studio *studio, const char *typed, DocumentAlign align) {
    char *path = paths_typed(typed, "");
    if (!path || !path[0]) {
        free(path);
        return refuse(studio, "Which file? :context-file FILE, or F5 for the file list.");
    }
    Opened opened = {0};
    char recipe[96];
    const int before = editor_document(&studio->editor)->has_context
                           ? document_chosen_sources(editor_document(&studio->editor))
                           : 0;
    Error err = {{0}};
    bool ok = open_file(&opened, path, NULL, &err);
    Score *score = &opened.document.score[DOCUMENT_ORIGINAL];
    if (ok && score_voice(score, 0)->count == 0)
        ok = error_set(&err, "%s has no notes to take a context from.", path);
    Document *draft = ok ? editor_begin_document(&studio->editor, "open context") : NULL;
    ok = draft && score_copy(&draft->score[DOCUMENT_CONTEXT], score, &err);
    if (ok) {
        if (!score->title[0]) score_set_title(&draft->score[DOCUMENT_CONTEXT], file_base(path));
        draft->key[DOCUMENT_CONTEXT] = opened.document.key[DOCUMENT_ORIGINAL];
        document_decide_fit(draft, align);
        editor_commit(&studio->editor);
        studio_remember_file(studio, path);
        recipe_words(editor_document(&studio->editor), before, recipe, sizeof recipe);
        say_opened(studio, DOCUMENT_CONTEXT, &opened.report, path, recipe);
    } else {
        if (draft) editor_cancel(&studio->editor);
        if (err.text[0]) messages_refuse(&studio->messages, "%s", err.text);
    }
    opened_deinit(&opened);
    free(path);
    return ok;
}

bool opening_new(Studio *studio) {
    Document document;
    Score none = {0};
    document_init(&document);
    bool ok = bar_normalise(&document, NULL) && adopt(studio, &document, &none, false);
    document_deinit(&document);
    if (!ok) return false;
    song_file_set(&studio->file, NULL, (FileStamp){0}, "");
    recovery_leave(&studio->recovery);
    messages_say(&studio->messages, "an empty song");
    return true;
}

/* ---- recovery ---- */

void opening_offer_journal(Studio *studio) {
    if (studio->finds.next >= studio->finds.count) return;
    const RecoveryFind *find = &studio->finds.find[studio->finds.next];
    pending_ask(&studio->pending, PENDING_RECOVER, NULL,
                "Unsaved work of %s was found. Open it (y), throw it away (t), later (l)?", find->when);
}

bool opening_journal(Studio *studio) {
    const RecoveryFind *find = &studio->finds.find[studio->finds.next++];
    Opened opened = {0};
    Error err = {{0}};
    bool ok =
        open_file(&opened, find->path, NULL, &err) && recovery_adopt(&studio->recovery, find->path, &err);
    if (ok && !(ok = adopt(studio, &opened.document, &opened.result, true)))
        recovery_give_back(&studio->recovery, find->path);
    if (ok) {
        const SongFile *file = &opened.file;
        song_file_set(&studio->file, file->path, file->stamp, file->lost);
        messages_say(&studio->messages, "recovered the work of %s; :w saves it", find->when);
    } else if (err.text[0]) {
        messages_refuse(&studio->messages, "%s", err.text);
    }
    opened_deinit(&opened);
    return ok;
}

bool opening_discard_journal(Studio *studio) {
    const RecoveryFind *find = &studio->finds.find[studio->finds.next++];
    Error err = {{0}};
    char *where;
    if (!recovery_discard(&studio->recovery, find->path, &where, &err)) return refuse(studio, err.text);
    messages_say(&studio->messages, "thrown away; it lies in %s for %d days", where, RECOVERY_TRASH_DAYS);
    free(where);
    return true;
}
