#include "tests/support/scene.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/analysis_private.h"
#include "engine/base/utf8.h"
#include "tests/support/check.h"
#include "ui/keymap.h"

enum { STEP_TICKS = TIMELINE_DIVISION / 4 };

/* "C4 4" = C4 for four sixteenths; r = rest. */
static void write_tune(Score *score, const char *name, const char *tune) {
    static const int semitones[] = {9, 11, 0, 2, 4, 5, 7}; /* a .. g */
    int32_t tick = 0;
    score_set_title(score, name);
    Track *track = score_edit_voice(score, 0, NULL);
    assert_non_null(track);
    for (const char *p = tune; *p; p++) {
        if (*p == ' ') continue;
        int step = *p >= 'a' && *p <= 'g' ? semitones[*p - 'a'] : -1, length = 4;
        int octave = 5;
        if (p[1] == '\'') octave++, p++;
        if (p[1] == ',') octave--, p++;
        if (p[1] >= '1' && p[1] <= '9') length = *++p - '0';
        int32_t ticks = length * STEP_TICKS;
        Note note = {tick, ticks, (uint8_t)(12 * octave + step), 90};
        if (step >= 0) assert_true(track_insert(track, note, NULL) >= 0);
        tick += ticks;
    }
}

/* Row t of a matrix: `repeat` at the bar that bar t repeats, `other` falling off with distance elsewhere, all times scale. */
static void write_row(const Analysis *analysis, float *row, int t, double repeat, double other, float scale) {
    for (int k = 0; k <= t; k++)
        row[k] = scale * (float)(k == analysis_repeat(analysis, t)->of ? repeat : other / (1 + t - k));
}

static void write_references(Analysis *analysis, int t) {
    const StructureRepeat *repeat = analysis_repeat(analysis, t);
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        bool taken = repeat->kind == STRUCTURE_EXACT || (repeat->kind != STRUCTURE_NONE && slot < 2);
        analysis->reading->gate[t * BAR_SLOTS + slot] = taken ? 0.96f : 0.03f;
        for (int k = 0; k < t; k++)
            analysis_pointer_row(analysis, t, slot)[k] = k == repeat->of ? 0.9f : 0.1f / (float)t;
    }
}

static void write_attention(Analysis *analysis, int t) {
    const int layers = analysis_layers(analysis), heads = analysis_heads(analysis);
    for (int which = ANALYSIS_ENCODER; which < ANALYSIS_MATRICES; which++)
        for (int layer = 0; layer < layers; layer++)
            for (int head = 0; head < heads; head++)
                write_row(analysis, analysis_row(analysis, (AnalysisMatrix)which, layer, head, t), t, 0.6,
                          0.4, (float)(layer * heads + head + 1) / (float)(layers * heads));
}

static Analysis *read_as_a_model_would(const Score *score) {
    enum { LAYERS = 3, HEADS = 4 };
    BarSequence bars = {0};
    Error err;
    check_ok(bar_sequence_from_track(&bars, score->timeline, score_voice(score, 0), NULL, &err), &err);
    Analysis *analysis = analysis_new(bars.count, BAR_WINDOW, LAYERS, HEADS, &err);
    assert_non_null(analysis);
    check_ok(analysis_add_influence(analysis, &err), &err);
    structure_form(analysis->reading->repeat, bars.bar, bars.count,
                   interval_find_scale(bars.bar, bars.count));
    for (int t = 0; t < bars.count; t++) {
        static const float by_kind[] = {34, 3, 21, 12, 24};
        analysis->reading->kl[t] = by_kind[analysis_repeat(analysis, t)->kind] + (float)(t * 7 % 5);
        write_references(analysis, t);
        write_attention(analysis, t);
        write_row(analysis, analysis_row(analysis, ANALYSIS_INFLUENCE, 0, 0, t), t, 0.74, 0.05, 1);
        write_row(analysis, analysis_row(analysis, ANALYSIS_INFLUENCE_SWAP, 0, 0, t), t, 0.74, 0.05, 0.9f);
    }
    bar_sequence_deinit(&bars);
    return analysis;
}

static const Track *voice(const Scene *scene, Version version) {
    return score_voice(&scene->score[version], 0);
}

