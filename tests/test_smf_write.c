/* Files as scores and back: what is not changed is written as it was, what is changed replaces only itself. */
#include "tests/support/check.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/rng.h"
#include "midi_io/smf_read.h"
#include "midi_io/smf_write.h"
#include "tests/support/midi_bytes.h"
#include "tests/support/same_events.h"

static MidiBytes bytes;
static Score score, back;
static SmfReading reading, reading_back;

static int deinit(void **state) {
    (void)state;
    score_deinit(&score);
    score_deinit(&back);
    smf_read_deinit(&reading);
    smf_read_deinit(&reading_back);
    return 0;
}

/* Two tracks on two channels with words, controllers, a sysex and a chunk that nobody knows; tempos and meters in both. */
static void write_file(void) {
    midi_bytes_header(&bytes, 1, 3, 96);
    midi_bytes_open_track(&bytes);
    midi_bytes_name(&bytes, "A song");
    MIDI_BYTES(&bytes, 0, 0xff, 0x59, 2, 0xfd, 1, 0, 0xff, 0x7f, 3, 0x43, 1, 2);
    MIDI_BYTES(&bytes, 0, 0xc3, 73); /* of the second track's channel */
    midi_bytes_tempo(&bytes, 0, 600000);
    midi_bytes_meter(&bytes, 96, 3, 2);
    midi_bytes_close_track(&bytes);
    midi_bytes_put(&bytes, "XFIH\0\0\0\4abcd", 12);
    midi_bytes_open_track(&bytes);
    midi_bytes_name(&bytes, "Voice");
    MIDI_BYTES(&bytes, 0, 0xb3, 64, 127, 0, 0xff, 5, 2, 'l', 'a');
    midi_bytes_note(&bytes, 0, 3, 60, 48);
    MIDI_BYTES(&bytes, 0, 0xe3, 0, 80, 0, 0xf0, 4, 0x7e, 9, 1, 0xf7);
    midi_bytes_note(&bytes, 0, 3, 62, 48);
    midi_bytes_note(&bytes, 96, 5, 50, 48);
    midi_bytes_tempo(&bytes, 10, 500000);
    MIDI_BYTES(&bytes, 0x83, 0x60, 0xff, 1, 0x81, 0x7f);
    for (int i = 0; i < 255; i++) MIDI_BYTES(&bytes, 'x');
    midi_bytes_close_track(&bytes);
    midi_bytes_open_track(&bytes);
    MIDI_BYTES(&bytes, 0x83, 0x60); /* ends with a rest, without a note */
    MIDI_BYTES(&bytes, 0xff, 0x2f, 0);
    midi_bytes_close_track(&bytes);
    bytes.size -= 4; /* of the End Of Track that close_track put behind it */
    bytes.at[bytes.track + 3] = (uint8_t)(bytes.at[bytes.track + 3] - 4);
}

static void read_score(Score *to, SmfReading *about, const void *from, size_t size) {
    Error err = {""};
    score_deinit(to);
    smf_read_deinit(about);
    check_ok(smf_read(to, about, from, size, &err), &err);
}

/* Through a file and back. */
static void pass(const SmfState *state) {
    Error err = {""};
    unsigned char *written = NULL;
    size_t size = 0;
    check_ok(smf_write(&score, (Key){0}, state, &written, &size, &err), &err);
    read_score(&back, &reading_back, written, size);
    free(written);
}

static void expect_same_chunks(void) {
    assert_int_equal(back.chunks, score.chunks);
    for (int i = 0; i < score.chunks; i++) assert_true(same_events(back.chunk[i], score.chunk[i]));
}

