#include "app/studio/derived.h"

#include <stdlib.h>
#include <string.h>

void derived_init(Derived *derived, Engine *engine) {
    *derived = (Derived){.engine = engine};
}

static void drop_follows(Derived *derived) {
    free(derived->follows);
    derived->follows = NULL;
    derived->follow_count = 0;
}

void derived_deinit(Derived *derived) {
    score_deinit(&derived->reconstruction);
    score_deinit(&derived->result);
    for (int i = 0; i < VERSIONS; i++) analysis_free(derived->analysis[i]);
    drop_follows(derived);
    document_deinit(&derived->asked);
    *derived = (Derived){0};
}

void derived_forget(Derived *derived) {
    derived->has_asked = false;
    drop_follows(derived);
}

void derived_give_result(Derived *derived, Score *result) {
    score_deinit(&derived->result);
    derived->result = *result;
    *result = (Score){0};
    derived->changes++;
}

void derived_show_edited(Derived *derived, Track *voice) {
    Track *shown = score_edit_voice(&derived->result, 0, NULL);
    if (!shown) return; /* no memory: it is seen when the engine has answered */
    track_take_notes(shown, voice);
    derived->changes++;
}

const Score *derived_score(const Derived *derived, const Document *document, Version version) {
    switch (version) {
    case VERSION_CONTEXT:
        return &document->score[DOCUMENT_CONTEXT];
    case VERSION_RECONSTRUCTION:
        return &derived->reconstruction;
    case VERSION_RESULT:
        return &derived->result;
    default:
        return &document->score[DOCUMENT_ORIGINAL];
    }
}

/* A version that cannot be made any more: nothing old stays to be mistaken for it. */
static void clear_version(Derived *derived, Version version) {
    analysis_free(derived->analysis[version]);
    derived->analysis[version] = NULL;
    derived->stale[version] = false;
    derived->changes++;
    if (version == VERSION_RECONSTRUCTION) score_deinit(&derived->reconstruction);
    if (version == VERSION_RESULT) {
        score_deinit(&derived->result);
        drop_follows(derived);
    }
}

/* The bars of a voice as version needs them; false when there is nothing to ask, with the reason kept. */
static bool read_bars(Derived *derived, BarSequence *bars, const Score *score, Version version) {
    derived->reason[version].text[0] = '\0';
    return score_voice(score, 0)->count &&
           bar_sequence_from_score(bars, score, NULL, NULL, &derived->reason[version]);
}

static void post(Derived *derived, EngineRequest *request) {
    EngineKind kind = request->kind;
    derived->wanted[kind] = engine_post(derived->engine, request);
}

static void ask_original(Derived *derived, const Document *document) {
    EngineRequest request = {.kind = ENGINE_ORIGINAL};
    derived->wanted[ENGINE_ORIGINAL] = 0;
    bool ok = read_bars(derived, &request.bars, &document->score[DOCUMENT_ORIGINAL], VERSION_ORIGINAL);
    derived->reason[VERSION_RECONSTRUCTION] = derived->reason[VERSION_ORIGINAL];
    if (!ok) {
        clear_version(derived, VERSION_ORIGINAL);
        clear_version(derived, VERSION_RECONSTRUCTION);
        return;
    }
    derived->stale[VERSION_ORIGINAL] = derived->stale[VERSION_RECONSTRUCTION] = true;
    post(derived, &request);
}

static void ask_context(Derived *derived, const Document *document) {
    EngineRequest request = {.kind = ENGINE_CONTEXT};
    derived->wanted[ENGINE_CONTEXT] = 0;
    if (!read_bars(derived, &request.bars, &document->score[DOCUMENT_CONTEXT], VERSION_CONTEXT)) {
        clear_version(derived, VERSION_CONTEXT);
        return;
    }
    derived->stale[VERSION_CONTEXT] = true;
    post(derived, &request);
}

static void ask_result(Derived *derived, const Document *document) {
    EngineRequest request = {.kind = ENGINE_RESULT};
    derived->wanted[ENGINE_RESULT] = 0;
    Error *reason = &derived->reason[VERSION_RESULT];
    reason->text[0] = '\0';
    if (document_voice(document, DOCUMENT_ORIGINAL)->count == 0 ||
        !compose_request_read(&request.result, document, reason)) {
        clear_version(derived, VERSION_RESULT);
        return;
    }
    derived->stale[VERSION_RESULT] = true;
    post(derived, &request);
}

