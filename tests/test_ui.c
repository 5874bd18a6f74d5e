/* What is seen: golden screens from key scripts, every key in every pane, and sizes from nothing to huge. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/rng.h"
#include "tests/support/check.h"
#include "tests/support/golden.h"
#include "tests/support/scene.h"
#include "ui/bars.h"
#include "ui/desk.h"
#include "ui/keymap.h"

typedef struct {
    Scene scene;
    Ui *ui;
    Canvas canvas;
    int cursor_x, cursor_y;
} Stage;

static void stage_open(Stage *stage, int width, int height, bool ascii) {
    Error err;
    memset(stage, 0, sizeof *stage);
    stage->canvas.ascii = ascii;
    scene_open(&stage->scene);
    stage->ui = ui_new(&(UiOptions){.directory = "tests/data"}, &err);
    assert_non_null(stage->ui);
    check_ok(canvas_init(&stage->canvas, width, height, &err), &err);
}

static void stage_close(Stage *stage) {
    ui_free(stage->ui);
    canvas_deinit(&stage->canvas);
    scene_close(&stage->scene);
}

static void stage_draw(Stage *stage) {
    canvas_clear(&stage->canvas);
    ui_draw(stage->ui, &stage->canvas, &stage->scene.view, &stage->cursor_x, &stage->cursor_y);
}

/* Draws between the keys as the loop does, since scrolling and the mouse go by what was drawn. */
static void stage_play(Stage *stage, const char *script) {
    char words[512];
    snprintf(words, sizeof words, "%s", script);
    stage_draw(stage);
    for (char *rest = words, *word; (word = strtok_r(rest, " ", &rest)); stage_draw(stage))
        scene_keys(&stage->scene, stage->ui, word);
}

typedef struct {
    const char *golden;
    int width, height;
    bool ascii, styles;
    const char *script;
} Picture;

static const Picture pictures[] = {
    {"roll-80x24.txt", 80, 24, false, true, "L L"},
    {"roll-120x40.txt", 120, 40, false, false, "L L L L , ,"},
    {"roll-40x10.txt", 40, 10, false, false, "L L k k"},
    {"roll-ascii-80x24.txt", 80, 24, true, true, "L L ,"},
    {"roll-ascii-40x10.txt", 40, 10, true, false, "L"},
    {"zoom-80x24.txt", 80, 24, false, false, "L L - - -"},
    {"play-80x24.txt", 80, 24, false, true, "L l l l l space"},
    {"select-80x24.txt", 80, 24, false, true, "press:23,9 drag:60,5 release:60,5"},
    {"lanes-80x24.txt", 80, 24, false, false, "tab L L L L"},
    {"sources-80x24.txt", 80, 24, false, true, "tab ] l R l s * l R *"},
    {"lanes-40x10.txt", 40, 10, false, false, "tab L L L L"},
    {"no-lanes-80x24.txt", 80, 24, false, false, "z"},
    {"references-80x24.txt", 80, 24, false, true, "L L L L t"},
    {"influence-80x24.txt", 80, 24, false, false, "L L L L t t"},
    {"attention-120x40.txt", 120, 40, false, false, "L L L L t t t t T T"},
    {"references-ascii-80x24.txt", 80, 24, true, false, "L L L L t"},
    {"references-40x10.txt", 40, 10, false, false, "L L L L t"},
    {"help-80x24.txt", 80, 24, false, false, "?"},
    {"help-search-80x24.txt", 80, 24, false, false, "tab ? type:bar"},
    {"help-40x10.txt", 40, 10, false, false, "? pagedown"},
    {"step-entry-80x24.txt", 80, 24, false, false, "i"},
    {"complete-80x24.txt", 80, 24, false, true, ": type:m tab tab tab"},
    {"wrong-line-80x24.txt", 80, 24, false, false, ": type:nonsense enter"},
    {"inspect-80x24.txt", 80, 24, false, false, "L L L L : type:inspect enter"},
    {"messages-80x24.txt", 80, 24, false, false, ": type:messages enter"},
    {"find-form-80x24.txt", 80, 24, false, false, "/ type:E enter"},
};

static void screens_look_as_they_did(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        const Picture *picture = &pictures[i];
        Stage stage;
        stage_open(&stage, picture->width, picture->height, picture->ascii);
        stage_play(&stage, picture->script);
        char *text = canvas_to_text(&stage.canvas, picture->styles);
        assert_non_null(text);
        golden_check(picture->golden, text);
        free(text);
        stage_close(&stage);
    }
}

