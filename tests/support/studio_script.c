#include "tests/support/studio_script.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "engine/nn/checkpoint.h"
#include "tests/support/check.h"
#include "tests/support/notes.h"
#include "tests/support/random_music.h"
#include "tests/support/recording.h"
#include "tests/support/save_score.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_prior.h"
#include "ui/desk.h"
#include "ui/keymap.h"

static void load_tiny_model(StudioScript *script) {
    Error err = {{0}};
    Corpus corpus;
    tiny_corpus(&corpus, 6, 1);
    Model *model = tiny_model(16, 5);
    model_set_prior(model, tiny_prior(&corpus, 30, 1));
    corpus_deinit(&corpus);
    const char *path = temp_path(&script->temp, "tiny.safetensors");
    check_ok(checkpoint_save(model, path, &err), &err);
    model_free(model);
    derived_load_model(&script->studio.editor.derived, path, false);
    studio_script_wait(script);
    assert_true(script->studio.editor.derived.has_model);
}

void studio_script_open(StudioScript *script, bool with_engine) {
    Error err = {{0}};
    *script = (StudioScript){0};
    temp_open(&script->temp);
    setenv("XDG_STATE_HOME", script->temp.folder, 1);
    setenv("XDG_CONFIG_HOME", script->temp.folder, 1);
    script->recording = recording_new(100000);
    script->player = player_new(script->recording, &err);
    if (!script->player) fail_msg("%s", err.text);
    if (with_engine) script->engine = engine_new(&err);
    check_ok(studio_init(&script->studio, script->engine, script->player, NULL, &err), &err);
    check_ok(recovery_init(&script->studio.recovery, &err), &err);
    UiOptions options = {.layout = "qwerty", .directory = script->temp.folder};
    script->studio.ui = ui_new(&options, &err);
    if (!script->studio.ui) fail_msg("%s", err.text);
    check_ok(canvas_init(&script->canvas, 80, 24, &err), &err);
    if (with_engine) load_tiny_model(script);
}

void studio_script_close(StudioScript *script) {
    ui_free(script->studio.ui);
    canvas_deinit(&script->canvas);
    studio_deinit(&script->studio);
    player_free(script->player);
    engine_free(script->engine);
    temp_close(&script->temp);
}

static bool waiting(const Studio *studio) {
    bool stale = studio->continuation.id || studio->candidates.id || studio->editor.derived.loading;
    for (int i = 0; i < VERSIONS; i++) stale = stale || studio->editor.derived.stale[i];
    return stale;
}

void studio_script_wait(StudioScript *script) {
    if (!script->engine) return;
    for (int turns = 0; waiting(&script->studio); turns++) {
        if (turns > 1000) fail_msg("the engine does not answer");
        struct pollfd wake = {.fd = engine_wake_fd(script->engine), .events = POLLIN};
        poll(&wake, 1, 1000);
        studio_take_replies(&script->studio);
        actions_resume(&script->studio);
    }
}

static void draw(StudioScript *script) {
    ViewFrame frame;
    int x, y;
    canvas_clear(&script->canvas);
    ui_draw(script->studio.ui, &script->canvas, view_build(&frame, &script->studio), &x, &y);
}

char *studio_script_screen(StudioScript *script) {
    draw(script);
    return canvas_to_text(&script->canvas, false);
}

void studio_script_give(StudioScript *script, Command command) {
    actions_perform(&script->studio, &command);
    studio_script_wait(script);
    assert_null(script->studio.editor.session.draft); /* nobody leaves an edit open */
    draw(script);
}

/* As the loop does. */
static void hear(StudioScript *script, const UiKey *key) {
    ViewFrame frame;
    Command command;
    if (ui_key(script->studio.ui, key, view_build(&frame, &script->studio), &command))
        studio_script_give(script, command);
    else if (key->kind < UI_KEY_MOUSE)
        actions_read(&script->studio);
    draw(script);
}

void studio_script_mouse(StudioScript *script, UiMouse mouse, int x, int y, int button) {
    hear(script, &(UiKey){.kind = UI_KEY_MOUSE, .mouse = mouse, .x = x, .y = y, .button = button});
}

static void press(StudioScript *script, const char *name) {
    KeymapChord chord;
    if (!keymap_parse(&chord, name)) fail_msg("'%s' is no key", name);
    hear(script, &(UiKey){.kind = chord.kind,
                          .codepoint = chord.codepoint,
                          .control = chord.control,
                          .shift = chord.shift});
}

void studio_script_keys(StudioScript *script, const char *keys) {
    char *copy = strdup(keys), *rest = copy;
    for (char *name; (name = strtok_r(rest, " ", &rest));) press(script, name);
    free(copy);
}

void studio_script_do(StudioScript *script, const char *format, ...) {
    char line[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    Command command;
    Error err = {{0}};
    if (!desk_line(script->studio.ui, line, &command, &err)) fail_msg(":%s: %s", line, err.text);
    if (command.id != COMMAND_NONE) studio_script_give(script, command);
}

void studio_script_refused(StudioScript *script, const char *line) {
    uint64_t revision = script->studio.editor.session.revision;
    studio_script_do(script, "%s", line);
    if (!script->studio.messages.is_error)
        fail_msg(":%s was not refused: %s", line, script->studio.messages.current);
    assert_true(check_is_sentence(script->studio.messages.current));
    assert_true(script->studio.editor.session.revision == revision);
}

void studio_script_run(StudioScript *script, const char *lines) {
    char *copy = strdup(lines), *rest = copy;
    for (char *line; (line = strtok_r(rest, ";", &rest));) studio_script_do(script, "%s", line);
    free(copy);
}

void studio_script_answer(StudioScript *script, char letter) {
    const char *letters = pending_answers(script->studio.pending.question), *at = strchr(letters, letter);
    if (!letter || !at) fail_msg("'%c' is no answer to: %s", letter, script->studio.pending.text);
    studio_script_give(script, (Command){.id = COMMAND_ANSWER, .number = (double)(at - letters)});
}

const char *studio_script_file(StudioScript *script, const char *name, unsigned seed, int bars) {
    Track track = {0};
    Score score = {0};
    Error err = {{0}};
    Rng rng;
    rng_seed(&rng, seed);
    random_track(&track, &rng, bars);
    const char *path = temp_path(&script->temp, name);
    check_ok(notes_score(&score, &track, NULL, &err) && save_score(&score, path, &err), &err);
    track_deinit(&track);
    score_deinit(&score);
    return path;
}