static void test_a_file_is_read_whole(void **state) {
    (void)state;
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    assert_int_equal(score.chunks, 4);
    assert_string_equal(events_kind(score.chunk[1]), "XFIH");
    assert_string_equal(score.title, "A song");
    assert_int_equal(timeline_division(score.timeline), 96);
    assert_int_equal(timeline_quarter_us(score.timeline, 96), 600000);
    assert_int_equal(timeline_quarter_us(score.timeline, 9999), 500000);
    assert_int_equal(meter_beats(timeline_meter(score.timeline, 96)), 3);
    assert_int_equal(score.tracks, 2);
    assert_string_equal(score.track[0]->name, "Voice");
    assert_int_equal(score.track[0]->program, 73);
    assert_int_equal(score.track[0]->count, 2);
    assert_int_equal(score.track[1]->channel, 5);
    assert_int_equal(score.voices, 0);
}

static void test_an_unedited_file_is_written_as_it_was(void **state) {
    (void)state;
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    pass(NULL);
    expect_same_chunks();
    assert_true(score_equal(&score, &back));
}

/* What is kept is there when it is read again; what could not be is told at once. */
static void test_chunks_without_a_name_and_ends_with_words_are_repaired(void **state) {
    (void)state;
    midi_bytes_header(&bytes, 1, 2, 480);
    midi_bytes_put(&bytes, "MT;k\0\0\0\4abcd", 12); /* kept: it is followed by a track */
    midi_bytes_open_track(&bytes);
    midi_bytes_note(&bytes, 0, 0, 60, 480);
    MIDI_BYTES(&bytes, 0, 0xff, 0x2f, 3, 'b', 'y', 'e');
    midi_bytes_close_track_bare(&bytes);
    midi_bytes_put(&bytes, "\xff\xff\0\0\0\0\0\0", 8);
    read_score(&score, &reading, bytes.at, bytes.size);
    assert_int_equal(score.chunks, 2);
    assert_int_equal(reading.repairs.behind, 3 + 8);
    pass(NULL);
    expect_same_chunks();
    assert_int_equal(reading_back.repairs.behind, 0);
}

static void test_the_longest_song_can_be_saved(void **state) {
    (void)state;
    Error err = {""};
    Track *track = score_edit_voice(&score, 0, &err);
    check_ok(track_insert(track, (Note){TRACK_TICKS_MAX - 5, 5, 60, 80}, &err) >= 0, &err);
    pass(NULL);
    assert_int_equal(back.track[0]->notes[0].start + back.track[0]->notes[0].length, TRACK_TICKS_MAX);
}

/* The events of a chunk that are no notes of a channel. */
static int count_others(const Events *chunk, int channel) {
    int count = 0;
    for (int i = 0; i < events_count(chunk); i++) {
        int status = events_bytes(chunk, i)[0];
        count += status != (0x90 | channel) && status != (0x80 | channel);
    }
    return count;
}

static void test_an_edited_track_replaces_its_notes_only(void **state) {
    (void)state;
    Error err = {""};
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    Track *track = score_edit_track(&score, 0, &err);
    track_insert(track, (Note){200, 500, 72, 99}, &err);
    track_transpose(track, 1);
    pass(NULL);
    assert_true(track_equal(score.track[0], back.track[0]));
    assert_true(track_equal(score.track[1], back.track[1]));
    assert_true(timeline_equal(score.timeline, back.timeline));
    for (int i = 0; i < score.chunks; i++)
        if (i != 2) assert_true(same_events(back.chunk[i], score.chunk[i]));
    assert_int_equal(count_others(back.chunk[2], 3), count_others(score.chunk[2], 3));
}

static void test_an_instrument_replaces_the_one_that_was_told(void **state) {
    (void)state;
    Error err = {""};
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    score_edit_track(&score, 0, &err)->program = 40; /* told in another chunk */
    pass(NULL);
    assert_int_equal(back.track[0]->program, 40);
    score_edit_track(&back, 0, &err)->program = 41; /* told in its own now */
    int before = events_count(back.chunk[2]);
    score_copy(&score, &back, &err);
    pass(NULL);
    assert_int_equal(back.track[0]->program, 41);
    assert_int_equal(events_count(back.chunk[2]), before);
}

