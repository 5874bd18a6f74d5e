/* Every command does its job or says why not: scripted sessions without a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "app/view.h"
#include "tests/support/random_song.h"
#include "tests/support/scripted.h"
#include "tests/support/tiny_model.h"
#include "ui/commands.h"

static const Score *score(void) {
    return &editor_document(&script.studio.editor)->score[DOCUMENT_ORIGINAL];
}

static const Recipe *recipe(void) {
    return &editor_document(&script.studio.editor)->recipe;
}

static void assert_refused(const char *line) {
    studio_script_refused(&script, line);
}

static void assert_note(const Track *track, int index, int start, int length, int pitch) {
    assert_in_range(index, 0, track->count - 1);
    assert_int_equal(track->notes[index].start, start);
    assert_int_equal(track->notes[index].length, length);
    assert_int_equal(track->notes[index].pitch, pitch);
}

/* ---- the list ---- */

static void test_every_command_has_its_action(void **state) {
    (void)state;
    for (int id = 0; id < COMMAND_COUNT; id++) {
        Command command = {.id = (CommandId)id};
        actions_perform(&script.studio, &command);
        if (strstr(script.studio.messages.current, "cannot be given here"))
            fail_msg("%s has no action", commands_get((CommandId)id)->name);
        script.studio.pending.question = PENDING_NONE;
    }
}

/* ---- moving and editing ---- */

static void test_notes_are_placed_moved_and_removed(void **state) {
    (void)state;
    run("note;right;right;right;right;up;up;note");
    assert_int_equal(original()->count, 2);
    assert_note(original(), 0, 0, 480, 60);
    assert_note(original(), 1, 480, 480, 62);
    run("pitch-up;octave-up;shorter;louder");
    assert_note(original(), 1, 480, 360, 75);
    assert_int_equal(original()->notes[1].velocity, 88);
    assert_int_equal(script.studio.editor.session.cursor_pitch, 75); /* the cursor goes along */
    run("previous-note;note");
    assert_int_equal(original()->count, 1);
    run("next-note;delete");
    assert_int_equal(original()->count, 0);
    run("undo;undo");
    assert_int_equal(original()->count, 2);
    run("redo;redo;redo");
    assert_true(script.studio.messages.is_error);
    assert_int_equal(original()->count, 0);
}

static void test_lengths_set_the_next_note_where_there_is_none(void **state) {
    (void)state;
    run("longer;longer;softer;note");
    assert_note(original(), 0, 0, 720, 60);
    assert_int_equal(original()->notes[0].velocity, 72);
}

static void test_moving_by_bars_and_ends(void **state) {
    (void)state;
    run("next-bar;next-bar;right;previous-bar");
    assert_int_equal(script.studio.editor.session.cursor_tick, 3840);
    run("previous-bar");
    assert_int_equal(script.studio.editor.session.cursor_tick, 1920);
    run("goto 5;note;start");
    assert_int_equal(script.studio.editor.session.cursor_tick, 0);
    run("end");
    assert_int_equal(script.studio.editor.session.cursor_tick, 4 * 1920 + 480);
    assert_refused("goto 0");
    assert_refused("goto"); /* and asks which */
    assert_refused("next-note");
}

static void test_the_clipboard(void **state) {
    (void)state;
    run("note;goto 2;up;note;start;select-bars;copy;goto 3;paste");
    assert_int_equal(original()->count, 3);
    assert_note(original(), 2, 3840, 480, 60);
    run("goto 1;down;select;next-bar;cut");
    assert_int_equal(original()->count, 1); /* both notes that begin in the selection are gone */
    run("undo;goto 1;duplicate");
    assert_int_equal(original()->count, 4);
    assert_note(original(), 1, 1920, 480, 60);
    assert_note(original(), 2, 3840, 480, 61);
    run("goto 2;delete-bar;goto 1;insert-bar");
    assert_note(original(), 0, 1920, 480, 60);
    assert_note(original(), 1, 3840, 480, 61);
    run("select-all;copy;end;paste");
    assert_int_equal(original()->count, 6);
    assert_int_equal(script.studio.editor.session.selecting, SESSION_SELECT_NONE);
}