static void ascii_screens_are_ascii(void **state) {
    (void)state;
    static const char *const scripts[] = {"L ,",          "t",  "t t t", "?",     "i", "tab",
                                          ": type:m tab", "f5", "space", "z - -", "V"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        Stage stage;
        stage_open(&stage, 100, 30, true);
        stage_play(&stage, scripts[i]);
        for (int at = 0; at < stage.canvas.width * stage.canvas.height; at++) {
            Cell cell = stage.canvas.cells[at];
            bool help =
                cell.style == STYLE_HINT_KEY; /* "? help"; elsewhere it would be a glyph without a twin */
            if (cell.codepoint >= 0x7f || (cell.codepoint == '?' && !help))
                fail_msg("after '%s': %x at %d,%d", scripts[i], cell.codepoint, at % 100, at / 100);
        }
        stage_close(&stage);
    }
}

/* The states from which every key is pressed. */
static const char *const places[] = {
    "", "tab", "t", "t t", "i", "?", "f5", ":", "/", ": type:messages enter", "z", "? type:x"};

static UiKey some_key(int n) {
    UiKey key = {.kind = UI_KEY_CHAR};
    if (n < 96) {
        key.codepoint = (uint32_t)(' ' + n);
    } else if (n < 128) {
        key.codepoint = (uint32_t)('@' + n - 96) | 32;
        key.control = true;
    } else {
        key.kind = (UiKeyKind)(UI_KEY_LEFT + (n - 128) / 2);
        key.shift = n & 1;
        key.x = n % 80;
        key.y = n % 24;
    }
    return key;
}

static void every_key_can_be_pressed_everywhere(void **state) {
    (void)state;
    enum { KEYS = 128 + 2 * (UI_KEY_RESIZE - UI_KEY_LEFT + 1) };
    Stage stage;
    stage_open(&stage, 80, 24, false);
    const View fresh = stage.scene.view;
    for (size_t place = 0; place < sizeof places / sizeof *places; place++)
        for (int n = 0; n < KEYS; n++) {
            Command command;
            UiKey key = some_key(n);
            ui_free(stage.ui);
            stage.ui = ui_new(&(UiOptions){.directory = "tests/data"}, NULL);
            stage.scene.view = fresh;
            stage_play(&stage, places[place]);
            bool given = ui_key(stage.ui, &key, &stage.scene.view, &command);
            if (given) assert_true(command.id != COMMAND_NONE && command.id < COMMAND_ALL);
            if (given) scene_perform(&stage.scene, &command);
            stage_draw(&stage);
        }
    stage_close(&stage);
}

static void escape_always_leads_back_to_the_roll(void **state) {
    (void)state;
    for (size_t place = 0; place < sizeof places / sizeof *places; place++) {
        Stage stage;
        stage_open(&stage, 80, 24, false);
        stage_play(&stage, places[place]);
        stage_play(&stage, "esc esc esc");
        assert_true(stage.cursor_x >= 6 && stage.cursor_y >= 2); /* the terminal's cursor is on the roll */
        stage_close(&stage);
    }
}

static void a_question_is_answered_before_anything_else(void **state) {
    (void)state;
    static const struct {
        const char *key;
        int answer; /* -1: not heard */
    } cases[] = {{"y", 0}, {"N", 1}, {"c", 2}, {"esc", 2}, {"x", -1}, {"enter", -1}, {"q", -1}, {":", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Stage stage;
        KeymapChord chord;
        Command command;
        stage_open(&stage, 80, 24, false);
        stage.scene.view.question = "Save changes?";
        stage.scene.view.answers = "ync";
        assert_true(keymap_parse(&chord, cases[i].key));
        UiKey key = {.kind = chord.kind, .codepoint = chord.codepoint};
        bool given = ui_key(stage.ui, &key, &stage.scene.view, &command);
        assert_int_equal(given, cases[i].answer >= 0);
        if (given) assert_int_equal(command.id, COMMAND_ANSWER);
        if (given) assert_int_equal((int)command.number, cases[i].answer);
        stage_close(&stage);
    }
}

static Command click(Stage *stage, UiMouse mouse, int x, int y, int button) {
    Command command;
    UiKey key = {.kind = UI_KEY_MOUSE, .mouse = mouse, .x = x, .y = y, .button = button};
    if (!ui_key(stage->ui, &key, &stage->scene.view, &command)) command.id = COMMAND_NONE;
    scene_perform(&stage->scene, &command);
    stage_draw(stage);
    return command;
}

/* The smallest screen has one row for messages: what must be read grows over the picture, the answers are never cut. */
static void questions_and_refusals_are_never_cut(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 40, 10, false);
    stage.scene.view.question =
        "Unsaved work of 2026-11-23 08:45:15 was found. Open it (y), throw it away (t), later (l)?";
    stage.scene.view.answers = "ytl";
    stage_draw(&stage);
    char *text = canvas_to_text(&stage.canvas, false);
    assert_non_null(strstr(text, "[y/t/l]"));
    free(text);
    stage.scene.view.question = NULL;
    stage.scene.view.message = "Quantise to what? :quantise GRID STRENGTH, such as 8 50.";
    stage.scene.view.message_is_error = true;
    stage_draw(&stage);
    text = canvas_to_text(&stage.canvas, false);
    assert_non_null(strstr(text, "8 50."));
    free(text);
    stage_close(&stage);
}

