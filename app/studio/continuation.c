#include "app/studio/continuation.h"

void continuation_ask(Continuation *continuation, Editor *editor, int bars, bool closes) {
    const Document *document = editor_document(editor);
    Error err = {{0}};
    EngineRequest request = {.kind = ENGINE_CONTINUE,
                             .count = bars,
                             .closes = closes,
                             .key = document->key[DOCUMENT_ORIGINAL],
                             .temperature = (float)document->temperature,
                             .seed = document->seed};
    if (!editor->derived.engine || !editor->derived.has_model) {
        messages_refuse(editor->messages, "No model is loaded: :model FILE loads one.");
    } else if (!bar_sequence_from_track(&request.bars, document->score[DOCUMENT_ORIGINAL].timeline,
                                        document_voice(document, DOCUMENT_ORIGINAL), NULL, &err)) {
        messages_refuse(editor->messages, "%s", err.text);
    } else {
        if (document_voice(document, DOCUMENT_ORIGINAL)->count == 0)
            bar_sequence_resize(&request.bars, 0, NULL);
        continuation->revision = editor->session.revision;
        continuation->id = engine_post(editor->derived.engine, &request);
        messages_say(editor->messages, "the model is writing (seed %llu) ..",
                     (unsigned long long)document->seed);
    }
}

/* Bars up to the last that has a note: new ones come before the rests at the end. */
static int sounding_bars(const Score *score, Error *err) {
    BarSequence bars = {0};
    const Track *voice = score_voice(score, 0);
    int count = voice->count == 0                                                   ? 0
                : bar_sequence_from_track(&bars, score->timeline, voice, NULL, err) ? bars.count
                                                                                    : -1;
    bar_sequence_deinit(&bars);
    return count;
}

/* The new bars go behind the original's notes, which stay as they are. Returns how many there are, or -1. *from: where they
 * begin. */
static int append_bars(Score *score, int32_t *from, const BarSequence *bars, Error *err) {
    int old = sounding_bars(score, err);
    *from = grouping_bar(score->timeline, old > 0 ? old : 0).start;
    Track whole = {0};
    Track *original = old >= 0 ? score_edit_voice(score, 0, err) : NULL;
    bool ok = original && bar_sequence_to_track(&whole, bars, score->timeline, original, err);
    for (int i = 0; ok && i < whole.count; i++)
        if (whole.notes[i].start >= *from) ok = track_insert(original, whole.notes[i], err) >= 0;
    track_deinit(&whole);
    return ok ? bars->count - old : -1;
}

void continuation_take(Continuation *continuation, Editor *editor, const EngineReply *reply) {
    if (reply->id != continuation->id) return;
    continuation->id = 0;
    if (!reply->ok) {
        messages_refuse(editor->messages, "%s", reply->error.text);
        return;
    }
    if (editor->session.revision != continuation->revision) {
        messages_refuse(editor->messages, "The song has changed since: give :continue again.");
        return;
    }
    Document *draft = editor_begin_document(editor, "continue");
    if (!draft) return;
    Error err = {{0}};
    int32_t from = 0;
    int count = append_bars(&draft->score[DOCUMENT_ORIGINAL], &from, &reply->bars, &err);
    if (count < 0) {
        editor_refuse(editor, &err);
    } else if (editor_commit(editor)) {
        session_move(&editor->session, from, editor->session.cursor_pitch);
        messages_say(editor->messages, "The model wrote %d more bar%s from here on; :seed gives others.",
                     count, count == 1 ? "" : "s");
    } else {
        messages_refuse(editor->messages, "The model wrote only rests; try another :seed or :temperature.");
    }
}