static void test_quantise_shows_before_it_does(void **state) {
    (void)state;
    Error err = {{0}};
    Document *draft = session_begin(&script.studio.editor.session, "off the grid", &err);
    track_insert(score_edit_voice(&draft->score[0], 0, &err), (Note){70, 480, 60, 80}, &err);
    session_commit(&script.studio.editor.session, &err);
    run("quantise 16 100");
    assert_int_equal(script.studio.pending.question, PENDING_QUANTISE);
    ViewFrame frame;
    const View *view = view_build(&frame, &script.studio);
    assert_non_null(view->preview);
    assert_int_equal(view->preview->notes[0].start, 120);
    assert_int_equal(original()->notes[0].start, 70);
    studio_script_answer(&script, 'n');
    assert_int_equal(original()->notes[0].start, 70);
    run("quantise 16");
    studio_script_answer(&script, 'y');
    assert_int_equal(original()->notes[0].start, 120);
    assert_null(view_build(&frame, &script.studio)->preview);
    assert_refused("quantise 65");
    assert_refused("quantise 8 200");
}

static void test_settings(void **state) {
    (void)state;
    run("title My Song;tempo 90;meter 3/4;key F#m;program violin;temperature 0.5;seed 99");
    const Document *document = editor_document(&script.studio.editor);
    assert_string_equal(score()->title, "My Song");
    assert_true(timeline_bpm(score()->timeline, 0) > 89.99 && timeline_bpm(score()->timeline, 0) < 90.01);
    assert_int_equal(meter_beats(timeline_meter(score()->timeline, 0)), 3);
    assert_int_equal(original()->program, 40);
    assert_string_equal(key_name(document->key[DOCUMENT_ORIGINAL]), "F#m");
    assert_true(document->temperature == 0.5);
    char range[32];
    snprintf(range, sizeof range, "(%g to %g)", DOCUMENT_TEMPERATURE_MIN, DOCUMENT_TEMPERATURE_MAX);
    assert_non_null(strstr(commands_get(COMMAND_TEMPERATURE)->help, range));
    assert_true(document->seed == 99);
    run("key auto");
    assert_false(editor_document(&script.studio.editor)->key[DOCUMENT_ORIGINAL].known);
    static const char *const wrong[] = {"tempo 5", "meter 3/5",          "meter x",
                                        "key H",   "program kazoo band", "temperature 9",
                                        "seed -1", "align up",           "continue 0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_refused(wrong[i]);
    studio_script_do(&script, "meter 5/4");
    assert_false(script.studio.messages.is_error);
    assert_int_equal(meter_beats(timeline_meter(score()->timeline, 0)), 5);
}

static void test_a_key_belongs_to_the_version_it_was_set_for(void **state) {
    (void)state;
    open_two(8);
    const Editor *editor = &script.studio.editor;
    run("context");
    Key heard = editor_key(editor);
    run("original;key Eb mix");
    assert_string_equal(key_name(editor_key(editor)), "Eb mix");
    run("context");
    assert_true(key_equal(editor_key(editor), heard));
    run("key Gm");
    assert_string_equal(key_name(editor_key(editor)), "Gm");
    run("original");
    assert_string_equal(key_name(editor_key(editor)), "Eb mix");
    run("undo;undo");
    assert_false(editor_document(editor)->key[DOCUMENT_ORIGINAL].known);
}

static void test_a_refused_value_is_told_from_none(void **state) {
    (void)state;
    static const char *const wrong[][2] = {{"meter x", "That is no meter."},
                                           {"tempo 999", "That is no tempo."},
                                           {"key D mixed", "That is no key."}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_refused(wrong[i][0]);
        assert_non_null(strstr(script.studio.messages.current, wrong[i][1]));
    }
    assert_refused("key");
    assert_null(strstr(script.studio.messages.current, "no key"));
}

static void test_a_song_without_a_title_shows_its_file(void **state) {
    (void)state;
    run("note");
    studio_script_do(&script, "w %s", temp_path(&script.temp, "tune1.mid"));
    ViewFrame frame;
    assert_string_equal(view_build(&frame, &script.studio)->title, "");
    assert_string_equal(view_build(&frame, &script.studio)->file, "tune1.mid");
    char *screen = studio_script_screen(&script);
    assert_int_equal(strncmp(screen, " tune1.mid  ", 12), 0);
    free(screen);
    run("title Mine");
    assert_string_equal(view_build(&frame, &script.studio)->title, "Mine");
}

/* ---- versions and latents ---- */

static void test_derived_versions_cannot_be_edited(void **state) {
    (void)state;
    open_two(8);
    static const char *const edits[] = {"note",       "paste",     "insert-bar",
                                        "delete-bar", "duplicate", "step-entry"};
    run("copy");
    for (int version = 3; version <= 4; version++) {
        studio_script_do(&script, version == 3 ? "reconstruction" : "result");
        for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) assert_refused(edits[i]);
    }
}