/* The matrix's keys do something or say why not. */
static void only_attention_has_layers(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 80, 24, false);
    stage_play(&stage, "t T");
    char *text = canvas_to_text(&stage.canvas, false);
    assert_non_null(strstr(text, "Only attention has layers"));
    assert_null(strstr(text, "layer and head"));
    free(text);
    stage_play(&stage, "t t t T");
    text = canvas_to_text(&stage.canvas, false);
    assert_null(strstr(text, "Only attention has layers"));
    assert_non_null(strstr(text, "encoder attention 1.1"));
    assert_non_null(strstr(text, "layer and head"));
    free(text);
    stage_close(&stage);
}

static bool is_seen(Stage *stage, const char *words) {
    char *text = canvas_to_text(&stage->canvas, false);
    bool seen = strstr(text, words) != NULL;
    free(text);
    return seen;
}

static void the_file_list_has_a_help_of_its_own_that_leads_back(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 80, 24, false);
    stage_play(&stage, "tab f5 down ?");
    assert_true(is_seen(&stage, "Help for the file list"));
    assert_true(is_seen(&stage, "the folder above"));
    stage_play(&stage, "esc");
    assert_true(is_seen(&stage, "Open: "));
    stage_play(&stage, "f1 f1 type:context esc esc");
    assert_true(is_seen(&stage, "Open: "));
    stage_play(&stage, "esc ?");
    assert_true(is_seen(&stage, "Help for the lanes"));
    stage_play(&stage, "esc");
    assert_false(is_seen(&stage, "Open: "));
    stage_close(&stage);
}

static void the_help_tells_of_the_mouse(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 80, 24, false);
    stage_play(&stage, "? type:mouse");
    static const char *const words[] = {"place a note", "select notes", "wheel",   "in the top row",
                                        "ruler",        "lane",         "move it", "on a hint"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) assert_true(is_seen(&stage, words[i]));
    stage_close(&stage);
}

static void the_mouse_places_selects_scrolls_and_shows(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 80, 40, false);
    stage_draw(&stage);
    Command command = click(&stage, UI_MOUSE_PRESS, 6 + 17, 6, 1);
    assert_int_equal(command.id, COMMAND_CURSOR);
    assert_int_equal(command.tick, 17 * 120);
    int pitch = command.pitch;
    assert_int_equal(stage.cursor_x, 6 + 17);
    assert_int_equal(stage.cursor_y, 6);
    command = click(&stage, UI_MOUSE_RELEASE, 6 + 17, 6, 1);
    assert_int_equal(command.id, COMMAND_CLICK_NOTE);
    assert_int_equal(command.pitch, pitch);
    click(&stage, UI_MOUSE_PRESS, 6 + 17, 6, 1);
    command = click(&stage, UI_MOUSE_DRAG, 6 + 21, 8, 1);
    assert_int_equal(command.id, COMMAND_SELECT_TO);
    assert_int_equal(command.tick, 21 * 120);
    assert_int_equal(command.pitch, pitch - 2);
    assert_int_equal(click(&stage, UI_MOUSE_RELEASE, 6 + 21, 8, 1).id, COMMAND_NONE);
    assert_int_equal(click(&stage, UI_MOUSE_PRESS, 30, 6, 3).id, COMMAND_REMOVE_NOTE);
    assert_int_equal(click(&stage, UI_MOUSE_RELEASE, 30, 6, 3).id, COMMAND_NONE);
    assert_int_equal(click(&stage, UI_MOUSE_PRESS, 60, 0, 1).id, COMMAND_RECONSTRUCTION);
    command = click(&stage, UI_MOUSE_PRESS, 6 + 40, 34, 1); /* a lane */
    assert_int_equal(command.id, COMMAND_FOCUS_BAR);
    assert_int_equal(command.tick, 2 * 1920);
    assert_int_equal((int)command.number, 2);
    assert_int_equal(click(&stage, UI_MOUSE_WHEEL_DOWN, 30, 6, 0).id, COMMAND_NONE);
    stage_close(&stage);
}

