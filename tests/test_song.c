/* A song goes into a MIDI file and comes back as it was. */
#include <stdlib.h>

#include "app/studio/song.h"
#include "engine/bar.h"
#include "midi_io/score_file.h"
#include "tests/support/check.h"
#include "tests/support/midi_bytes.h"
#include "tests/support/old_state.h"
#include "tests/support/random_song.h"

static void read_back(Document *out, SongFile *file, const unsigned char *bytes, size_t size) {
    Score score = {0};
    SmfReading reading = {0};
    Error err = {{0}};
    check_ok(score_file_parse(&score, &reading, bytes, size, "", NULL, NULL, &err), &err);
    check_ok(song_read(out, NULL, file, &score, &reading, &err), &err);
    smf_read_deinit(&reading);
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
    unsigned char *bytes = NULL;
    size_t size;
    char name[] = "/music/Lied für Anna.mid";
    const SongFile known = {
        .path = name, .stamp = {INT64_C(1700000000123456789), 4711, 815, 1}, .lost = "4 bytes"};
    SongFile found = {0};
    Error err = {{0}};
    check_ok(song_bytes(&song, NULL, &known, &bytes, &size, &err), &err);
    read_back(&back, &found, bytes, size);
    assert_string_equal(found.path, name);
    assert_true(file_stamp_equal(&found.stamp, &known.stamp) && strcmp(found.lost, "4 bytes") == 0);
    song_file_deinit(&found);
    free(bytes);
    document_deinit(&song);
    document_deinit(&back);
}

static void test_a_name_that_is_not_utf8_is_kept_readable(void **state) {
    (void)state;
    Document song, back = {0};
    unsigned char *bytes = NULL;
    size_t size;
    SongFile found = {0};
    Error err;
    document_init(&song);
    score_set_title(&song.score[DOCUMENT_ORIGINAL], "Caf\xe9");
    char name[] = "/music/caf\xe9.mid";
    check_ok(song_bytes(&song, NULL, &(SongFile){.path = name}, &bytes, &size, &err), &err);
    read_back(&back, &found, bytes, size);
    assert_string_equal(back.score[DOCUMENT_ORIGINAL].title, "Caf\\xe9");
    assert_null(found.path);
    free(bytes);
    document_deinit(&song);
    document_deinit(&back);
}

/* A song of one quarter with any text as its state. */
static bool read_text(Document *out, const char *text, Error *err) {
    Score score = {0};
    SmfReading reading = {.state = {.text = strdup(text)}};
    Track *track = score_edit_voice(&score, 0, err);
    bool ok = track && track_insert(track, (Note){0, 480, 60, 80}, err) == 0;
    score.voices = 0;
    ok = ok && song_read(out, NULL, NULL, &score, &reading, err);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return ok;
}

/* Whatever a stranger writes into the text: the notes open, the settings fall back to their defaults. */
static void test_damaged_settings_do_not_lose_notes(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "not json",
        "[]",
        "{\"refrain\": 1, \"recipe\": 7, \"loop\": \"x\", \"seed\": {}, \"key\": 3, \"align\": \"sideways\"}",
        "{\"refrain\": 2, \"recipe\": \"refrain-recipe 9 zz\", \"loop\": [5, -1], \"temperature\": 1e30}",
        "{\"refrain\": 2, \"loop\": [99999999999999, 1, 1], \"key\": \"H#\", \"voices\": [0, 2, -1, \"x\"]}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Error err = {{0}};
        Document back = {0};
        check_ok(read_text(&back, texts[i], &err), &err);
        assert_int_equal(document_voice(&back, DOCUMENT_ORIGINAL)->count, 1);
        assert_int_equal(back.recipe.count, 1);
        assert_false(back.looping);
        assert_false(back.key[DOCUMENT_ORIGINAL].known);
        assert_true(back.temperature == DOCUMENT_TEMPERATURE);
        document_deinit(&back);
    }
}

static void test_a_later_format_is_refused(void **state) {
    (void)state;
    Document back = {0};
    Error err = {{0}};
    check_refused(read_text(&back, "{\"refrain\": 3}", &err), &err);
}

static MidiBytes old;

static void write_old_track(const char *name, int channel, int pitch) {
    midi_bytes_open_track(&old);
    midi_bytes_name(&old, name);
    MIDI_BYTES(&old, 0, (uint8_t)(0xc0 | channel), (uint8_t)(10 + channel));
    for (int i = 0; i < 8; i++) midi_bytes_note(&old, 0, channel, pitch + i, 480);
    midi_bytes_close_track(&old);
}