static void test_sources_of_bars(void **state) {
    (void)state;
    assert_refused("swap"); /* nothing to swap with */
    open_two(8);
    assert_int_equal(recipe()->count, 8);
    assert_int_equal(recipe()->bar[0].kind, RECIPE_ORIGINAL);
    assert_int_equal(recipe()->bar[1].kind, RECIPE_CONTEXT);
    run("swap");
    assert_int_equal(recipe()->bar[0].kind, RECIPE_CONTEXT);
    run("mix-original;mix-original;mix-original");
    assert_int_equal(recipe()->bar[0].kind, RECIPE_MIX);
    assert_true(recipe()->bar[0].mix > 0.69f && recipe()->bar[0].mix < 0.71f);
    for (int i = 0; i < 7; i++) run("mix-original");
    assert_int_equal(recipe()->bar[0].kind, RECIPE_ORIGINAL);
    assert_refused("mix-original");
    run("seed 4");
    assert_refused("seed");
    assert_non_null(strstr(script.studio.messages.current, "next seed is 4"));
    assert_refused("vary"); /* drawn by a model */
    assert_refused("vary 4");
    assert_refused("resample");
    run("lock");
    assert_refused("swap");
    assert_refused("restore");
    run("goto 1;select-bars;goto 3;swap-bars");
    assert_int_equal(recipe()->bar[0].kind, RECIPE_ORIGINAL);
    assert_int_equal(recipe()->bar[1].kind, RECIPE_ORIGINAL);
    assert_int_equal(recipe()->bar[2].kind, RECIPE_ORIGINAL);
    run("cancel;goto 1;lock;restore");
    assert_int_equal(recipe()->bar[0].kind, RECIPE_ORIGINAL);
    run("goto 30");
    assert_refused("swap");
}

static void test_the_result_follows_the_recipe(void **state) {
    (void)state;
    open_two(8);
    const Derived *derived = &script.studio.editor.derived;
    assert_true(result()->count > 0);
    assert_non_null(derived->analysis[VERSION_RESULT]);
    assert_int_equal(analysis_count(derived->analysis[VERSION_RESULT]), 8);
    assert_non_null(derived->analysis[VERSION_ORIGINAL]);
    assert_non_null(derived->analysis[VERSION_CONTEXT]);
    ViewFrame frame;
    assert_ptr_equal(view_build(&frame, &script.studio)->analysis[VERSION_RECONSTRUCTION],
                     derived->analysis[VERSION_ORIGINAL]);
    Track first = {0}, all_original = {0};
    track_copy(&first, result(), NULL);
    run("swap"); /* bar 1 from the context too */
    assert_false(track_equal(&first, result()));
    run("select-all;swap-bars"); /* now all are original: the result is the reconstruction, in the context's manner */
    track_copy(&all_original, result(), NULL);
    assert_int_equal(all_original.count, score_voice(&derived->reconstruction, 0)->count);
    for (int i = 0; i < all_original.count; i++)
        assert_int_equal(all_original.notes[i].start,
                         score_voice(&derived->reconstruction, 0)->notes[i].start);
    run("undo;undo");
    assert_true(track_equal(&first, result()));
    track_deinit(&first);
    track_deinit(&all_original);
}

static void test_taking_over_and_continuing(void **state) {
    (void)state;
    open_two(4);
    run("title Mine;result;take-over");
    assert_int_equal(script.studio.editor.version, VERSION_ORIGINAL);
    assert_string_equal(score()->title, "Mine");
    assert_int_equal(original()->count > 0, true);
    run("undo");
    assert_string_equal(score()->title, "Mine");
    Track before = {0};
    track_copy(&before, original(), NULL);
    run("seed 3;continue 4");
    if (!script.studio.messages.is_error) {
        assert_true(bar_count(score(), NULL) > 4);
        for (int i = 0; i < before.count; i++)
            assert_memory_equal(&before.notes[i], &original()->notes[i], sizeof(Note));
        run("undo");
    }
    assert_true(track_equal(&before, original()));
    track_deinit(&before);
}

