/* A whole tune by the keyboard alone: a pickup, dots, ties over bar lines, triplets of eighths and of quarters, a change of meter and
 * back; saved and opened again it is the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/studio/actions.h"
#include "tests/support/check.h"
#include "tests/support/studio_script.h"

/* Every word is a key, but what follows ":" is typed letter by letter and ended with enter. */
static const char *const TUNE[] = {
    ":pickup 1/4",
    ":key G",
    ":tempo 104",
    ":title By Keys",
    "i",                     /* */
    "5 s",                   /* D, the pickup */
    "5 . g 4 h 5 j s",       /*  1 a dotted quarter */
    "6 a h",                 /*  2 C above, by nearness */
    "4 , g h j a j h 5 g t", /*  3 two triplets */
    "6 . s 6 j",             /*  4 B is tied into .. */
    "5 h g tab",             /*  5 .. this bar, which has a rest */
    "7 g",                   /*  6 */
    "4 g h j a s d t g",     /*  7 eighths up to G */
    "6 g 5 tab t",           /*  8 */
    ":meter 3/4 here",       /* while entering */
    "5 g t d",               /*  9 */
    "6 . s",                 /* 10 */
    "5 , d t g 5 h",         /* 11 a triplet of quarters */
    "6 j 5 h",               /* 12 */
    ":meter 4/4 here",       /* */
    "5 g g d down up d",     /* 13 one corrected, and back */
    "6 h 5 j 6 h",           /* 14 A is tied into .. */
    "5 g 4 . t 3 g 5 h",     /* 15 .. this bar */
    "7 g",                   /* 16 */
    "esc",
};

/* start:length:pitch, as a musician would write it down. */
static const char EXPECTED[] =
    "0:480:62 "
    "480:720:67 1200:240:69 1440:480:71 1920:480:74 "
    "2400:960:72 3360:960:69 "
    "4320:160:67 4480:160:69 4640:160:71 4800:160:72 4960:160:71 5120:160:69 5280:480:67 5760:480:66 "
    "6240:1440:62 7680:960:59 "
    "8640:480:57 9120:480:55 "
    "10080:1920:55 "
    "12000:240:55 12240:240:57 12480:240:59 12720:240:60 12960:240:62 13200:240:64 13440:240:66 13680:240:67 "
    "13920:960:67 15360:480:66 "
    "15840:480:67 16320:480:66 16800:480:64 "
    "17280:1440:62 "
    "18720:320:64 19040:320:66 19360:320:67 19680:480:69 "
    "20160:960:71 21120:480:69 "
    "21600:480:67 22080:480:67 22560:480:64 23040:480:64 "
    "23520:960:69 24480:480:71 24960:960:69 "
    "25920:480:67 26400:360:66 26760:120:67 26880:480:69 "
    "27360:1920:67";

static StudioScript script;
static int pressed;

static void press(const char *key) {
    studio_script_keys(&script, key);
    pressed++;
}

static void type(const char *line) {
    char key[2] = {0};
    for (; *line; line++) {
        key[0] = *line;
        press(*line == ' ' ? "space" : key);
    }
    press("enter");
}

static void play(const char *keys) {
    if (*keys == ':') {
        type(keys);
        return;
    }
    char *copy = strdup(keys), *rest = copy;
    for (char *key; (key = strtok_r(rest, " ", &rest));) press(key);
    free(copy);
}

static const Score *song(void) {
    return &editor_document(&script.studio.editor)->score[DOCUMENT_ORIGINAL];
}

static void assert_notes(void) {
    char text[2048] = "";
    const Track *voice = score_voice(song(), 0);
    for (int i = 0; i < voice->count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d:%d:%d", i ? " " : "",
                 (int)voice->notes[i].start, (int)voice->notes[i].length, voice->notes[i].pitch);
    assert_string_equal(text, EXPECTED);
}

static void assert_bars(void) {
    const Timeline *timeline = song()->timeline;
    assert_int_equal(timeline_bar_number(timeline, 0), 0);
    assert_int_equal(timeline_bar_number(timeline, 16), 16);
    assert_int_equal(timeline_bar(timeline, 1).start, 480);
    assert_int_equal(timeline_bar(timeline, 9).start, 480 + 8 * 1920);
    assert_int_equal(timeline_bar(timeline, 13).start, 480 + 8 * 1920 + 4 * 1440);
    assert_int_equal(timeline_bar(timeline, 17).start, track_end(score_voice(song(), 0)));
}

static void sixteen_bars_are_entered_saved_and_read_back(void **state) {
    (void)state;
    enum { KEYS_MAX = 600 }; /* one a second for ten minutes */
    char line[400];
    studio_script_open(&script, false);
    for (size_t i = 0; i < sizeof TUNE / sizeof *TUNE; i++) play(TUNE[i]);
    assert_notes();
    assert_bars();
    Score entered = {0};
    assert_true(score_copy(&entered, song(), NULL));
    snprintf(line, sizeof line, ":w %s", temp_path(&script.temp, "keys.mid"));
    type(line);
    assert_true(pressed < KEYS_MAX);
    studio_script_do(&script, "new");
    studio_script_do(&script, "e %s", temp_path(&script.temp, "keys.mid"));
    assert_notes();
    assert_bars();
    assert_true(timeline_equal(entered.timeline, song()->timeline));
    assert_string_equal(song()->title, "By Keys");
    assert_string_equal(key_name(editor_key(&script.studio.editor)), "G");
    assert_false(session_modified(&script.studio.editor.session));
    printf("%d keys\n", pressed);
    score_deinit(&entered);
    studio_script_close(&script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_bars_are_entered_saved_and_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
