#include "app/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "midi_io/abc.h"
#include "ui/desk.h"

/* The reconstruction is decoded from the original's latents: their costs and references are its own. */
static int analysed_version(int version) {
    return version == VERSION_RECONSTRUCTION ? VERSION_ORIGINAL : version;
}

static void build_versions(View *view, const Studio *studio) {
    const Document *document = editor_document(&studio->editor);
    const Derived *derived = &studio->editor.derived;
    for (int i = 0; i < VERSIONS; i++) {
        view->score[i] = derived_score(derived, document, (Version)i);
        view->analysis[i] = derived->analysis[analysed_version(i)];
        view->analysis_stale[i] = derived->stale[analysed_version(i)];
    }
    view->recipe = &document->recipe;
    view->follows = derived->follow_count == document->recipe.count ? derived->follows : NULL;
    view->version = studio->editor.version;
    view->ghost = studio->editor.ghost;
    view->with = editor_accompaniment(&studio->editor);
    const MixerStrip *strip = &studio->editor.mixer.strip[editor_settings(&studio->editor)];
    view->mix = view->with && strip->tracks == view->with->tracks ? strip->state : NULL;
    view->harmony = editor_harmony(&studio->editor);
    view->preview = studio->pending.preview.count ? &studio->pending.preview : NULL;
}

static void build_session(View *view, const Studio *studio) {
    const Session *session = &studio->editor.session;
    const Document *document = editor_document(&studio->editor);
    view->cursor_tick = session->cursor_tick;
    view->cursor_pitch = session->cursor_pitch;
    view->grid = session->grid;
    view->note_ticks = session->note_ticks;
    view->velocity = session->velocity;
    view->selecting = session->selecting != SESSION_SELECT_NONE;
    view->selecting_bars = session->selecting == SESSION_SELECT_BARS;
    EditRange range = session_selection(session, editor_timeline(&studio->editor));
    view->select_start = range.start;
    view->select_end = range.end;
    view->select_low = range.low;
    view->select_high = range.high;
    view->step_entry = session->step_entry;
    view->step_dotted = session->step_dotted;
    view->step_triplet = session->step_triplet;
    view->step_inserts = session->step_inserts;
    view->step_near = editor_entry_near(&studio->editor);
    view->key = editor_key(&studio->editor);
    view->key_is_set = document->key[editor_settings(&studio->editor)].known;
    view->looping = document->looping;
    view->loop_start = document->loop_start;
    view->loop_end = document->loop_end;
    view->modified = session_modified(session);
}

static void build_player(View *view, const Studio *studio) {
    PlayerPosition position = playback_position(&studio->playback);
    view->playing = position.playing;
    view->counting_in = position.counting_in;
    view->playhead = position.playing ? position.tick : -1;
    view->metronome = studio->playback.metronome;
    view->count_in = studio->playback.count_in;
    view->output = outlet_name(&studio->outlet);
}

static void build_engine(ViewFrame *frame, const Studio *studio) {
    View *view = &frame->view;
    view->engine = "no model";
    const Derived *derived = &studio->editor.derived;
    if (derived->engine) {
        EngineSnapshot snapshot = engine_snapshot(derived->engine);
        view->engine = derived->loading     ? "loading the model"
                       : snapshot.busy      ? "thinking"
                       : snapshot.has_model ? "idle"
                                            : "no model";
    }
    const Document *document = editor_document(&studio->editor);
    document_fit_words(&document->fit, frame->fit, sizeof frame->fit);
    view->fit = frame->fit;
    int take = takes_of(document->takes, &document->recipe);
    view->take = take >= 0 ? takes_name(document->takes, take) : "";
}

/* The bars of the voice in front as ABC, where somebody looks at them. */
static void build_written(ViewFrame *frame, const Studio *studio) {
    enum { BARS = 4 };
    const Editor *editor = &studio->editor;
    const Score *score = editor_score(editor);
    View *view = &frame->view;
    if (!studio->ui || studio->ui->overlay != DESK_ABC) return;
    view->written = frame->written;
    if (score->voices == 0 || editor_track(editor)->count == 0) return;
    int first = timeline_bar_at(score->timeline, view->cursor_tick).index, bars = BARS;
    if (view->select_end > view->select_start) {
        first = timeline_bar_at(score->timeline, view->select_start).index;
        bars = timeline_bar_at(score->timeline, view->select_end - 1).index - first + 1;
    }
    const int left = timeline_bar_count(score->timeline, score_end(score)) - first;
    if (bars > left) bars = left > 1 ? left : 1;
    char *text, lost[ABC_LOST_SIZE];
    size_t size;
    const AbcPart part = {.track = score->voice[0], .bar = first, .bars = bars};
    if (!abc_write(score, view->key, &part, &text, &size, lost, NULL)) return;
    utf8_copy(frame->written, sizeof frame->written, text);
    free(text);
}

const View *view_build(ViewFrame *frame, const Studio *studio) {
    *frame = (ViewFrame){0};
    View *view = &frame->view;
    build_versions(view, studio);
    build_session(view, studio);
    build_player(view, studio);
    build_engine(frame, studio);
    build_written(frame, studio);
    view->title = editor_document(&studio->editor)->score[DOCUMENT_ORIGINAL].title;
    if (studio->file.path) utf8_copy(frame->file, sizeof frame->file, file_base(studio->file.path));
    view->file = frame->file;
    view->song = studio->editor.opened;
    view->message = studio->messages.current;
    view->message_is_error = studio->messages.is_error;
    view->messages = (const char *const *)studio->messages.text;
    view->message_count = studio->messages.count;
    if (studio->pending.question != PENDING_NONE) {
        view->question = studio->pending.text;
        view->answers = pending_answers(studio->pending.question);
    }
    return view;
}