/* What a verb makes of the open song: read, poured, written in the manner of the song. */
static void pour_headless(Reader *reader, Track *out) {
    const Document *document = editor_document(&script.studio.editor);
    ComposeRequest request;
    BarSequence bars = {0};
    LatentSequence z = {0};
    Error err;
    check_ok(compose_request_read(&request, document, &err), &err);
    check_ok(compose_result(reader, &bars, &z, &request, NULL, NULL, &err), &err);
    const Score *base = &document->score[document_base(document)];
    check_ok(bar_sequence_to_track(out, &bars, base->timeline, score_voice(base, 0), &err), &err);
    bar_sequence_deinit(&bars);
    latent_sequence_deinit(&z);
    compose_request_deinit(&request);
}

static void test_headless_equals_interactive(void **state) {
    (void)state;
    static const char *const EDITS[] = {"goto 1",
                                        "swap",
                                        "goto 3;swap;mix-context;mix-context",
                                        "seed 7;vary",
                                        "goto 5;resample",
                                        "align register",
                                        "align key",
                                        "original;goto 1;select-bars;pitch-up"};
    Error err;
    Model *model = tiny_model(16, 5);
    Reader *reader = reader_new(model, &err);
    open_two(8);
    for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
        Track expected = {0};
        run(EDITS[i]);
        pour_headless(reader, &expected);
        assert_true(expected.count > 0);
        assert_true(track_equal(result(), &expected));
        track_deinit(&expected);
    }
    reader_free(reader);
    model_free(model);
}

static void test_alignment_is_shown_and_switchable(void **state) {
    (void)state;
    open_two(8);
    run("align register");
    ViewFrame frame;
    assert_non_null(strstr(view_build(&frame, &script.studio)->fit, "octaves"));
    run("align none");
    assert_string_equal(view_build(&frame, &script.studio)->fit, "");
    assert_null(strstr(script.studio.messages.current, "+0")); /* not moved: nothing about moving */
}

static void test_two_meters_have_a_result(void **state) {
    (void)state;
    open_two(4);
    run("meter 5/4;result");
    assert_true(result()->count > 0);
    assert_false(script.studio.messages.is_error);
    run("swap;undo;original;goto 1;note;undo;undo");
    assert_true(result()->count > 0);
}

/* One key, one step of the history, and other notes, or the end of the way. */
static void test_a_step_of_the_mix_is_heard(void **state) {
    (void)state;
    open_two(8);
    run("goto 2");
    for (int steps = 0; recipe()->bar[1].kind != RECIPE_ORIGINAL; steps++) {
        Track before = {0};
        Error err;
        check_ok(track_copy(&before, result(), &err), &err);
        const uint64_t revision = script.studio.editor.session.revision;
        run("mix-original");
        if (track_equal(&before, result())) assert_int_equal(recipe()->bar[1].kind, RECIPE_ORIGINAL);
        assert_true(script.studio.editor.session.revision != revision);
        assert_true(steps < 10);
        if (steps == 0) {
            run("undo");
            assert_int_equal(recipe()->bar[1].kind, RECIPE_CONTEXT);
            run("redo");
        }
        track_deinit(&before);
    }
    assert_refused("mix-original");
}

/* Between a bar and itself nothing is to be heard: one key leads to the end. */
static void test_steps_of_the_mix_that_nobody_hears_are_skipped(void **state) {
    (void)state;
    run("e assets/demo/twinkle.mid;context-file assets/demo/twinkle.mid;goto 2");
    assert_int_equal(recipe()->bar[1].kind, RECIPE_CONTEXT);
    run("mix-original");
    assert_int_equal(recipe()->bar[1].kind, RECIPE_ORIGINAL);
    run("undo");
    assert_int_equal(recipe()->bar[1].kind, RECIPE_CONTEXT);
}

