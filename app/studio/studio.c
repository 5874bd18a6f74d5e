#include "app/studio/studio.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/song.h"

bool studio_init(Studio *studio, Engine *engine, Player *player, Errands *errands, Error *err) {
    *studio = (Studio){.engine = engine, .errands = errands, .ghost = -1};
    studio->playback.player = player;
    if (!session_init(&studio->session, err)) return false;
    derived_init(&studio->derived, engine);
    studio->followed = studio->session.revision;
    return true;
}

void studio_deinit(Studio *studio) {
    recovery_finds_free(studio->finds, studio->find_count);
    recovery_deinit(&studio->recovery);
    melody_deinit(&studio->preview);
    recent_deinit(&studio->recent);
    messages_deinit(&studio->messages);
    derived_deinit(&studio->derived);
    session_deinit(&studio->session);
    free(studio->path);
    *studio = (Studio){0};
}

const Document *studio_document(const Studio *studio) {
    return session_document(&studio->session);
}

const Melody *studio_melody(const Studio *studio) {
    return derived_melody(&studio->derived, studio_document(studio), studio->version);
}

Document *studio_begin_document(Studio *studio, const char *name) {
    Error err = {{0}};
    Document *draft = session_begin(&studio->session, name, &err);
    if (!draft) messages_refuse(&studio->messages, "%s", err.text);
    return draft;
}

Melody *studio_begin(Studio *studio, const char *name) {
    if (studio->version == VERSION_RECONSTRUCTION || studio->version == VERSION_RESULT) {
        messages_refuse(&studio->messages, "%s",
                        studio->version == VERSION_RESULT
                            ? "The result is derived: A takes it over into the original, 1 shows that."
                            : "The reconstruction is the model's own: 1 shows the original to edit.");
        return NULL;
    }
    Document *draft = studio_begin_document(studio, name);
    if (!draft) return NULL;
    if (studio->version == VERSION_ORIGINAL) return &draft->original;
    if (draft->context.count == 0) { /* a context that begins here goes along with the original */
        draft->context.quarter_us = draft->original.quarter_us;
        draft->context.meter_beats = draft->original.meter_beats;
        draft->context.meter_unit = draft->original.meter_unit;
        draft->context.program = draft->original.program;
    }
    return &draft->context;
}

bool studio_commit(Studio *studio) {
    Error err = {{0}};
    if (session_commit(&studio->session, &err)) return true;
    if (err.text[0]) messages_refuse(&studio->messages, "%s", err.text);
    return false;
}

void studio_cancel(Studio *studio) {
    session_cancel(&studio->session);
}

void studio_bars(const Studio *studio, bool selected, int *first, int *count) {
    const Document *document = studio_document(studio);
    int32_t ticks = document_engine_bar_ticks(document_base(document));
    EditRange range = session_selection(&studio->session, studio_melody(studio));
    bool one = !selected || range.end <= range.start;
    int begin = (one ? studio->session.cursor_tick : range.start) / ticks;
    int end = one ? begin + 1 : (range.end + ticks - 1) / ticks;
    if (end > document->recipe.count) end = document->recipe.count;
    *first = begin;
    *count = end > begin ? end - begin : 0;
}

const char *studio_why_empty(const Studio *studio, Version version) {
    const Document *document = studio_document(studio);
    const Derived *derived = &studio->derived;
    if (version == VERSION_ORIGINAL)
        return "The original has no notes yet: Enter places one, :e opens a file.";
    if (version == VERSION_CONTEXT) return "There is no context yet: :context-file FILE opens one.";
    if (derived->reason[version].text[0]) return derived->reason[version].text;
    if (document->original.count == 0) return "The original has no notes yet, so there is nothing to derive.";
    if (!studio->engine || !derived->has_model)
        return studio->loading_model
                   ? "The model is still being loaded."
                   : "No model is loaded, so there is nothing to show: :model FILE loads one.";
    return derived->stale[version] ? "The model is still at work." : "The model gave no notes.";
}

/* The player hears what is shown; only when that has changed, because every switch releases what sounds. */
static void refresh_player(Studio *studio) {
    Error err = {{0}};
    studio->heard = studio->derived.changes;
    if (!playback_refresh(&studio->playback, studio_melody(studio), studio_document(studio), &err))
        messages_refuse(&studio->messages, "%s", err.text);
}

const char *studio_version_name(Version version) {
    static const char *const names[VERSIONS] = {"original", "context", "reconstruction", "result"};
    return names[version];
}

void studio_show_version(Studio *studio, Version version) {
    studio->version = version;
    if (studio->ghost == (int)version) studio->ghost = -1;
    const Melody *melody = studio_melody(studio);
    if (melody->count == 0) {
        messages_refuse(&studio->messages, "%s", studio_why_empty(studio, version));
    } else {
        messages_say(&studio->messages, "%s", studio_version_name(version));
    }
    refresh_player(studio);
}

/* That two melodies cannot be mixed is news when it comes true, wherever one looks. */
static void tell_reason(Studio *studio) {
    const Error *reason = &studio->derived.reason[VERSION_RESULT];
    if (strcmp(studio->told.text, reason->text) == 0) return;
    studio->told = *reason;
    if (reason->text[0]) messages_note(&studio->messages, "%s", reason->text);
}

void studio_follow(Studio *studio) {
    Session *session = &studio->session;
    bool derived_shown = studio->version == VERSION_RECONSTRUCTION || studio->version == VERSION_RESULT;
    bool edited = session->revision != studio->followed;
    studio->followed = session->revision;
    if (edited) derived_update(&studio->derived, studio_document(studio));
    if (edited || (derived_shown && studio->heard != studio->derived.changes)) refresh_player(studio);
    tell_reason(studio);
    recovery_note(&studio->recovery, session->revision, session_modified(session), studio->now_ms);
}

