/* A song goes into a MIDI file and comes back as it was. */
#include <stdlib.h>

#include "app/studio/song.h"
#include "engine/bar.h"
#include "tests/support/check.h"
#include "tests/support/random_song.h"

static void read_back(Document *out, SongFile *file, const unsigned char *bytes, size_t size) {
    SmfSong song = {0};
    Error err = {{0}};
    check_ok(smf_file_parse(&song, bytes, size, NULL, NULL, &err), &err);
    check_ok(song_read(out, NULL, file, &song, NULL, &err), &err);
    smf_song_deinit(&song);
}

static void test_a_song_comes_back_equal(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 1);
    Document song = {0}, back = {0};
    for (int i = 0; i < 50; i++) {
        random_song(&song, &rng);
        size_t size;
        unsigned char *bytes = random_song_bytes(&song, &size);
        read_back(&back, NULL, bytes, size);
        assert_true(document_equal(&song, &back));
        free(bytes);
    }
    document_deinit(&song);
    document_deinit(&back);
}

static void test_a_journal_knows_its_file(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 2);
    Document song = {0}, back = {0};
    random_song(&song, &rng);
    SmfSong file;
    unsigned char *bytes = NULL;
    size_t size;
    char name[] = "/music/Lied für Anna.mid";
    const SongFile known = {
        .path = name, .stamp = {INT64_C(1700000000123456789), 4711, 815, 1}, .holds_more = true};
    SongFile found = {0};
    Error err = {{0}};
    check_ok(song_build(&file, &song, NULL, &known, &err), &err);
    check_ok(smf_file_build(&file, &bytes, &size, &err), &err);
    read_back(&back, &found, bytes, size);
    assert_string_equal(found.path, name);
    assert_true(file_stamp_equal(&found.stamp, &known.stamp) && found.holds_more);
    song_file_deinit(&found);
    free(bytes);
    smf_song_deinit(&file);
    document_deinit(&song);
    document_deinit(&back);
}

static void test_a_name_that_is_not_utf8_is_kept_readable(void **state) {
    (void)state;
    Document song;
    SmfSong file;
    Error err;
    document_init(&song);
    score_set_title(&song.score[DOCUMENT_ORIGINAL], "Caf\xe9");
    char name[] = "/music/caf\xe9.mid";
    check_ok(song_build(&file, &song, NULL, &(SongFile){.path = name}, &err), &err);
    assert_non_null(strstr(file.state, "\"title\":\"Caf\\\\xe9\""));
    assert_null(strstr(file.state, "path"));
    smf_song_deinit(&file);
    document_deinit(&song);
}

/* Whatever a stranger writes into the text: the notes open, the settings fall back to their defaults. */
static void test_damaged_settings_do_not_lose_notes(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "not json",
        "[]",
        "{\"refrain\": 1, \"recipe\": 7, \"loop\": \"x\", \"seed\": {}, \"key\": 3, \"align\": \"sideways\"}",
        "{\"refrain\": 1, \"recipe\": \"refrain-recipe 9 zz\", \"loop\": [5, -1], \"temperature\": 1e30}",
        "{\"refrain\": 1, \"loop\": [99999999999999, 1, 1], \"key\": \"H#\", \"context\": {\"beats\": 0}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        SmfSong song = {.count = 1};
        Error err = {{0}};
        melody_init(&song.track[0]);
        strcpy(song.track[0].name, "original");
        assert_int_equal(melody_insert(&song.track[0], (Note){0, 480, 60, 80}, &err), 0);
        song.state = strdup(texts[i]);
        Document back = {0};
        check_ok(song_read(&back, NULL, NULL, &song, NULL, &err), &err);
        assert_int_equal(document_voice(&back, DOCUMENT_ORIGINAL)->count, 1);
        assert_int_equal(back.recipe.count, 1);
        assert_false(back.looping);
        assert_false(back.key[DOCUMENT_ORIGINAL].known);
        assert_true(back.temperature == DOCUMENT_TEMPERATURE);
        document_deinit(&back);
        smf_song_deinit(&song);
    }
}

static void test_a_later_format_is_refused(void **state) {
    (void)state;
    SmfSong song = {.count = 1, .state = strdup("{\"refrain\": 2}")};
    Document back = {0};
    Error err = {{0}};
    check_refused(song_read(&back, NULL, NULL, &song, NULL, &err), &err);
    smf_song_deinit(&song);
}

static void insert(Document *song, DocumentScore score, Note note) {
    Error err;
    Track *track = score_edit_voice(&song->score[score], 0, &err);
    check_ok(track && track_insert(track, note, &err) >= 0, &err);
}

