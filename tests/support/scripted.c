#include "tests/support/scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

StudioScript script;

int open_script(void **state) {
    (void)state;
    studio_script_open(&script, false);
    return 0;
}

int open_script_with_engine(void **state) {
    (void)state;
    studio_script_open(&script, true);
    return 0;
}

int tear_down(void **state) {
    (void)state;
    studio_script_close(&script);
    return 0;
}

void load_two(int bars) {
    char first[300];
    snprintf(first, sizeof first, "%s", studio_script_file(&script, "one.mid", 1, bars));
    studio_script_do(&script, "e %s", first);
    studio_script_do(&script, "context-file %s", studio_script_file(&script, "two.mid", 2, bars));
}

void open_two(int bars) {
    load_two(bars);
    session_mark_saved(&script.studio.editor.session, session_stamp(&script.studio.editor.session));
}

void run(const char *lines) {
    studio_script_run(&script, lines);
}

void keys(const char *names) {
    studio_script_keys(&script, names);
}

void wait_until_playing(bool playing) {
    for (int i = 0; i < 2000 && player_position(script.player).playing != playing; i++) usleep(1000);
    assert_int_equal(player_position(script.player).playing, playing);
}

const Document *document(void) {
    return editor_document(&script.studio.editor);
}

const Track *original(void) {
    return document_voice(document(), DOCUMENT_ORIGINAL);
}

const Track *result(void) {
    return score_voice(&script.studio.editor.derived.result, 0);
}

const char *told(void) {
    return script.studio.messages.current;
}

void assert_screen(const char *words, bool there) {
    char *screen = studio_script_screen(&script);
    if (!strstr(screen, words) == there)
        fail_msg("'%s' is %s:\n%s", words, there ? "not there" : "still there", screen);
    free(screen);
}