static void test_a_bad_model_is_survived(void **state) {
    (void)state;
    open_two(4);
    studio_script_do(&script, "model %s", temp_write(&script.temp, "bad.safetensors", "nonsense", 8));
    assert_true(script.studio.messages.is_error);
    run("swap");
    assert_true(result()->count > 0);
}

/* ---- anything in any order ---- */

static Command random_command(Rng *rng) {
    static const char *const texts[] = {"", "16 50", "key", "Fm", "3/4", "7/8", "violin", "2", "Some title"};
    Command command = {.id = (CommandId)rng_below(rng, COMMAND_FOCUS_BAR + 1),
                       .has_argument = rng_below(rng, 2)};
    snprintf(command.text, sizeof command.text, "%s", texts[rng_below(rng, 9)]);
    command.number = command.id == COMMAND_STEP_LENGTH ? 1 + rng_below(rng, 8) : rng_below(rng, 13);
    command.tick = rng_below(rng, 16000);
    command.pitch = rng_below(rng, 128);
    return command;
}

static bool leaves_the_song(CommandId id) {
    static const CommandId ids[] = {COMMAND_NEW,  COMMAND_OPEN,       COMMAND_OPEN_FILE, COMMAND_OPEN_CONTEXT,
                                    COMMAND_SAVE, COMMAND_WRITE_QUIT, COMMAND_EXPORT,    COMMAND_RENDER,
                                    COMMAND_MIDI, COMMAND_MIDI_IN,    COMMAND_MODEL,     COMMAND_NONE};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] == id) return true;
    return false;
}

static void test_random_commands_are_undone_and_redone(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 21);
    open_two(6);
    size_t first_size, last_size, size;
    unsigned char *first = random_song_bytes(editor_document(&script.studio.editor), &first_size);
    Document begin = {0};
    document_copy(&begin, editor_document(&script.studio.editor), NULL);
    check_ok(session_open(&script.studio.editor.session, &begin, false, &(Error){{0}}), &(Error){{0}});
    for (int i = 0; i < 1500; i++) {
        Command command = random_command(&rng);
        if (leaves_the_song(command.id)) continue;
        if (script.studio.pending.question != PENDING_NONE)
            command = (Command){.id = COMMAND_ANSWER, .number = rng_below(&rng, 3)};
        actions_perform(&script.studio, &command);
        assert_null(script.studio.editor.session.draft);
    }
    while (session_redo(&script.studio.editor.session)) continue;
    unsigned char *last = random_song_bytes(editor_document(&script.studio.editor), &last_size);
    while (session_undo(&script.studio.editor.session)) continue;
    unsigned char *now = random_song_bytes(editor_document(&script.studio.editor), &size);
    assert_int_equal(size, first_size);
    assert_memory_equal(now, first, size);
    free(now);
    while (session_redo(&script.studio.editor.session)) continue;
    now = random_song_bytes(editor_document(&script.studio.editor), &size);
    assert_int_equal(size, last_size);
    assert_memory_equal(now, last, size);
    free(now);
    free(first);
    free(last);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)
#define THINKING(name) cmocka_unit_test_setup_teardown(name, open_script_with_engine, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(test_every_command_has_its_action),
        SILENT(test_notes_are_placed_moved_and_removed),
        SILENT(test_lengths_set_the_next_note_where_there_is_none),
        SILENT(test_moving_by_bars_and_ends),
        SILENT(test_the_clipboard),
        SILENT(test_quantise_shows_before_it_does),
        SILENT(test_settings),
        SILENT(test_a_refused_value_is_told_from_none),
        SILENT(test_a_song_without_a_title_shows_its_file),
        SILENT(test_a_key_belongs_to_the_version_it_was_set_for),
        SILENT(test_derived_versions_cannot_be_edited),
        SILENT(test_sources_of_bars),
        THINKING(test_the_result_follows_the_recipe),
        THINKING(test_taking_over_and_continuing),
        THINKING(test_headless_equals_interactive),
        THINKING(test_alignment_is_shown_and_switchable),
        THINKING(test_two_meters_have_a_result),
        THINKING(test_a_step_of_the_mix_is_heard),
        THINKING(test_steps_of_the_mix_that_nobody_hears_are_skipped),
        THINKING(test_a_bad_model_is_survived),
        SILENT(test_random_commands_are_undone_and_redone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
