#include "app/studio/saving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cli/paths.h"
#include "app/studio/song.h"
#include "engine/base/file.h"
#include "midi_io/score_file.h"

static bool refuse(Studio *studio, const char *text) {
    messages_refuse(&studio->messages, "%s", text);
    return false;
}

bool saving_may_write(Studio *studio, const char *path, const Command *command) {
    char why[SONG_FILE_WORDS_SIZE];
    if (studio->pending.consent || !song_file_objects(&studio->file, path, command->id == COMMAND_SAVE, why))
        return true;
    pending_ask(&studio->pending, PENDING_OVERWRITE, command, "%s %s. Overwrite it?", file_base(path), why);
    return false;
}

bool saving_goes_on(const Studio *studio) {
    return studio->file.saving || pending_holds(&studio->pending, COMMAND_SAVE);
}

/* ---- the errand ---- */

typedef struct {
    Studio *studio;
    char *path;
    unsigned char *bytes;
    size_t size;
    uint64_t stamp;                  /* of the document that it is */
    int notes, beside;               /* of a version: its melody's notes, its other tracks */
    char lost[SCORE_FILE_LOST_SIZE]; /* of a version: what its format cannot hold */
    FileStamp written;               /* when it was there */
    bool ok;
    Error error;
} Writing;

static void writing_free(Writing *writing) {
    free(writing->path);
    free(writing->bytes);
    free(writing);
}

static void write_file(void *data, const atomic_bool *cancelled) {
    (void)cancelled; /* what has begun is better finished: a file is there whole or not at all */
    Writing *writing = data;
    writing->ok = file_save(writing->path, writing->bytes, writing->size, &writing->error);
    if (writing->ok) writing->written = file_stamp(writing->path);
}

static void song_written(void *data) {
    Writing *writing = data;
    Studio *studio = writing->studio;
    studio->file.saving = false;
    if (writing->ok) {
        song_file_set(&studio->file, writing->path, writing->written, "");
        session_mark_saved(&studio->editor.session, writing->stamp);
        studio_remember_file(studio, writing->path);
        pending_note_saved(&studio->pending);
        messages_say(&studio->messages, "saved %s", writing->path);
    } else {
        pending_forget_after(&studio->pending);
        messages_refuse(&studio->messages, "%s", writing->error.text);
    }
    writing_free(writing);
    studio_follow(studio); /* the journal of what is saved goes */
}

static void version_written(void *data) {
    Writing *writing = data;
    Studio *studio = writing->studio;
    char tracks[48] = "";
    if (writing->beside > 0)
        snprintf(tracks, sizeof tracks, " and %d other track%s", writing->beside,
                 writing->beside == 1 ? "" : "s");
    if (writing->ok)
        messages_say(&studio->messages, "exported %d notes%s to %s%s%s", writing->notes, tracks,
                     writing->path, writing->lost[0] ? "; not in it: " : "", writing->lost);
    else
        messages_refuse(&studio->messages, "%s", writing->error.text);
    writing_free(writing);
}

static Writing *writing_new(Studio *studio, const char *path, Error *err) {
    Writing *writing = calloc(1, sizeof *writing);
    char *copy = strdup(path);
    if (writing && copy) {
        *writing = (Writing){.studio = studio, .path = copy, .stamp = session_stamp(&studio->editor.session)};
        return writing;
    }
    free(writing);
    free(copy);
    error_set(err, "Out of memory.");
    return NULL;
}

/* ---- the song ---- */

static bool write_song(Studio *studio, const char *path) {
    const Editor *editor = &studio->editor;
    Error err = {{0}};
    Writing *writing = writing_new(studio, path, &err);
    if (writing && song_bytes(editor_document(editor), derived_stored_result(&editor->derived), NULL,
                              &writing->bytes, &writing->size, &err)) {
        studio->file.saving = true;
        errands_do(studio->errands, (Errand){write_file, song_written, writing});
        if (studio->file.saving) messages_say(&studio->messages, "saving %s ..", path);
        return true;
    }
    if (writing) writing_free(writing);
    return refuse(studio, err.text);
}

static bool ask_name(Studio *studio) {
    static const char why[] = "The song has no name yet: type one, such as song.mid, and Enter.";
    if (!studio->ui) return refuse(studio, why);
    ui_prompt(studio->ui, "w ", why);
    return true;
}

bool saving_song(Studio *studio, const Command *command) {
    Pending *pending = &studio->pending;
    if (pending_wait(pending, studio->file.saving, "the file", command, &studio->messages)) return true;
    Error err = {{0}};
    const char *typed = command->text;
    if (!typed[0] && !studio->file.path) return ask_name(studio);
    char *path = typed[0] ? paths_target(typed, ".mid", &err) : strdup(studio->file.path);
    if (!path) return refuse(studio, err.text[0] ? err.text : "Out of memory.");
    const char *read_only = song_file_read_only(&studio->file, path);
    const Format format = format_of(path);
    if (!read_only && format != FORMAT_MIDI && format_is_score(format))
        read_only = "songs are saved as MIDI files, and :export writes others";
    if (read_only)
        messages_refuse(&studio->messages, "%s is read-only here: %s. Save it under another name.",
                        file_base(path), read_only);
    bool ok = read_only || !saving_may_write(studio, path, command) ||
              pending_wait(pending, editor_waits(&studio->editor), "the model", command, &studio->messages) ||
              write_song(studio, path);
    free(path);
    return ok;
}

/* ---- one version ---- */

/* A derived version is its voice alone: it takes the place of the melody in the song whose structure it has. */
static bool version_bytes(Writing *writing, const Editor *editor, Error *err) {
    const Document *document = editor_document(editor);
    const DocumentScore settings = editor_settings(editor);
    const Score *version = editor_score(editor);
    Score whole = {0};
    Format format;
    writing->notes = editor_track(editor)->count;
    bool ok = score_file_format(&format, writing->path, FORMAT_OTHER, err) &&
              score_copy(&whole, &document->score[settings], err);
    if (ok && version != &document->score[settings]) ok = score_take_voice(&whole, version, err);
    ok = ok && score_file_write(&whole, document->key[settings], format, &writing->bytes, &writing->size,
                                writing->lost, err);
    writing->beside = whole.tracks > whole.voices ? whole.tracks - whole.voices : 0;
    score_deinit(&whole);
    return ok;
}

static bool write_version(Studio *studio, const char *path) {
    Error err = {{0}};
    Writing *writing = writing_new(studio, path, &err);
    if (writing && version_bytes(writing, &studio->editor, &err)) {
        errands_do(studio->errands, (Errand){write_file, version_written, writing});
        return true;
    }
    if (writing) writing_free(writing);
    return refuse(studio, err.text);
}

bool saving_version(Studio *studio, const Command *command) {
    Error err = {{0}};
    char *path = paths_target(command->text, ".mid", &err);
    bool ok;
    if (!path)
        ok = refuse(studio, err.text);
    else if (!path[0])
        ok = refuse(studio, "Where to? :export NAME.mid writes the shown version.");
    else if (pending_wait(&studio->pending, editor_waits(&studio->editor), "the model", command,
                          &studio->messages))
        ok = true;
    else if (editor_track(&studio->editor)->count == 0)
        ok = refuse(studio, editor_why_empty(&studio->editor, studio->editor.version));
    else
        ok = !saving_may_write(studio, path, command) || write_version(studio, path);
    free(path);
    return ok;
}
