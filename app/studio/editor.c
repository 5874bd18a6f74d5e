#include "app/studio/editor.h"

#include "engine/bar.h"
#include "engine/music/grouping.h"

bool editor_init(Editor *editor, Engine *engine, Messages *messages, Error *err) {
    *editor = (Editor){.ghost = -1, .messages = messages};
    if (!session_init(&editor->session, err)) return false;
    derived_init(&editor->derived, engine);
    return true;
}

void editor_deinit(Editor *editor) {
    track_deinit(&editor->mix_step.before);
    for (int i = 0; i < DOCUMENT_SCORES; i++) harmony_deinit(&editor->harmony[i]);
    track_unref(editor->chords);
    mixer_deinit(&editor->mixer);
    track_deinit(&editor->result);
    derived_deinit(&editor->derived);
    session_deinit(&editor->session);
    *editor = (Editor){0};
}

bool editor_open(Editor *editor, Document *document, Score *result, bool modified) {
    Error err = {{0}};
    if (!session_open(&editor->session, document, modified, &err)) {
        messages_refuse(editor->messages, "%s", err.text);
        return false;
    }
    mixer_deinit(&editor->mixer);
    derived_forget(&editor->derived);
    derived_give_result(&editor->derived, result);
    editor->version = VERSION_ORIGINAL;
    editor->ghost = -1;
    editor->opened++;
    return true;
}

const Document *editor_document(const Editor *editor) {
    return session_document(&editor->session);
}

const Score *editor_score(const Editor *editor) {
    return derived_score(&editor->derived, editor_document(editor), editor->version);
}

const Track *editor_track(const Editor *editor) {
    return score_voice(editor_score(editor), 0);
}

const Timeline *editor_timeline(const Editor *editor) {
    return editor_score(editor)->timeline;
}

/* ---- versions ---- */

const char *editor_version_name(Version version) {
#define NAME(id, name, tab) name,
    static const char *const names[VERSIONS] = {VIEW_VERSIONS(NAME)};
#undef NAME
    return names[version];
}

void editor_show(Editor *editor, Version version) {
    editor->version = version;
    if (editor->ghost == (int)version) editor->ghost = -1;
    if (editor_track(editor)->count == 0)
        messages_refuse(editor->messages, "%s", editor_why_empty(editor, version));
    else
        messages_say(editor->messages, "%s", editor_version_name(version));
}

const char *editor_why_empty(const Editor *editor, Version version) {
    const Document *document = editor_document(editor);
    const Derived *derived = &editor->derived;
    if (version == VERSION_ORIGINAL)
        return "The original has no notes yet: Enter places one, :e opens a file.";
    if (version == VERSION_CONTEXT) return "There is no context yet: :context-file FILE opens one.";
    if (derived->reason[version].text[0]) return derived->reason[version].text;
    if (document_voice(document, DOCUMENT_ORIGINAL)->count == 0)
        return "The original has no notes yet, so there is nothing to derive.";
    if (!derived->engine || !derived->has_model)
        return derived->loading ? "The model is still being loaded."
                                : "No model is loaded, so there is nothing to show: :model FILE loads one.";
    return derived->stale[version] ? "The model is still at work." : "The model gave no notes.";
}

bool editor_waits(const Editor *editor) {
    const Derived *derived = &editor->derived;
    bool stale = derived->stale[VERSION_RESULT] || derived->stale[VERSION_RECONSTRUCTION];
    return derived->loading || (derived->engine && derived->has_model && stale);
}

/* ---- edits ---- */

Document *editor_begin_document(Editor *editor, const char *name) {
    Error err = {{0}};
    Document *draft = session_begin(&editor->session, name, &err);
    editor->refused = false;
    if (!draft) messages_refuse(editor->messages, "%s", err.text);
    return draft;
}

/* A copy of what is shown, which may be ahead of the engine. */
static Track *begin_result(Editor *editor, const char *name) {
    Error err = {{0}};
    const Track *shown = editor_track(editor);
    if (shown->count == 0) {
        messages_refuse(editor->messages, "%s", editor_why_empty(editor, VERSION_RESULT));
        return NULL;
    }
    if (!editor_begin_document(editor, name)) return NULL;
    editor->edits_result = true;
    if (track_copy(&editor->result, shown, &err)) return &editor->result;
    editor_refuse(editor, &err);
    return NULL;
}

Track *editor_begin(Editor *editor, const char *name) {
    if (editor->version == VERSION_RECONSTRUCTION) {
        messages_refuse(editor->messages,
                        "The reconstruction is the model's own: 1 shows the original to edit.");
        return NULL;
    }
    if (editor->version == VERSION_RESULT) return begin_result(editor, name);
    Document *draft = editor_begin_document(editor, name);
    if (!draft) return NULL;
    Error err = {{0}};
    Score *score = &draft->score[editor_edited(editor)];
    const bool begins = score_voices_end(score) == 0 && editor->version == VERSION_CONTEXT;
    Track *voice = score_edit_voice(score, 0, &err);
    if (!voice) {
        editor_refuse(editor, &err);
        return NULL;
    }
    if (begins) { /* a context that begins here goes along with the original */
        score_set_timeline(score, timeline_ref(draft->score[DOCUMENT_ORIGINAL].timeline));
        voice->program = document_voice(draft, DOCUMENT_ORIGINAL)->program;
    }
    return voice;
}

Track *editor_begin_bars(Editor *editor, const char *name) {
    if (editor->version != VERSION_RESULT) return editor_begin(editor, name);
    messages_refuse(editor->messages,
                    "The result has the bars of its structure: press 1 or 2 to insert or delete some there.");
    return NULL;
}

