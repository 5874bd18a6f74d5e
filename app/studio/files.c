#include "app/studio/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/paths.h"
#include "app/studio/song.h"
#include "engine/base/file.h"
#include "engine/base/home.h"

static bool refuse(Studio *studio, const char *text) {
    messages_refuse(&studio->messages, "%s", text);
    return false;
}

char *files_path(const char *typed, const char *suffix) {
    while (*typed == ' ') typed++;
    size_t length = strlen(typed);
    while (length && typed[length - 1] == ' ') length--;
    char *trimmed = strndup(typed, length), *path = trimmed ? home_expand(trimmed) : NULL;
    free(trimmed);
    if (!path || strchr(file_base(path), '.') || !file_base(path)[0]) return path;
    char *whole = malloc(strlen(path) + strlen(suffix) + 1);
    if (whole) strcat(strcpy(whole, path), suffix);
    free(path);
    return whole;
}

char *files_target(Studio *studio, const char *typed, const char *suffix) {
    struct stat status;
    char *path = files_path(typed, "");
    bool folder =
        path && path[0] && (!file_base(path)[0] || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)));
    if (folder)
        messages_refuse(&studio->messages, "\"%.200s\" is a folder: name a file in it.", path);
    else if (!path)
        refuse(studio, "Out of memory.");
    free(path);
    return folder || !path ? NULL : files_path(typed, suffix);
}

/* The file's own title, else its name. */
static void title_of(char title[MELODY_NAME_SIZE], const SmfSong *song, const char *path) {
    memset(title, 0, MELODY_NAME_SIZE); /* names are compared as bytes */
    if (song->title[0]) {
        memcpy(title, song->title, MELODY_NAME_SIZE);
        return;
    }
    snprintf(title, MELODY_NAME_SIZE, "%s", file_base(path));
    char *dot = strrchr(title, '.');
    if (dot && dot != title) *dot = '\0';
}

static void remember(Studio *studio, const char *path) {
    const Recent *memory = &studio->recent;
    recent_add(&studio->recent, path);
    if (studio->ui) ui_set_recent(studio->ui, (const char *const *)memory->recent, memory->recent_count);
}

/* ---- opening ---- */

static bool load(SmfSong *song, const char *path, int track, SmfReport *report, Error *err) {
    *song = (SmfSong){0};
    if (track == 0) return smf_file_load(song, path, report, err);
    song->count = 1;
    if (smf_file_import(&song->track[0], path, track, report, err)) {
        memcpy(song->title, song->track[0].name, sizeof song->title);
        return true;
    }
    smf_song_deinit(song);
    return false;
}

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

/* written_ns: of the content that is known, so taken before it is read or after it is written. */
static void set_path(Studio *studio, const char *path, int64_t written_ns) {
    char *copy = path ? realpath(path, NULL) : NULL;
    free(studio->path);
    studio->path = copy;
    studio->path_written_ns = written_ns;
}

static bool adopt_document(Studio *studio, Document *document, Melody *result, bool modified) {
    Error err = {{0}};
    if (!session_open(&studio->session, document, modified, &err)) return refuse(studio, err.text);
    derived_forget(&studio->derived);
    derived_give_result(&studio->derived, result);
    playback_stop(&studio->playback);
    studio->version = VERSION_ORIGINAL;
    studio->ghost = -1;
    return true;
}

/* What a song from elsewhere does not bring along: the context that is open, and the settings about it. */
static bool keep_context(Document *document, const Document *open, Error *err) {
    if (!open->has_context) return true;
    document->align = open->align;
    return melody_copy(&document->context, &open->context, err) && document_normalise(document, err);
}