/* What context transfer should give: bar 1 from the original, and wherever the context repeats its bar 1. */
static void write_result(Scene *scene) {
    BarSequence original = {0}, context = {0};
    Structure structure;
    Error err;
    check_ok(bar_sequence_from_track(&original, NULL, voice(scene, VERSION_ORIGINAL), NULL, &err), &err);
    check_ok(bar_sequence_from_track(&context, NULL, voice(scene, VERSION_CONTEXT), NULL, &err), &err);
    Bar *out = calloc((size_t)context.count, sizeof *out);
    assert_non_null(out);
    structure_read(&structure, context.bar, context.count, interval_find_scale(context.bar, context.count));
    structure_propagate(out, NULL, &structure, context.bar, 0, &original.bar[0]);
    for (int t = 0; t < context.count; t++) scene->follows[t] = t > 0 && !bar_equal(&out[t], &context.bar[t]);
    memcpy(context.bar, out, (size_t)context.count * sizeof *out);
    Track result = {0};
    check_ok(bar_sequence_to_track(&result, &context, NULL, voice(scene, VERSION_CONTEXT), &err), &err);
    track_take_notes(score_edit_voice(&scene->score[VERSION_RESULT], 0, &err), &result);
    check_ok(recipe_resize(&scene->recipe, context.count, true, &err), &err);
    free(out);
    bar_sequence_deinit(&original);
    bar_sequence_deinit(&context);
}

static void write_view(Scene *scene) {
    View *view = &scene->view;
    for (int i = 0; i < VERSIONS; i++) {
        view->score[i] = &scene->score[i];
        view->analysis[i] = scene->analysis[i] = read_as_a_model_would(&scene->score[i]);
    }
    view->recipe = &scene->recipe;
    view->follows = scene->follows;
    view->version = VERSION_RESULT;
    view->ghost = -1;
    view->key = key_detect(voice(scene, VERSION_CONTEXT));
    view->cursor_pitch = 64;
    view->note_ticks = TIMELINE_DIVISION;
    view->velocity = 90;
    view->step_near = 65;
    view->playhead = -1;
    view->title = "Twinkle in Joy";
    view->modified = true;
    view->output = "TimGM6mb synth (alsa)";
    view->engine = "idle";
    view->fit = view->take = "";
    view->message = "bar 1 now comes from the original; 2 bars follow it";
    scene->messages[0] = "twinkle.mid: 42 notes in 12 bars of 4/4";
    scene->messages[1] = "joy.mid: 62 notes in 16 bars of 4/4";
    scene->messages[2] = view->message;
    view->messages = scene->messages;
    view->message_count = 3;
}

void scene_open(Scene *scene) {
    memset(scene, 0, sizeof *scene);
    write_tune(&scene->score[VERSION_ORIGINAL], "Ah vous dirai-je",
               "ccgg aag8 ffee ddc8 ggff eed8 ggff eed8 ccgg aag8 ffee ddc8");
    write_tune(
        &scene->score[VERSION_CONTEXT], "Freude",
        "eefg gfed ccde e6d2d8 eefg gfed ccde d6c2c8 ddec de2f2ec de2f2ed cdg,8 eefg gfed ccde d6c2c8");
    Error err;
    check_ok(score_copy(&scene->score[VERSION_RECONSTRUCTION], &scene->score[VERSION_ORIGINAL], &err), &err);
    write_result(scene);
    write_view(scene);
}

void scene_close(Scene *scene) {
    for (int i = 0; i < VERSIONS; i++) {
        score_deinit(&scene->score[i]);
        analysis_free(scene->analysis[i]);
    }
    recipe_deinit(&scene->recipe);
}

static void move_bars(View *view, int bars) {
    int32_t ticks = timeline_bar(view_timeline(view), 0).ticks;
    view->cursor_tick = (view->cursor_tick / ticks + bars) * ticks;
}

static void move(View *view, const Command *command) {
    switch (command->id) {
    case COMMAND_LEFT:
        view->cursor_tick -= STEP_TICKS;
        break;
    case COMMAND_RIGHT:
        view->cursor_tick += STEP_TICKS;
        break;
    case COMMAND_UP:
        view->cursor_pitch++;
        break;
    case COMMAND_DOWN:
        view->cursor_pitch--;
        break;
    case COMMAND_PREVIOUS_BAR:
        move_bars(view, -1);
        break;
    case COMMAND_NEXT_BAR:
        move_bars(view, 1);
        break;
    case COMMAND_START:
        view->cursor_tick = 0;
        break;
    case COMMAND_END:
        view->cursor_tick = track_end(view_track(view, view->version));
        break;
    case COMMAND_GOTO:
        view->cursor_tick = ((int32_t)command->number - 1) * 4 * TIMELINE_DIVISION;
        break;
    case COMMAND_CURSOR:
    case COMMAND_CLICK_NOTE:
        view->cursor_pitch = command->pitch; /* fallthrough */
    case COMMAND_FOCUS_BAR:
        view->cursor_tick = command->tick;
        break;
    default:
        break;
    }
    if (view->cursor_tick < 0) view->cursor_tick = 0;
    if (view->cursor_pitch > 127) view->cursor_pitch = 127;
    if (view->cursor_pitch < 0) view->cursor_pitch = 0;
}

