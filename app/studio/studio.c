#include "app/studio/studio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/keeping.h"
#include "app/studio/song.h"

bool studio_init(Studio *studio, Engine *engine, Player *player, Errands *errands, Error *err) {
    *studio = (Studio){.errands = errands};
    studio->playback.player = player;
    if (!editor_init(&studio->editor, engine, &studio->messages, err)) return false;
    outlet_init(&studio->outlet, player, errands, &studio->messages);
    studio->followed = studio->editor.session.revision;
    return true;
}

void studio_deinit(Studio *studio) {
    outlet_deinit(&studio->outlet);
    recovery_finds_deinit(&studio->finds);
    recovery_deinit(&studio->recovery);
    pending_deinit(&studio->pending);
    song_file_deinit(&studio->file);
    recent_deinit(&studio->recent);
    candidates_deinit(&studio->candidates);
    editor_deinit(&studio->editor);
    messages_deinit(&studio->messages);
    *studio = (Studio){0};
}

/* The player hears what is shown; only when that has changed, because every switch releases what sounds. */
static void refresh_player(Studio *studio) {
    const Editor *editor = &studio->editor;
    Error err = {{0}};
    studio->heard = editor->derived.changes;
    studio->heard_version = editor->version;
    studio->heard_mix = editor->mixer.changes;
    const ScheduleMusic music = editor_music(editor);
    if (!playback_refresh(&studio->playback, &music, editor_document(editor), &err))
        messages_refuse(&studio->messages, "%s", err.text);
}

/* The command line completes the tracks by their names, those without by number. */
static void offer_tracks(Studio *studio) {
    enum { CHOICES_MAX = 64, NUMBER_SIZE = 8 };
    const Score *score = &editor_document(&studio->editor)->score[editor_settings(&studio->editor)];
    char number[CHOICES_MAX][NUMBER_SIZE];
    const char *choices[CHOICES_MAX + 1] = {"none"};
    int count = 0;
    for (; studio->ui && count < CHOICES_MAX && count < score->tracks; count++) {
        snprintf(number[count], sizeof number[count], "%d", count + 1);
        choices[count + 1] = score->track[count]->name[0] ? score->track[count]->name : number[count];
    }
    if (!studio->ui) return;
    ui_set_choices(studio->ui, COMMAND_TRACK, choices + 1, count);
    ui_set_choices(studio->ui, COMMAND_MUTE, choices, count + 1);
    ui_set_choices(studio->ui, COMMAND_SOLO, choices, count + 1);
}

/* That two melodies cannot be mixed is news when it comes true, wherever one looks. */
static void tell_reason(Studio *studio) {
    const Error *reason = &studio->editor.derived.reason[VERSION_RESULT];
    if (strcmp(studio->told.text, reason->text) == 0) return;
    studio->told = *reason;
    if (reason->text[0]) messages_note(&studio->messages, "%s", reason->text);
}

/* What :take and :forget complete. */
static void offer_takes(const Studio *studio) {
    const Takes *takes = editor_document(&studio->editor)->takes;
    const char *names[TAKES_MAX];
    int count = takes_count(takes);
    for (int i = 0; i < count; i++) names[i] = takes_name(takes, i);
    if (!studio->ui) return;
    ui_set_choices(studio->ui, COMMAND_TAKE, names, count);
    ui_set_choices(studio->ui, COMMAND_FORGET, names, count);
}

void studio_follow(Studio *studio) {
    Editor *editor = &studio->editor;
    const Session *session = &editor->session;
    bool derived_shown = editor->version == VERSION_RECONSTRUCTION || editor->version == VERSION_RESULT;
    bool edited = session->revision != studio->followed;
    studio->followed = session->revision;
    if (edited) derived_update(&editor->derived, editor_document(editor));
    if (edited) offer_takes(studio);
    mixer_follow(&editor->mixer, editor_document(editor));
    if (edited || editor->version != studio->heard_version) offer_tracks(studio);
    if (edited || editor->version != studio->heard_version) editor_follow_chords(editor, edited);
    bool other = editor->version != studio->heard_version || editor->mixer.changes != studio->heard_mix;
    if (edited || other || (derived_shown && studio->heard != editor->derived.changes))
        refresh_player(studio);
    tell_reason(studio);
    recovery_note(&studio->recovery, session->revision, session_modified(session), studio->now_ms);
}