/* Where a row holds two pitches, a click means the one that a person would read there. */
static void a_click_between_two_pitches_means_the_likely_one(void **state) {
    (void)state;
    enum { C4 = 60, CIS4 = 61, E4 = 64, F4 = 65 };
    static const struct {
        Key key;
        int cursor, row_of, expected;
    } cases[] = {
        {{0}, 72, C4, C4},
        {{0}, 72, CIS4, C4},
        {{0}, E4, E4, E4},
        {{0}, F4, E4, F4},
        {{0, KEY_MAJOR, true}, 72, C4, C4},
        {{0, KEY_MAJOR, true}, E4, F4, E4},
        {{9, KEY_MAJOR, true}, 72, C4, CIS4},
        {{1, KEY_MAJOR, true}, 72, C4, C4},
        {{1, KEY_MAJOR, true}, CIS4, C4, CIS4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Stage stage;
        stage_open(&stage, 80, 24, false);
        stage.scene.view.key = cases[i].key;
        stage.scene.view.cursor_pitch = cases[i].cursor;
        stage_draw(&stage);
        const Geometry *geometry = &stage.ui->geometry;
        assert_true(geometry->halves);
        int y = geometry_row(geometry, cases[i].row_of);
        Command command = click(&stage, UI_MOUSE_PRESS, geometry->x + 60, y, 1);
        assert_int_equal(command.id, COMMAND_CURSOR);
        assert_int_equal(command.pitch, cases[i].expected);
        stage_close(&stage);
    }
}

static void sizes_from_nothing_to_huge_are_drawn(void **state) {
    (void)state;
    Rng rng;
    Stage stage;
    Error err;
    rng_seed(&rng, 1);
    stage_open(&stage, 80, 24, false);
    static const char *const scripts[] = {"t", "L", "- -", "+", "tab", "?",        "esc", "space",
                                          ",", "1", "4",   "i", "z",   ": type:w", "f5"};
    for (int round = 0; round < 250; round++) {
        int width = round < 60 ? 1 + round : 1 + rng_below(&rng, 500),
            height = 1 + rng_below(&rng, round < 200 ? 40 : 200);
        canvas_deinit(&stage.canvas);
        stage.canvas.ascii = rng_below(&rng, 4) == 0;
        check_ok(canvas_init(&stage.canvas, width, height, &err), &err);
        stage_play(&stage, scripts[rng_below(&rng, (int)(sizeof scripts / sizeof *scripts))]);
        click(&stage, (UiMouse)rng_below(&rng, 5), rng_below(&rng, 500), rng_below(&rng, 200), 1);
        assert_true(stage.cursor_x < width && stage.cursor_y < height);
    }
    canvas_deinit(&stage.canvas);
    check_ok(canvas_init(&stage.canvas, 0, 0, &err), &err);
    stage_draw(&stage);
    stage_close(&stage);
}

static bool on_screen(Stage *stage, uint32_t glyph) {
    stage_draw(stage);
    for (int i = 0; i < stage->canvas.width * stage->canvas.height; i++)
        if (stage->canvas.cells[i].codepoint == glyph) return true;
    return false;
}

/* From the first bar to the last: the page turns when the playhead leaves it; moving the cursor wins. */
static CommandId press(Stage *stage, const char *name) {
    KeymapChord chord;
    Command command;
    assert_true(keymap_parse(&chord, name));
    UiKey key = {.kind = chord.kind, .codepoint = chord.codepoint, .control = chord.control};
    return ui_key(stage->ui, &key, &stage->scene.view, &command) ? command.id : COMMAND_NONE;
}

static void nothing_is_edited_on_a_screen_too_small_to_see_it(void **state) {
    (void)state;
    static const char *const kept[] = {"x", "enter", "K", "u", "space", ":", "i", "l", "s", "A", "C-s", "f5"};
    Stage stage;
    stage_open(&stage, 39, 10, false);
    stage_draw(&stage);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (press(&stage, kept[i]) != COMMAND_NONE) fail_msg("%s is heard", kept[i]);
    assert_int_equal(stage.ui->prompt.kind, PROMPT_CLOSED);
    assert_int_equal(press(&stage, "q"), COMMAND_QUIT);
    assert_int_equal(press(&stage, "."), COMMAND_STOP);
    assert_int_equal(press(&stage, "C-l"), COMMAND_REDRAW);
    assert_int_equal(press(&stage, "C-\\"), COMMAND_SUSPEND);
    stage.scene.view.playing = true;
    assert_int_equal(press(&stage, "space"), COMMAND_PLAY); /* which pauses */
    stage.scene.view.question = "Save the changes to Ode to Joy first?";
    stage.scene.view.answers = "ync";
    stage_draw(&stage);
    assert_true(is_seen(&stage, "first?"));
    assert_int_equal(press(&stage, "x"), COMMAND_NONE);
    assert_int_equal(press(&stage, "n"), COMMAND_ANSWER);
    stage_close(&stage);
    stage_open(&stage, 20, 1, false);
    stage.scene.view.question = "Save the changes to Ode to Joy first?";
    stage.scene.view.answers = "ync";
    stage_draw(&stage);
    assert_int_equal(press(&stage, "n"), COMMAND_NONE); /* cut, so only what changes nothing */
    assert_int_equal(press(&stage, "esc"), COMMAND_ANSWER);
    stage_close(&stage);
}

static void the_roll_follows_the_playhead(void **state) {
    (void)state;
    Stage stage;
    stage_open(&stage, 80, 24, false);
    View *view = &stage.scene.view;
    view->playing = true;
    for (view->playhead = 0; view->playhead < 16 * 1920; view->playhead += 60)
        assert_true(on_screen(&stage, 0x25bc));
    stage_play(&stage, "l");
    assert_false(on_screen(&stage, 0x25bc));
    stage_close(&stage);
}

static void regrouped_bars_keep_the_names_that_are_written(void **state) {
    (void)state;
    Stage stage;
    char name[16];
    stage_open(&stage, 80, 24, false);
    View *view = &stage.scene.view;
    view->cursor_tick = 3 * 1920;
    assert_int_equal(bars_focus(view), 3);
    Error err;
    Score *score = (Score *)view->score[view->version];
    check_ok(score_set_meter(score, (Meter){2, 4}, &err), &err); /* two written bars at once */
    assert_int_equal(bars_focus(view), 3);
    bars_name(view, 1, name);
    assert_string_equal(name, "3");
    check_ok(score_set_meter(score, (Meter){12, 8}, &err), &err); /* by halves */
    assert_int_equal(bars_focus(view), 4);
    bars_name(view, 7, name);
    assert_string_equal(name, "4b");
    check_ok(score_set_meter(score, (Meter){5, 4}, &err), &err); /* 12 and 8 sixteenths */
    assert_int_equal(bars_focus(view), 4);
    assert_int_equal(bars_start(view, 4), 2 * 2400);
    assert_int_equal(bars_start(view, 5), 2 * 2400 + 1440);
    check_ok(score_set_meter(score, (Meter){4, 4}, &err), &err);
    stage_close(&stage);
}

/* Nothing loaded, nothing computed: what one sees in the first moment. */
static void an_empty_song_without_a_model_is_drawn(void **state) {
    (void)state;
    Score none = {0};
    View view = {.cursor_pitch = 60, .ghost = -1, .playhead = -1, .note_ticks = 480};
    for (int i = 0; i < VERSIONS; i++) view.score[i] = &none;
    Ui *ui = ui_new(&(UiOptions){0}, NULL);
    Canvas canvas = {0};
    assert_true(canvas_init(&canvas, 80, 24, NULL));
    static const char keys[] = "tTzLw?";
    for (size_t i = 0; i < sizeof keys; i++) {
        int x, y;
        Command command;
        ui_draw(ui, &canvas, &view, &x, &y);
        UiKey key = {.kind = UI_KEY_CHAR, .codepoint = (uint32_t)keys[i]};
        ui_key(ui, &key, &view, &command);
    }
    canvas_deinit(&canvas);
    ui_free(ui);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(ascii_screens_are_ascii),
        cmocka_unit_test(every_key_can_be_pressed_everywhere),
        cmocka_unit_test(escape_always_leads_back_to_the_roll),
        cmocka_unit_test(a_question_is_answered_before_anything_else),
        cmocka_unit_test(questions_and_refusals_are_never_cut),
        cmocka_unit_test(only_attention_has_layers),
        cmocka_unit_test(the_file_list_has_a_help_of_its_own_that_leads_back),
        cmocka_unit_test(the_help_tells_of_the_mouse),
        cmocka_unit_test(the_mouse_places_selects_scrolls_and_shows),
        cmocka_unit_test(a_click_between_two_pitches_means_the_likely_one),
        cmocka_unit_test(sizes_from_nothing_to_huge_are_drawn),
        cmocka_unit_test(nothing_is_edited_on_a_screen_too_small_to_see_it),
        cmocka_unit_test(the_roll_follows_the_playhead),
        cmocka_unit_test(regrouped_bars_keep_the_names_that_are_written),
        cmocka_unit_test(an_empty_song_without_a_model_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