bool files_open(Studio *studio, const char *typed, int track) {
    char *path = files_path(typed, "");
    if (!path || !path[0]) {
        free(path);
        return refuse(studio, "Which file? :e FILE, or F5 for the file list.");
    }
    SmfSong song;
    SmfReport report = {0};
    Document document = {0};
    Melody result = {0};
    Error err = {{0}};
    char title[MELODY_NAME_SIZE];
    const int64_t written_ns = file_written_ns(path);
    bool ok = load(&song, path, track, &report, &err);
    title_of(title, &song, path);
    bool ours = ok && song.state;
    ok = ok && song_read(&document, &result, NULL, &song, ours ? NULL : title, &err);
    if (ok && !ours) ok = keep_context(&document, studio_document(studio), &err);
    if (ok) ok = adopt_document(studio, &document, &result, false);
    if (ok) {
        set_path(studio, is_bundled(path) ? NULL : path, written_ns);
        studio->path_holds_more =
            !ours && (report.tracks > 1 || report.dropped || report.cut || report.quantised);
        remember(studio, path);
        recovery_remove(&studio->recovery);
        messages_say(&studio->messages, "%s", report.text[0] ? report.text : file_base(path));
    } else if (err.text[0]) {
        messages_refuse(&studio->messages, "%s", err.text);
    }
    smf_song_deinit(&song);
    document_deinit(&document);
    melody_deinit(&result);
    free(path);
    return ok;
}

static const Melody *named_original(const SmfSong *song) {
    for (int i = 0; i < song->count; i++)
        if (strcmp(song->track[i].name, "original") == 0) return &song->track[i];
    return song->count ? &song->track[0] : NULL;
}

bool files_open_context(Studio *studio, const char *typed) {
    char *path = files_path(typed, "");
    if (!path || !path[0]) {
        free(path);
        return refuse(studio, "Which file? :context-file FILE, or F5 for the file list.");
    }
    SmfSong song = {0};
    SmfReport report = {0};
    Error err = {{0}};
    bool ok = smf_file_load(&song, path, &report, &err);
    const Melody *melody = ok ? named_original(&song) : NULL;
    Document *draft = melody && melody->count ? studio_begin_document(studio, "open context") : NULL;
    if (ok && !(melody && melody->count)) error_set(&err, "%s has no notes to take a context from.", path);
    if (draft && melody_copy(&draft->context, melody, &err)) {
        title_of(draft->context.name, &song, path);
        draft->has_context = false; /* so that every bar that is not locked takes its default source */
        studio_commit(studio);
        remember(studio, path);
        messages_say(&studio->messages, "context: %s", report.text[0] ? report.text : file_base(path));
    } else {
        ok = false;
        if (draft) studio_cancel(studio);
        if (err.text[0]) messages_refuse(&studio->messages, "%s", err.text);
    }
    smf_song_deinit(&song);
    free(path);
    return ok;
}

bool files_new(Studio *studio) {
    Document document;
    Melody none = {0};
    document_init(&document);
    bool ok = document_normalise(&document, NULL) && adopt_document(studio, &document, &none, false);
    document_deinit(&document);
    if (!ok) return false;
    set_path(studio, NULL, 0);
    recovery_remove(&studio->recovery);
    messages_say(&studio->messages, "an empty song");
    return true;
}

/* ---- saving ---- */