static void change_source(Scene *scene, CommandId id) {
    int bar = scene->view.cursor_tick / (4 * TIMELINE_DIVISION);
    if (bar >= scene->recipe.count) return;
    BarSource *source = &scene->recipe.bar[bar];
    if (id == COMMAND_LOCK) source->locked = !source->locked;
    if (id == COMMAND_SWAP) source->kind = source->kind == RECIPE_ORIGINAL ? RECIPE_CONTEXT : RECIPE_ORIGINAL;
    if (id == COMMAND_MIX_CONTEXT) *source = (BarSource){.kind = RECIPE_MIX, .mix = 0.25f};
    if (id == COMMAND_RESAMPLE) *source = (BarSource){.kind = RECIPE_PRIOR, .seed = 7, .temperature = 0.8f};
    if (id == COMMAND_RESTORE) *source = recipe_default(bar, true);
}

void scene_perform(Scene *scene, const Command *command) {
    View *view = &scene->view;
    scene->last = command->id;
    move(view, command);
    change_source(scene, command->id);
    switch (command->id) {
    case COMMAND_ORIGINAL:
    case COMMAND_CONTEXT:
    case COMMAND_RECONSTRUCTION:
    case COMMAND_RESULT:
        view->version = (Version)(command->id - COMMAND_ORIGINAL);
        break;
    case COMMAND_GHOST:
        view->ghost = view->ghost + 1 < VERSIONS ? view->ghost + 1 : -1;
        break;
    case COMMAND_STEP_ENTRY:
        view->step_entry = !view->step_entry;
        break;
    case COMMAND_CANCEL:
        view->step_entry = view->selecting = false;
        break;
    case COMMAND_PLAY:
        view->playing = !view->playing;
        view->playhead = view->playing ? view->cursor_tick : -1;
        break;
    case COMMAND_SELECT_TO:
        view->selecting = true;
        view->select_start = view->cursor_tick < command->tick ? view->cursor_tick : command->tick;
        view->select_end =
            (view->cursor_tick > command->tick ? view->cursor_tick : command->tick) + STEP_TICKS;
        view->select_low = view->cursor_pitch < command->pitch ? view->cursor_pitch : command->pitch;
        view->select_high = view->cursor_pitch > command->pitch ? view->cursor_pitch : command->pitch;
        break;
    case COMMAND_ANSWER:
        view->question = NULL;
        break;
    default:
        break;
    }
}

static void press(Scene *scene, Ui *ui, UiKey key) {
    Command command;
    if (ui_key(ui, &key, &scene->view, &command)) scene_perform(scene, &command);
}

static void mouse(Scene *scene, Ui *ui, const char *word) {
    int x = 0, y = 0;
    assert_int_equal(sscanf(strchr(word, ':') + 1, "%d,%d", &x, &y), 2);
    UiKey key = {.kind = UI_KEY_MOUSE, .x = x, .y = y, .button = 1};
    key.mouse = word[0] == 'd'   ? UI_MOUSE_DRAG
                : word[0] == 'w' ? UI_MOUSE_WHEEL_DOWN
                : word[0] == 'r' ? UI_MOUSE_RELEASE
                                 : UI_MOUSE_PRESS;
    press(scene, ui, key);
    key.mouse = UI_MOUSE_RELEASE;
    if (strncmp(word, "click", 5) == 0) press(scene, ui, key);
}

void scene_keys(Scene *scene, Ui *ui, const char *script) {
    char words[1024];
    snprintf(words, sizeof words, "%s", script);
    for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest));) {
        KeymapChord chord;
        if (strncmp(word, "type:", 5) == 0) {
            for (const char *p = word + 5; *p;) {
                UiKey key = {.kind = UI_KEY_CHAR};
                p = utf8_next(p, &key.codepoint);
                if (key.codepoint == '_') key.codepoint = ' ';
                press(scene, ui, key);
            }
        } else if (strchr(word, ':') && strchr(word, ',') && strlen(word) > 3) {
            mouse(scene, ui, word);
        } else {
            if (!keymap_parse(&chord, word)) fail_msg("%s is no key", word);
            press(scene, ui,
                  (UiKey){.kind = chord.kind,
                          .codepoint = chord.codepoint,
                          .control = chord.control,
                          .shift = chord.shift});
        }
    }
}