static void test_tempo_meter_and_title_replace_what_was_told(void **state) {
    (void)state;
    Error err = {""};
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    check_ok(score_set_tempo(&score, 400000, &err), &err);
    check_ok(score_set_meter(&score, (Meter){7, 8}, &err), &err);
    score_set_title(&score, "Another");
    pass(NULL);
    assert_true(score_equal(&score, &back));
    assert_true(same_events(back.chunk[1], score.chunk[1]));
}

static void test_a_new_song_comes_back(void **state) {
    (void)state;
    Error err = {""};
    Rng rng;
    rng_seed(&rng, 31);
    score_set_title(&score, "New");
    check_ok(score_set_tempo(&score, 654321, &err), &err);
    for (int t = 0; t < 3; t++) {
        Track *track = track_new(&err);
        track->channel = (uint8_t)t;
        track->program = (uint8_t)(10 * t);
        for (int i = 0; i < 200; i++) /* several of one pitch at once */
            track_insert(track,
                         (Note){7 * i, 1 + (int)rng_below(&rng, 100), (uint8_t)(60 + rng_below(&rng, 3)), 80},
                         &err);
        check_ok(score_add_track(&score, track, &err), &err);
    }
    pass(NULL);
    assert_int_equal(back.chunks, 4);
    assert_true(score_equal(&score, &back));
}

static void test_the_state_and_the_context_come_back(void **state) {
    (void)state;
    write_file();
    read_score(&score, &reading, bytes.at, bytes.size);
    SmfState own = {.text = strdup("{\"refrain\": 2}")};
    SmfImage *context = &own.image[SMF_IMAGE_CONTEXT];
    *context = (SmfImage){malloc(bytes.size), bytes.size};
    memcpy(context->bytes, bytes.at, bytes.size);
    pass(&own);
    assert_true(smf_state_is_whole(&reading_back.state));
    assert_string_equal(reading_back.state.text, own.text);
    assert_int_equal(reading_back.state.image[SMF_IMAGE_CONTEXT].size, bytes.size);
    assert_memory_equal(reading_back.state.image[SMF_IMAGE_CONTEXT].bytes, bytes.at, bytes.size);
    expect_same_chunks(); /* the state is none of the file's events */
    smf_state_deinit(&own);
}

static void test_damaged_streams_are_not_whole(void **state) {
    (void)state;
    Error err = {""};
    size_t size;
    uint8_t *packed = smf_state_pack(SMF_STATE_TEXT, "a text to be packed", 19, &size, &err);
    assert_non_null(packed);
    for (size_t cut = SMF_STATE_OWNER; cut < size; cut++) {
        SmfState joined = {0};
        check_ok(smf_state_add(&joined, packed, cut, &err), &err);
        assert_false(smf_state_is_whole(&joined));
        smf_state_deinit(&joined);
    }
    SmfState joined = {0};
    check_ok(smf_state_add(&joined, packed, size, &err), &err);
    assert_true(smf_state_is_whole(&joined));
    smf_state_deinit(&joined);
    free(packed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_file_is_read_whole, deinit),
        cmocka_unit_test_teardown(test_an_unedited_file_is_written_as_it_was, deinit),
        cmocka_unit_test_teardown(test_chunks_without_a_name_and_ends_with_words_are_repaired, deinit),
        cmocka_unit_test_teardown(test_the_longest_song_can_be_saved, deinit),
        cmocka_unit_test_teardown(test_an_edited_track_replaces_its_notes_only, deinit),
        cmocka_unit_test_teardown(test_an_instrument_replaces_the_one_that_was_told, deinit),
        cmocka_unit_test_teardown(test_tempo_meter_and_title_replace_what_was_told, deinit),
        cmocka_unit_test_teardown(test_a_new_song_comes_back, deinit),
        cmocka_unit_test_teardown(test_the_state_and_the_context_come_back, deinit),
        cmocka_unit_test(test_damaged_streams_are_not_whole),
    };
    return cmocka_run_group_tests_name("smf_write", tests, NULL, NULL);
}