static void test_bars_move_the_recipe_along(void **state) {
    (void)state;
    Document song;
    Error err = {{0}};
    document_init(&song);
    for (int bar = 0; bar < 4; bar++) insert(&song, DOCUMENT_ORIGINAL, (Note){bar * 1920, 1920, 60, 80});
    for (int bar = 0; bar < 4; bar++) insert(&song, DOCUMENT_CONTEXT, (Note){bar * 1920, 1920, 72, 80});
    check_ok(bar_normalise(&song, &err), &err);
    song.recipe.bar[2] = (BarSource){.kind = RECIPE_MIX, .mix = 0.5f};
    check_ok(document_insert_bars(&song, DOCUMENT_CONTEXT, 1, 1, &err), &err);
    check_ok(bar_normalise(&song, &err), &err);
    assert_int_equal(song.recipe.count, 5);
    assert_int_equal(song.recipe.bar[3].kind, RECIPE_MIX);
    assert_int_equal(song.recipe.bar[1].kind, RECIPE_CONTEXT);
    check_ok(document_delete_bars(&song, DOCUMENT_CONTEXT, 0, 2, &err), &err);
    check_ok(bar_normalise(&song, &err), &err);
    assert_int_equal(song.recipe.count, 3);
    assert_int_equal(song.recipe.bar[1].kind, RECIPE_MIX);
    check_ok(document_delete_bars(&song, DOCUMENT_ORIGINAL, 1, 3, &err), &err);
    check_ok(bar_normalise(&song, &err), &err);
    assert_int_equal(song.recipe.bar[1].kind, RECIPE_CONTEXT); /* its half of the mix is gone */
    document_deinit(&song);
}

static void check_recipe(const Document *song, const char *expected) {
    char *text = recipe_to_text(&song->recipe);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_sources_of_bars_that_are_gone_are_repaired(void **state) {
    (void)state;
    Document song;
    Error err = {{0}};
    document_init(&song);
    for (int bar = 0; bar < 3; bar++) insert(&song, DOCUMENT_ORIGINAL, (Note){bar * 1920, 1920, 60, 80});
    for (int bar = 0; bar < 5; bar++) insert(&song, DOCUMENT_CONTEXT, (Note){bar * 1920, 1920, 72, 80});
    check_ok(bar_normalise(&song, &err), &err);
    check_ok(recipe_from_text(&song.recipe,
                              "refrain-recipe 2\nc5 o3 o4! c6 o4\nc6! cv2 m0.5 ov1 k................", &err),
             &err);
    check_ok(bar_normalise(&song, &err), &err);
    check_recipe(&song, "refrain-recipe 2\nc5 o3 c! c c\no! c m0.5 c k................");
    document_deinit(&song);
}

static void test_sources_follow_the_bars_they_name(void **state) {
    (void)state;
    Document song;
    Error err = {{0}};
    document_init(&song);
    for (int bar = 0; bar < 5; bar++) insert(&song, DOCUMENT_ORIGINAL, (Note){bar * 1920, 1920, 60, 80});
    for (int bar = 0; bar < 4; bar++) insert(&song, DOCUMENT_CONTEXT, (Note){bar * 1920, 1920, 72, 80});
    check_ok(bar_normalise(&song, &err), &err);
    check_ok(recipe_from_text(&song.recipe, "refrain-recipe 2\no o5 o2! c4", &err), &err);
    check_ok(document_insert_bars(&song, DOCUMENT_ORIGINAL, 2, 3, &err), &err);
    check_recipe(&song, "refrain-recipe 2\no o8 o2! c4");
    check_ok(document_delete_bars(&song, DOCUMENT_ORIGINAL, 1, 2, &err), &err);
    check_recipe(&song, "refrain-recipe 2\no o6 c! c4");
    check_ok(document_insert_bars(&song, DOCUMENT_CONTEXT, 1, 1, &err), &err);
    check_recipe(&song, "refrain-recipe 2\no c o6 c! c5");
    check_ok(document_delete_bars(&song, DOCUMENT_CONTEXT, 1, 1, &err), &err);
    check_recipe(&song, "refrain-recipe 2\no o6 c! c4");
    document_deinit(&song);
}

static void test_alignment_moves_the_original(void **state) {
    (void)state;
    static const int scale[] = {0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0};
    Document song;
    document_init(&song);
    for (int i = 0; i < 11; i++) {
        insert(&song, DOCUMENT_ORIGINAL, (Note){i * 480, 480, (uint8_t)(48 + scale[i]), 80});
        insert(&song, DOCUMENT_CONTEXT, (Note){i * 480, 480, (uint8_t)(77 + scale[i]), 80});
    }
    char words[32];
    document_fit_words(&song.fit, words, sizeof words);
    assert_string_equal(words, "");
    document_decide_fit(&song, DOCUMENT_ALIGN_KEY);
    document_fit_words(&song.fit, words, sizeof words);
    assert_string_equal(words, "C into F: +5");
    document_decide_fit(&song, DOCUMENT_ALIGN_REGISTER);
    document_fit_words(&song.fit, words, sizeof words);
    assert_string_equal(words, "octaves: +24");
    document_deinit(&song);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_song_comes_back_equal),
        cmocka_unit_test(test_a_journal_knows_its_file),
        cmocka_unit_test(test_a_name_that_is_not_utf8_is_kept_readable),
        cmocka_unit_test(test_damaged_settings_do_not_lose_notes),
        cmocka_unit_test(test_a_later_format_is_refused),
        cmocka_unit_test(test_bars_move_the_recipe_along),
        cmocka_unit_test(test_sources_of_bars_that_are_gone_are_repaired),
        cmocka_unit_test(test_sources_follow_the_bars_they_name),
        cmocka_unit_test(test_alignment_moves_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