DocumentScore editor_edited(const Editor *editor) {
    return editor->version == VERSION_CONTEXT ? DOCUMENT_CONTEXT : DOCUMENT_ORIGINAL;
}

DocumentScore editor_settings(const Editor *editor) {
    if (editor->version == VERSION_RESULT) return document_base(editor_document(editor));
    return editor_edited(editor);
}

/* Bars that were fitted to a key are in it, whatever the few of them that are shown would be taken for. */
Key editor_key(const Editor *editor) {
    const Document *document = editor_document(editor);
    const DocumentScore settings = editor_settings(editor);
    const bool fitted = editor->version == VERSION_RESULT && settings == DOCUMENT_CONTEXT &&
                        document->fit.align == DOCUMENT_ALIGN_KEY && document->fit.into.known;
    if (fitted && !document->key[settings].known) return document->fit.into;
    return document_key(document, settings, editor_track(editor));
}

/* A version that is still of the song as it was may count its ticks in another way. */
const Score *editor_accompaniment(const Editor *editor) {
    const Score *with = &editor_document(editor)->score[editor_settings(editor)];
    return timeline_division(with->timeline) == timeline_division(editor_timeline(editor)) ? with : NULL;
}

const Harmony *editor_harmony(const Editor *editor) {
    return &editor->harmony[editor_settings(editor)];
}

void editor_follow_chords(Editor *editor, bool edited) {
    const Document *document = editor_document(editor);
    for (int i = 0; edited && i < DOCUMENT_SCORES; i++)
        if (!harmony_of_score(&editor->harmony[i], &document->score[i], NULL))
            harmony_deinit(&editor->harmony[i]);
    track_unref(editor->chords);
    editor->chords = NULL;
    if (editor->hears_chords)
        editor->chords =
            harmony_track(editor_harmony(editor), editor_timeline(editor), editor_end(editor), NULL);
}

ScheduleMusic editor_music(const Editor *editor) {
    const MixerStrip *strip = &editor->mixer.strip[editor_settings(editor)];
    const Score *with = editor_accompaniment(editor);
    return (ScheduleMusic){editor_timeline(editor), editor_track(editor), with,
                           with && strip->tracks == with->tracks ? strip->silent : NULL, editor->chords};
}

int32_t editor_end(const Editor *editor) {
    const Score *with = editor_accompaniment(editor);
    const int32_t end = track_end(editor_track(editor)), other = with ? score_end(with) : 0;
    return other > end ? other : end;
}

static void drop_result(Editor *editor) {
    track_deinit(&editor->result);
    editor->edits_result = false;
}

/* What was changed in the result becomes a matter of its recipe. */
static bool keep_result(Editor *editor, BarReport *report, Error *err) {
    Document *draft = session_draft(&editor->session);
    const Timeline *timeline = draft->score[document_base(draft)].timeline;
    return bar_keep_changes(&draft->recipe, timeline, editor_track(editor), &editor->result, report, err) >=
           0;
}

/* It is seen before the engine has answered. */
static void show_result(Editor *editor, const BarReport *report) {
    derived_show_edited(&editor->derived, &editor->result);
    if (report->dropped > 0)
        messages_say(editor->messages, "a bar of the result has one note at a time, the top one");
    else
        messages_say(editor->messages, "the bar is kept as these notes now; what refers to it follows");
}

bool editor_commit(Editor *editor) {
    Error err = {{0}};
    BarReport report = {0};
    const bool result = editor->edits_result;
    if (result && !keep_result(editor, &report, &err)) {
        editor_refuse(editor, &err);
        return false;
    }
    const bool kept = session_commit(&editor->session, &err);
    if (kept && result) show_result(editor, &report);
    editor->refused = !kept && err.text[0];
    if (editor->refused) messages_refuse(editor->messages, "%s", err.text);
    drop_result(editor);
    return kept;
}

bool editor_refused(const Editor *editor) {
    return editor->refused;
}

void editor_cancel(Editor *editor) {
    session_cancel(&editor->session);
    drop_result(editor);
}

void editor_refuse(Editor *editor, const Error *err) {
    editor_cancel(editor);
    editor->refused = true;
    messages_refuse(editor->messages, "%s", err->text);
}

void editor_tell_chord(Editor *editor, int32_t tick) {
    if (track_sounding(editor_track(editor), tick) > 1)
        messages_say(editor->messages, "a chord is kept as it is; the model reads its top note");
}

int editor_entered(const Editor *editor) {
    return track_previous(editor_track(editor), editor->session.cursor_tick);
}

int editor_entry_near(const Editor *editor) {
    enum { F = 5 }; /* from which C is a fourth down and B the tritone up: one octave */
    const Session *session = &editor->session;
    int index = editor_entered(editor);
    int near = index >= 0 ? editor_track(editor)->notes[index].pitch : session->cursor_pitch / 12 * 12 + F;
    return near + 12 * session->step_octaves;
}

void editor_bars(const Editor *editor, bool selected, int *first, int *count) {
    const Document *document = editor_document(editor);
    const Timeline *timeline = document->score[document_base(document)].timeline;
    EditRange range = session_selection(&editor->session, editor_timeline(editor));
    bool one = !selected || range.end <= range.start;
    int begin = grouping_bar_at(timeline, one ? editor->session.cursor_tick : range.start);
    int end = one ? begin + 1 : grouping_bar_at(timeline, range.end - 1) + 1;
    /* the parts of a written bar go together */
    const GroupingBar from = grouping_bar(timeline, begin), to = grouping_bar(timeline, end - 1);
    begin -= from.part;
    end += to.parts - 1 - to.part;
    if (end > document->recipe.count) end = document->recipe.count;
    *first = begin;
    *count = end > begin ? end - begin : 0;
}