void studio_load_model(Studio *studio, const char *path) {
    if (!studio->engine) return;
    EngineRequest request = {.kind = ENGINE_LOAD_MODEL, .path = strdup(path)};
    if (!request.path) {
        messages_refuse(&studio->messages, "Out of memory.");
        return;
    }
    studio->loading_model = true;
    engine_post(studio->engine, &request);
}

static void take_model(Studio *studio, const EngineReply *reply) {
    bool asked = studio->model_asked;
    studio->loading_model = studio->model_asked = false;
    if (!reply->ok) {
        messages_refuse(&studio->messages, "%s", reply->error.text);
        return;
    }
    if (asked) messages_say(&studio->messages, "the model is now %s", reply->model_name);
    studio->derived.has_model = true;
    derived_forget(&studio->derived);
    derived_update(&studio->derived, studio_document(studio));
}

/* The new bars go behind the original's notes, which stay as they are. Returns how many there are, or -1. */
static int append_bars(Melody *original, const BarSequence *bars, Error *err) {
    int old = original->count ? document_engine_bars(original, err) : 0;
    int32_t from = old * document_engine_bar_ticks(original);
    Melody whole = {0};
    bool ok = old >= 0 && bar_sequence_to_melody(&whole, bars, original, err);
    for (int i = 0; ok && i < whole.count; i++)
        if (whole.notes[i].start >= from) ok = melody_insert(original, whole.notes[i], err) >= 0;
    melody_deinit(&whole);
    return ok ? bars->count - old : -1;
}

static void take_continuation(Studio *studio, EngineReply *reply) {
    if (reply->id != studio->continuing) return;
    studio->continuing = 0;
    if (!reply->ok) {
        messages_refuse(&studio->messages, "%s", reply->error.text);
        return;
    }
    if (studio->session.revision != studio->continue_revision) {
        messages_refuse(&studio->messages, "The song has changed since: give :continue again.");
        return;
    }
    Document *draft = studio_begin_document(studio, "continue");
    Error err = {{0}};
    int count = draft ? append_bars(&draft->original, &reply->bars, &err) : -1;
    if (!draft) return;
    if (count < 0) {
        studio_cancel(studio);
        messages_refuse(&studio->messages, "%s", err.text);
    } else if (studio_commit(studio)) {
        messages_say(&studio->messages, "The model wrote %d more bar%s.", count, count == 1 ? "" : "s");
    } else {
        messages_refuse(&studio->messages, "The model wrote only rests; try another :seed or :temperature.");
    }
}

static void take_derived(Studio *studio, EngineReply *reply) {
    if (!derived_take(&studio->derived, studio_document(studio), reply) || reply->ok) return;
    bool shown = (reply->kind == ENGINE_RESULT && studio->version == VERSION_RESULT) ||
                 (reply->kind == ENGINE_ORIGINAL && studio->version == VERSION_RECONSTRUCTION);
    if (shown) messages_refuse(&studio->messages, "%s", reply->error.text);
}

void studio_take_replies(Studio *studio) {
    EngineReply reply;
    while (studio->engine && engine_take(studio->engine, &reply)) {
        if (reply.kind == ENGINE_LOAD_MODEL)
            take_model(studio, &reply);
        else if (reply.kind == ENGINE_CONTINUE)
            take_continuation(studio, &reply);
        else
            take_derived(studio, &reply);
        engine_reply_deinit(&reply);
    }
    studio_follow(studio);
}

void studio_settle(Studio *studio) {
    const Derived *derived = &studio->derived;
    for (int waited_ms = 0; waited_ms < 1000; waited_ms += 50) {
        studio_take_replies(studio);
        bool stale = derived->stale[VERSION_RESULT] || derived->stale[VERSION_RECONSTRUCTION];
        if (!stale || !studio->engine || !derived->has_model) return;
        struct pollfd wake = {.fd = engine_wake_fd(studio->engine), .events = POLLIN};
        poll(&wake, 1, 50);
    }
}

bool studio_song_bytes(const Studio *studio, const char *path, unsigned char **bytes, size_t *size,
                       Error *err) {
    SmfSong song;
    const Melody *result = studio->derived.stale[VERSION_RESULT] ? NULL : &studio->derived.result;
    if (!song_build(&song, studio_document(studio), result, path, err)) return false;
    bool ok = smf_file_build(&song, bytes, size, err);
    smf_song_deinit(&song);
    return ok;
}

static bool write_journal(Studio *studio, bool at_once, Error *err) {
    Recovery *recovery = &studio->recovery;
    const Session *session = &studio->session;
    if (!recovery->path || !session_modified(session)) return true;
    bool due = recovery_wait_ms(recovery, studio->now_ms) == 0;
    bool wanting = recovery->revision != session->revision || recovery->failed;
    if (!due && !(at_once && wanting)) return true;
    unsigned char *bytes;
    size_t size;
    Error why = {{0}};
    if (studio_song_bytes(studio, studio->path, &bytes, &size, &why))
        return recovery_write(recovery, session->revision, bytes, size, err);
    recovery->due_ms = studio->now_ms + RECOVERY_DELAY_MS;
    return error_set(err, "Unsaved work is not kept safe: %.300s", why.text);
}

bool studio_journal(Studio *studio, bool at_once) {
    Error err = {{0}};
    bool ok = recovery_collect(&studio->recovery, &err) && write_journal(studio, at_once, &err);
    if (!ok) messages_refuse(&studio->messages, "%s", err.text);
    return ok;
}
