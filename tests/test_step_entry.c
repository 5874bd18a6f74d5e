/* Step entry, by its keys: octaves by nearness, lengths, corrections, and what it leaves alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/studio/actions.h"
#include "tests/support/scripted.h"

static const Session *session(void) {
    return &script.studio.editor.session;
}

static const Track *melody(void) {
    return document_voice(editor_document(&script.studio.editor), DOCUMENT_ORIGINAL);
}

/* "60:480 67:240": pitches and lengths of a melody without rests, from the start. */
static void assert_melody(const char *notes) {
    char text[512] = "";
    for (int i = 0; i < melody()->count; i++) {
        const Note *note = &melody()->notes[i];
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d:%d", i ? " " : "", note->pitch,
                 (int)note->length);
    }
    assert_string_equal(text, notes);
}

static void octaves_beyond_midi_are_shown_as_such(void **state) {
    (void)state;
    keys("i - - - - - - - -");
    assert_screen("ENTRY ?..?", true);
    keys("= = = = = = = = = = = = = = = =");
    assert_screen("ENTRY ?..?", true);
    keys("a"); /* and no note comes of it */
    assert_melody("");
}

static void the_nearest_octave_is_meant(void **state) {
    (void)state;
    keys("i");
    assert_screen("ENTRY C4..B4", true); /* the cursor's octave */
    keys("g h j a");                     /* G A B and on to C above */
    assert_melody("67:480 69:480 71:480 72:480");
    keys("g t"); /* G below, and F# below that */
    assert_int_equal(melody()->notes[4].pitch, 67);
    assert_int_equal(melody()->notes[5].pitch, 66);
    keys("= a"); /* C is above F#; an octave higher once */
    assert_int_equal(melody()->notes[6].pitch, 84);
    keys("s"); /* then as before */
    assert_int_equal(melody()->notes[7].pitch, 86);
}

static void upper_keys_go_up(void **state) {
    (void)state;
    keys("i a k l ; p"); /* C, C above, D above that, E, D# an octave on */
    static const int pitches[] = {60, 72, 74, 76, 87};
    assert_int_equal(melody()->count, 5);
    for (int i = 0; i < 5; i++) assert_int_equal(melody()->notes[i].pitch, pitches[i]);
}

static void a_dot_stays_until_another_length(void **state) {
    (void)state;
    keys("i 4 a . g g");
    assert_melody("60:240 55:360 55:360");
    keys("tab a"); /* the rest was dotted too */
    assert_int_equal(melody()->notes[3].start, 240 + 3 * 360);
    keys("5 a . a . a");
    assert_int_equal(melody()->notes[4].length, 480);
    assert_int_equal(melody()->notes[5].length, 720);
    assert_int_equal(melody()->notes[6].length, 480);
}

static void the_last_note_is_corrected(void **state) {
    (void)state;
    keys("i a d up up S-up down");
    assert_melody("60:480 77:480");
    assert_int_equal(session()->cursor_tick, 960); /* the place stays */
    keys("f");                                     /* and the next is the nearest to it */
    assert_int_equal(melody()->notes[2].pitch, 77);
    keys("backspace backspace");
    assert_melody("60:480 78:480");
    keys("left left left left down"); /* before the second: the first is the last one there */
    assert_int_equal(melody()->notes[0].pitch, 59);
    keys("home up");
    assert_int_equal(melody()->notes[0].pitch, 59); /* nothing before it */
}

static void entering_over_notes_keeps_one_voice(void **state) {
    (void)state;
    keys("i 4 a g");
    actions_midi_note(&script.studio, 50, 99);
    actions_midi_note(&script.studio, 50, 0);
    assert_melody("60:240 55:240 50:240");
    keys("home right 5 d");
    assert_melody("60:120 64:480");
    keys("esc");
    assert_false(session()->step_entry);
}

/* "0:480 960:160": where they start and how long they are. */
static void assert_times(const char *times) {
    char text[512] = "";
    for (int i = 0; i < melody()->count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d:%d", i ? " " : "",
                 (int)melody()->notes[i].start, (int)melody()->notes[i].length);
    assert_string_equal(text, times);
}

static void triplets_have_a_key(void **state) {
    (void)state;
    keys("i 4 , a s d");
    assert_times("0:160 160:160 320:160");
    assert_screen("ENTRY", true);
    assert_screen("triplet", true);
    keys("5 a"); /* until another length is chosen */
    assert_int_equal(melody()->notes[3].start, 480);
    assert_int_equal(melody()->notes[3].length, 480);
    keys("5 , a . a"); /* three quarters in the time of two; a dot instead */
    assert_int_equal(melody()->notes[4].length, 320);
    assert_int_equal(melody()->notes[5].length, 720);
}

/* A division of 100 has no whole third of a quarter: the third note ends on the beat all the same. */
static void triplets_end_on_the_beat(void **state) {
    (void)state;
    Error err;
    Editor *editor = &script.studio.editor;
    Document *draft = editor_begin_document(editor, "division");
    score_set_timeline(&draft->score[DOCUMENT_ORIGINAL], timeline_plain(100, 500000, (Meter){4, 4}, &err));
    editor_commit(editor);
    studio_script_do(&script, "tempo 100");
    keys("i 4 , a s d a s d");
    assert_int_equal(session()->cursor_tick, 200);
    assert_times("0:33 33:34 67:33 100:33 133:34 167:33");
}