void studio_remember_file(Studio *studio, const char *path) {
    recent_add(&studio->recent, path);
    keeping_recent(studio->errands, path);
    if (studio->ui) ui_set_recent(studio->ui, recent_paths(&studio->recent), studio->recent.count);
}

/* ---- the engine's replies ---- */

static void take_model(Studio *studio, const EngineReply *reply) {
    Editor *editor = &studio->editor;
    bool asked = editor->derived.asked_model;
    derived_take_model(&editor->derived, editor_document(editor), reply->ok);
    if (!reply->ok)
        messages_refuse(&studio->messages, "%s", reply->error.text);
    else if (asked)
        messages_say(&studio->messages, "the model is now %s", reply->model_name);
}

static void take_derived(Studio *studio, EngineReply *reply) {
    Editor *editor = &studio->editor;
    if (!derived_take(&editor->derived, editor_document(editor), reply) || reply->ok) return;
    bool shown = (reply->kind == ENGINE_RESULT && editor->version == VERSION_RESULT) ||
                 (reply->kind == ENGINE_ORIGINAL && editor->version == VERSION_RECONSTRUCTION);
    if (shown) messages_refuse(&studio->messages, "%s", reply->error.text);
}

void studio_take_replies(Studio *studio) {
    EngineReply reply;
    while (studio->editor.derived.engine && engine_take(studio->editor.derived.engine, &reply)) {
        if (reply.kind == ENGINE_LOAD_MODEL)
            take_model(studio, &reply);
        else if (reply.kind == ENGINE_CONTINUE)
            continuation_take(&studio->continuation, &studio->editor, &reply);
        else if (reply.kind == ENGINE_CHOICES)
            candidates_take(&studio->candidates, &studio->editor, &reply);
        else
            take_derived(studio, &reply);
        engine_reply_deinit(&reply);
    }
    studio_follow(studio);
}

/* ---- the journal ---- */

static bool write_journal(Studio *studio, bool at_once, Error *err) {
    Recovery *recovery = &studio->recovery;
    const Editor *editor = &studio->editor;
    const Session *session = &editor->session;
    if (!recovery->path || !session_modified(session)) return true;
    bool due = recovery_wait_ms(recovery, studio->now_ms) == 0;
    bool wanting = recovery->revision != session->revision || recovery->failed;
    if (recovery->writing || (!due && !(at_once && wanting))) return true;
    unsigned char *bytes;
    size_t size;
    Error why = {{0}};
    if (song_bytes(editor_document(editor), derived_stored_result(&editor->derived), &studio->file, &bytes,
                   &size, &why)) {
        recovery_write(recovery, studio->errands, session->revision, bytes, size);
        return true;
    }
    recovery->due_ms = studio->now_ms + RECOVERY_DELAY_MS;
    return error_set(err, "Unsaved work is not kept safe: %.300s", why.text);
}

static void tell_thrown(Studio *studio) {
    if (studio->quit) return; /* told when the screen is closed */
    char *thrown = recovery_take_thrown(&studio->recovery);
    if (thrown)
        messages_say(&studio->messages, "the recovered work was not saved; it lies in %s for %d days", thrown,
                     RECOVERY_TRASH_DAYS);
    free(thrown);
}

bool studio_journal(Studio *studio, bool at_once) {
    Error err = {{0}};
    tell_thrown(studio);
    bool ok = write_journal(studio, at_once, &err);
    ok = recovery_tell(&studio->recovery, ok ? &err : NULL) && ok;
    if (!ok) messages_refuse(&studio->messages, "%s", err.text);
    return ok;
}