static bool same_file(const char *a, const char *b) {
    struct stat status_a, status_b;
    return a && b && stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
           status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

/* What about the file forbids to overwrite it unasked; null when nothing does. */
static const char *objection(const Studio *studio, const char *path, const Command *command) {
    if (command->id != COMMAND_SAVE || !same_file(path, studio->path)) return "exists";
    if (file_written_ns(path) != studio->path_written_ns)
        return "was changed since it was opened or saved here";
    return studio->path_holds_more ? "holds more than refrain took from it" : NULL;
}

bool files_may_write(Studio *studio, const char *path, const Command *command) {
    if (studio->consent || access(path, F_OK) != 0) return true;
    const char *why = objection(studio, path, command);
    if (!why) return true;
    question_ask(&studio->question, QUESTION_OVERWRITE, command, "%s %s. Overwrite it?", file_base(path),
                 why);
    return false;
}

bool files_save(Studio *studio, const char *typed, const Command *command) {
    if (!typed[0] && !studio->path) {
        static const char why[] = "The song has no name yet: type one, such as song.mid, and Enter.";
        if (!studio->ui) return refuse(studio, why);
        ui_prompt(studio->ui, "w ", why);
        return false;
    }
    char *path = typed[0] ? files_target(studio, typed, ".mid") : strdup(studio->path);
    if (!path) return typed[0] ? false : refuse(studio, "Out of memory.");
    bool ok = false;
    if (files_may_write(studio, path, command)) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        Error err = {{0}};
        studio_settle(studio);
        ok = studio_song_bytes(studio, NULL, &bytes, &size, &err) && file_save(path, bytes, size, &err);
        free(bytes);
        if (ok) {
            set_path(studio, path, file_written_ns(path));
            studio->path_holds_more = false;
            session_mark_saved(&studio->session);
            recovery_remove(&studio->recovery);
            remember(studio, path);
            messages_say(&studio->messages, "saved %s", path);
        } else {
            messages_refuse(&studio->messages, "%s", err.text);
        }
    }
    free(path);
    return ok;
}

bool files_export(Studio *studio, const char *typed, const Command *command) {
    char *path = files_target(studio, typed, ".mid");
    if (!path) return false;
    if (!path[0]) {
        free(path);
        return refuse(studio, "Where to? :export NAME.mid writes the shown version.");
    }
    studio_settle(studio);
    const Melody *melody = studio_melody(studio);
    bool ok = false;
    if (melody->count == 0) {
        refuse(studio, studio_why_empty(studio, studio->version));
    } else if (files_may_write(studio, path, command)) {
        SmfSong song = {.count = 1};
        Error err = {{0}};
        ok = melody_copy(&song.track[0], melody, &err) && smf_file_save(&song, path, &err);
        smf_song_deinit(&song);
        if (ok)
            messages_say(&studio->messages, "exported %d notes to %s", melody->count, path);
        else
            messages_refuse(&studio->messages, "%s", err.text);
    }
    free(path);
    return ok;
}

/* ---- recovery ---- */

void files_offer_journal(Studio *studio) {
    if (studio->find_next >= studio->find_count) return;
    const RecoveryFind *find = &studio->finds[studio->find_next];
    question_ask(&studio->question, QUESTION_RECOVER, NULL,
                 "Unsaved work of %s was found. Open it (y), delete it (d), later (l)?", find->when);
}

bool files_open_journal(Studio *studio) {
    const RecoveryFind *find = &studio->finds[studio->find_next++];
    const int64_t journal_ns = file_written_ns(find->path);
    SmfSong song = {0};
    Document document = {0};
    Melody result = {0};
    char *path = NULL;
    Error err = {{0}};
    bool ok = smf_file_load(&song, find->path, NULL, &err) &&
              song_read(&document, &result, &path, &song, NULL, &err) &&
              recovery_adopt(&studio->recovery, find->path, &err);
    if (ok && !(ok = adopt_document(studio, &document, &result, true)))
        recovery_give_back(&studio->recovery, find->path);
    if (ok) {
        free(studio->path);
        studio->path = path;
        path = NULL;
        /* The file is as the crashed session knew it, unless it is newer than the journal. */
        const int64_t written_ns = studio->path ? file_written_ns(studio->path) : 0;
        studio->path_written_ns = written_ns < journal_ns ? written_ns : 0;
        studio->path_holds_more = false;
        messages_say(&studio->messages, "recovered the work of %s; :w saves it", find->when);
    } else if (err.text[0]) {
        messages_refuse(&studio->messages, "%s", err.text);
    }
    smf_song_deinit(&song);
    document_deinit(&document);
    melody_deinit(&result);
    free(path);
    return ok;
}

bool files_delete_journal(Studio *studio) {
    const RecoveryFind *find = &studio->finds[studio->find_next++];
    if (unlink(find->path) != 0) return refuse(studio, "The recovery file could not be deleted.");
    messages_say(&studio->messages, "deleted the unsaved work of %s", find->when);
    return true;
}