void derived_update(Derived *derived, const Document *document) {
    const Document *asked = &derived->asked;
    bool all = !derived->has_asked;
    bool original =
        all || !score_equal(&asked->score[DOCUMENT_ORIGINAL], &document->score[DOCUMENT_ORIGINAL]);
    bool context = all || !score_equal(&asked->score[DOCUMENT_CONTEXT], &document->score[DOCUMENT_CONTEXT]);
    bool result = original || context || !recipe_equal(&asked->recipe, &document->recipe) ||
                  asked->fit.semitones != document->fit.semitones;
    if (!result) return;
    if (derived->engine && derived->has_model) {
        if (original) ask_original(derived, document);
        if (context) ask_context(derived, document);
        ask_result(derived, document);
    } else if (derived->has_asked) { /* a result that came with the song is one of what it was */
        derived->stale[VERSION_RESULT] = score_voice(&derived->result, 0)->count > 0;
    }
    derived->has_asked = document_copy(&derived->asked, document, NULL);
}

void derived_load_model(Derived *derived, const char *path, bool asked) {
    EngineRequest request = {.kind = ENGINE_LOAD_MODEL, .path = strdup(path)};
    if (!derived->engine || !request.path) {
        free(request.path);
        return;
    }
    derived->loading = true;
    derived->asked_model = asked;
    engine_post(derived->engine, &request);
}

void derived_take_model(Derived *derived, const Document *document, bool ok) {
    derived->loading = derived->asked_model = false;
    if (!ok) return;
    derived->has_model = true;
    derived_forget(derived);
    derived_update(derived, document);
}

const Score *derived_stored_result(const Derived *derived) {
    return derived->stale[VERSION_RESULT] ? NULL : &derived->result;
}

static void take_analysis(Derived *derived, Version version, EngineReply *reply) {
    if (!reply->analysis) return;
    analysis_free(derived->analysis[version]);
    derived->analysis[version] = reply->analysis;
    reply->analysis = NULL;
}

/* The reply's bars as a score in the manner of like. */
static bool make_score(Score *made, const Score *like, const EngineReply *reply) {
    Track decoded = {0};
    if (!bar_sequence_to_track(&decoded, &reply->bars, like->timeline, score_voice(like, 0), NULL))
        return false;
    Track *track = track_share(&decoded, NULL);
    if (!track) track_deinit(&decoded);
    score_set_timeline(made, timeline_ref(like->timeline));
    score_set_title(made, like->title);
    made->end = like->end;
    return track && score_add_track(made, track, NULL) && score_add_voice(made, 0, NULL);
}

/* Counts as a change only when it is one. */
static void take_score(Derived *derived, Score *score, const Score *like, const EngineReply *reply) {
    Score made = {0};
    if (!make_score(&made, like, reply) || score_equal(&made, score)) {
        score_deinit(&made);
        return;
    }
    score_deinit(score);
    *score = made;
    derived->changes++;
}

static void take_failure(Derived *derived, Version version, const EngineReply *reply) {
    derived->reason[version] = reply->error;
    clear_version(derived, version);
    if (version == VERSION_ORIGINAL) {
        derived->reason[VERSION_RECONSTRUCTION] = reply->error;
        clear_version(derived, VERSION_RECONSTRUCTION);
    }
}

static void take_result(Derived *derived, const Document *document, EngineReply *reply) {
    take_score(derived, &derived->result, &document->score[document_base(document)], reply);
    drop_follows(derived);
    derived->follows = reply->follows;
    derived->follow_count = reply->follows ? reply->bars.count : 0;
    reply->follows = NULL;
}

bool derived_take(Derived *derived, const Document *document, EngineReply *reply) {
    static const Version version_of[ENGINE_KINDS] = {[ENGINE_ORIGINAL] = VERSION_ORIGINAL,
                                                     [ENGINE_CONTEXT] = VERSION_CONTEXT,
                                                     [ENGINE_RESULT] = VERSION_RESULT};
    EngineKind kind = reply->kind;
    if (kind == ENGINE_LOAD_MODEL || kind == ENGINE_CONTINUE || kind == ENGINE_CHOICES ||
        reply->id != derived->wanted[kind])
        return false;
    Version version = version_of[kind];
    if (!reply->ok) {
        take_failure(derived, version, reply);
        return true;
    }
    derived->reason[version].text[0] = '\0';
    derived->stale[version] = false;
    take_analysis(derived, version, reply);
    if (kind == ENGINE_ORIGINAL) {
        take_score(derived, &derived->reconstruction, &document->score[DOCUMENT_ORIGINAL], reply);
        derived->stale[VERSION_RECONSTRUCTION] = false;
    }
    if (kind == ENGINE_RESULT) take_result(derived, document, reply);
    return true;
}