/* As refrain 0.1 wrote them: a track for each version, the text in parts. */
static void test_a_song_of_0_1_opens(void **state) {
    (void)state;
    static const char text[] =
        "{\"refrain\":1,\"title\":\"Old\",\"recipe\":\"refrain-recipe 1 o p7@0.8!\",\"loop\":[0,1920,1],"
        "\"align\":\"key\",\"temperature\":0.5,\"seed\":7,\"context\":{\"title\":\"Other\","
        "\"quarter_us\":400000,\"beats\":4,\"unit\":4}}";
    midi_bytes_header(&old, 1, 4, 480);
    midi_bytes_open_track(&old);
    midi_bytes_name(&old, "Old");
    midi_bytes_tempo(&old, 0, 600000);
    for (int part = 0; part < old_state_parts(strlen(text)); part++) {
        uint8_t bytes[OLD_STATE_SIZE];
        size_t size = old_state_write(bytes, text, part);
        MIDI_BYTES(&old, 0, 0xff, 0x7f, (uint8_t)size);
        midi_bytes_put(&old, bytes, size);
    }
    midi_bytes_close_track(&old);
    write_old_track("original", 0, 60);
    write_old_track("context", 1, 50);
    write_old_track("result", 2, 70);
    Document song = {0};
    Score score = {0}, result = {0};
    SmfReading reading = {0};
    Error err = {{0}};
    check_ok(score_file_parse(&score, &reading, old.at, old.size, "", NULL, NULL, &err), &err);
    check_ok(song_read(&song, &result, NULL, &score, &reading, &err), &err);
    assert_string_equal(song.score[DOCUMENT_ORIGINAL].title, "Old");
    assert_int_equal(document_voice(&song, DOCUMENT_ORIGINAL)->notes[0].pitch, 60);
    assert_int_equal(document_voice(&song, DOCUMENT_CONTEXT)->notes[0].pitch, 50);
    assert_int_equal(document_voice(&song, DOCUMENT_CONTEXT)->program, 11);
    assert_int_equal(timeline_quarter_us(song.score[DOCUMENT_CONTEXT].timeline, 0), 400000);
    assert_int_equal(timeline_quarter_us(song.score[DOCUMENT_ORIGINAL].timeline, 0), 600000);
    assert_int_equal(song.recipe.count, 2);
    assert_true(song.recipe.bar[1].locked && song.looping);
    assert_int_equal(score_voice(&result, 0)->notes[0].pitch, 70);
    const BarSource *drawn = &song.recipe.bar[1]; /* the notes of then */
    assert_int_equal(drawn->kind, RECIPE_NOTES);
    assert_true(drawn->seeded && drawn->seed == 7);
    assert_int_equal(drawn->step[0], STEP_PITCH + 74);
    assert_int_equal(drawn->step[1], STEP_HOLD);
    document_deinit(&song);
    score_deinit(&result);
    smf_read_deinit(&reading);
}

/* A voice whose notes are all gone is the voice again, with its name and instrument, and no other track takes its place. */
static void test_a_voice_without_notes_is_remembered(void **state) {
    (void)state;
    Error err = {{0}};
    for (int made_here = 0; made_here < 2; made_here++) {
        midi_bytes_header(&old, 1, 2, 96);
        write_old_track("Melody", 3, 60);
        write_old_track("Bass", 4, 30);
        Document song = {0}, back = {0};
        read_back(&song, NULL, old.at, old.size);
        Score *score = &song.score[DOCUMENT_ORIGINAL];
        if (made_here) { /* a track that no chunk knows */
            Track *made = track_new(&err);
            track_set_name(made, "Melody");
            made->channel = 3;
            made->program = 13;
            check_ok(score_add_track(score, made, &err), &err);
            score->voice[0] = 2;
        }
        Track *voice = score_edit_voice(score, 0, &err);
        while (voice->count > 0) track_remove(voice, 0);
        check_ok(bar_normalise(&song, &err), &err);
        unsigned char *bytes = NULL;
        size_t size;
        check_ok(song_bytes(&song, NULL, NULL, &bytes, &size, &err), &err);
        read_back(&back, NULL, bytes, size);
        const Score *again = &back.score[DOCUMENT_ORIGINAL];
        assert_int_equal(again->tracks, made_here ? 3 : 2);
        assert_int_equal(score_voice(again, 0)->count, 0);
        assert_string_equal(score_voice(again, 0)->name, "Melody");
        assert_int_equal(score_voice(again, 0)->program, 13);
        assert_int_equal(again->voice[0], made_here ? 2 : 0);
        free(bytes);
        document_deinit(&song);
        document_deinit(&back);
    }
}

/* What is opened and not changed is written as it was: no state, no title, nothing. */
static void test_an_unedited_file_is_saved_as_it_was(void **state) {
    (void)state;
    midi_bytes_header(&old, 1, 2, 96);
    write_old_track("Song", 3, 60);
    write_old_track("Bass", 4, 30);
    Document song = {0};
    unsigned char *bytes = NULL;
    size_t size;
    Error err = {{0}};
    read_back(&song, NULL, old.at, old.size);
    check_ok(song_bytes(&song, NULL, NULL, &bytes, &size, &err), &err);
    assert_int_equal(size, old.size);
    assert_memory_equal(bytes, old.at, size);
    free(bytes);
    document_deinit(&song);
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
        cmocka_unit_test(test_a_song_of_0_1_opens),
        cmocka_unit_test(test_a_voice_without_notes_is_remembered),
        cmocka_unit_test(test_an_unedited_file_is_saved_as_it_was),
        cmocka_unit_test(test_bars_move_the_recipe_along),
        cmocka_unit_test(test_sources_of_bars_that_are_gone_are_repaired),
        cmocka_unit_test(test_sources_follow_the_bars_they_name),
        cmocka_unit_test(test_alignment_moves_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