static void inserting_pushes_what_follows_to_the_next_rest(void **state) {
    (void)state;
    keys("i a s d tab f g home");
    keys("+ 4 h");
    assert_screen("insert", true);
    assert_times("0:240 240:480 720:480 1200:480 1920:480 2400:480");
    keys("insert j"); /* written over again */
    assert_times("0:240 240:240 720:480 1200:480 1920:480 2400:480");
    keys("C-z C-z");
    assert_times("0:480 480:480 960:480 1920:480 2400:480");
}

static void a_chord_is_kept_and_told(void **state) {
    (void)state;
    keys("i");
    actions_midi_note(&script.studio, 60, 80);
    actions_midi_note(&script.studio, 64, 80);
    actions_midi_note(&script.studio, 67, 80);
    assert_times("0:480 0:480 0:480");
    assert_screen("the model reads its top note", true);
    for (int i = 0; i < 3; i++) actions_midi_note(&script.studio, 60, 0);
    actions_midi_note(&script.studio, 62, 80);
    actions_midi_note(&script.studio, 62, 0);
    assert_times("0:480 0:480 0:480 480:480");
    keys("esc home j j");
    assert_screen("the model reads the top", true); /* of the note under the cursor */
    keys("k k k enter");
    assert_screen("the model reads its top note", true);
}

/* What was refused before has nothing to do with the keys of a keyboard. */
static void a_keyboard_goes_on_after_a_refusal(void **state) {
    (void)state;
    studio_script_refused(&script, "goto 99999");
    keys("i");
    for (int i = 0; i < 3; i++) {
        script.studio.messages.is_error = true;
        actions_midi_note(&script.studio, 60 + i, 80);
        actions_midi_note(&script.studio, 60 + i, 0);
    }
    assert_times("0:480 480:480 960:480");
}

static void the_cursor_steps_by_any_grid(void **state) {
    (void)state;
    studio_script_do(&script, "grid 12");
    keys("right right");
    assert_int_equal(session()->cursor_tick, 320);
    assert_screen("grid 1/12", true);
    studio_script_do(&script, "grid 8");
    keys("right");
    assert_int_equal(session()->cursor_tick, 480);
    static const char *const wrong[] = {"grid", "grid 0", "grid 65", "grid 2.5", "quantise 0", "quantise 65"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) studio_script_refused(&script, wrong[i]);
}

static void letters_are_in_the_key_that_was_set(void **state) {
    (void)state;
    ui_free(script.studio.ui);
    script.studio.ui = ui_new(&(UiOptions){.layout = "letters", .directory = "."}, NULL);
    script.studio.outlet.ui = script.studio.ui;
    keys("i g a b c f"); /* a key that is guessed adds nothing */
    assert_melody("67:480 69:480 71:480 72:480 77:480");
    studio_script_do(&script, "key Eb");
    keys("b e");
    assert_int_equal(melody()->notes[5].pitch, 82);
    assert_int_equal(melody()->notes[6].pitch, 87);
    assert_screen("Eb6", true);
}

static void listening_moves_nothing(void **state) {
    (void)state;
    keys("i a s d f g space");
    wait_until_playing(true);
    keys("space");
    wait_until_playing(false);
    assert_true(session()->step_entry);
    assert_int_equal(session()->cursor_tick, 5 * 480);
    keys("h");
    assert_int_equal(melody()->notes[5].start, 5 * 480);
}

static void what_moves_helps_or_undoes_is_alive(void **state) {
    (void)state;
    keys("i a s d ? esc");
    assert_true(session()->step_entry); /* esc closed the help */
    keys(": esc H");
    assert_int_equal(session()->cursor_tick, 0);
    keys("$ C-z C-z U");
    assert_int_equal(melody()->count, 2);
}

static void a_key_that_means_nothing_says_so(void **state) {
    (void)state;
    keys("i q");
    assert_screen("q means nothing in step entry, which Esc ends", true);
    keys("a");
    char *screen = studio_script_screen(&script);
    assert_null(strstr(screen, "means nothing"));
    free(screen);
    keys("esc B");
    assert_screen("B means nothing here", true);
}

#define SILENT(name) cmocka_unit_test_setup_teardown(name, open_script, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        SILENT(octaves_beyond_midi_are_shown_as_such),
        SILENT(the_nearest_octave_is_meant),
        SILENT(upper_keys_go_up),
        SILENT(a_dot_stays_until_another_length),
        SILENT(the_last_note_is_corrected),
        SILENT(entering_over_notes_keeps_one_voice),
        SILENT(triplets_have_a_key),
        SILENT(triplets_end_on_the_beat),
        SILENT(inserting_pushes_what_follows_to_the_next_rest),
        SILENT(a_chord_is_kept_and_told),
        SILENT(a_keyboard_goes_on_after_a_refusal),
        SILENT(the_cursor_steps_by_any_grid),
        SILENT(letters_are_in_the_key_that_was_set),
        SILENT(listening_moves_nothing),
        SILENT(what_moves_helps_or_undoes_is_alive),
        SILENT(a_key_that_means_nothing_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
