#include "app/studio/continuation.h"

void continuation_ask(Continuation *continuation, Editor *editor, int bars) {
    const Document *document = editor_document(editor);
    Error err = {{0}};
    EngineRequest request = {.kind = ENGINE_CONTINUE,
                             .count = bars,
                             .temperature = (float)document->temperature,
                             .seed = document->seed};
    if (!editor->derived.engine || !editor->derived.has_model) {
        messages_refuse(editor->messages, "No model is loaded: :model FILE loads one.");
    } else if (!bar_sequence_from_melody(&request.bars, &document->original, NULL, &err)) {
        messages_refuse(editor->messages, "%s", err.text);
    } else {
        if (document->original.count == 0) bar_sequence_resize(&request.bars, 0, NULL);
        continuation->revision = editor->session.revision;
        continuation->id = engine_post(editor->derived.engine, &request);
        messages_say(editor->messages, "the model is writing (seed %llu) ..",
                     (unsigned long long)document->seed);
    }
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
    int count = append_bars(&draft->original, &reply->bars, &err);
    if (count < 0)
        editor_refuse(editor, &err);
    else if (editor_commit(editor))
        messages_say(editor->messages, "The model wrote %d more bar%s.", count, count == 1 ? "" : "s");
    else
        messages_refuse(editor->messages, "The model wrote only rests; try another :seed or :temperature.");
}
