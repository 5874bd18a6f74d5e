/* The library of one header: what it gives is what the engine makes, and what it refuses it says. */
#include "engine/refrain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/thread.h"
#include "engine/nn/checkpoint.h"
#include "tests/support/check.h"
#include "tests/support/temp.h"
#include "tests/support/tiny_model.h"

enum { QUARTER = 480, NOTES = 32 };

typedef struct {
    Temp temp;
    RefrainModel *model;
    RefrainReader *reader;
    RefrainNote note[2][NOTES];
    RefrainPiece *piece[2];
    RefrainError why;
} Fixture;

static RefrainPiece *read_notes(Fixture *f, RefrainReader *reader, int which) {
    const RefrainMelody melody = {.note = f->note[which], .notes = NOTES};
    RefrainPiece *piece = refrain_encode(reader, &melody, &f->why);
    if (!piece) fail_msg("%s", f->why.text);
    return piece;
}

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    Error err = {{0}};
    temp_open(&f->temp);
    Model *tiny = tiny_model(64, 3);
    check_ok(checkpoint_save(tiny, temp_path(&f->temp, "tiny.safetensors"), &err), &err);
    model_free(tiny);
    f->model = refrain_model_open(temp_path(&f->temp, "tiny.safetensors"), &f->why);
    assert_non_null(f->model);
    f->reader = refrain_reader_new(f->model, &f->why);
    assert_non_null(f->reader);
    for (int which = 0; which < 2; which++) {
        for (int i = 0; i < NOTES; i++)
            f->note[which][i] =
                (RefrainNote){i * QUARTER, QUARTER, (uint8_t)(60 + (i * (3 + which)) % 12), 80};
        f->piece[which] = read_notes(f, f->reader, which);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    for (int which = 0; which < 2; which++) refrain_piece_free(f->piece[which]);
    refrain_reader_free(f->reader);
    refrain_model_close(f->model);
    temp_close(&f->temp);
    free(f);
    return 0;
}

static void check_same_notes(const RefrainPiece *a, const RefrainPiece *b) {
    int count[2];
    const RefrainNote *note[] = {refrain_piece_notes(a, &count[0]), refrain_piece_notes(b, &count[1])};
    assert_int_equal(count[0], count[1]);
    for (int i = 0; i < count[0]; i++) {
        assert_int_equal(note[0][i].start, note[1][i].start);
        assert_int_equal(note[0][i].pitch, note[1][i].pitch);
    }
}

static void test_a_piece_has_the_melody_and_its_costs(void **state) {
    Fixture *f = *state;
    int notes;
    const RefrainNote *note = refrain_piece_notes(f->piece[0], &notes);
    assert_int_equal(refrain_piece_bars(f->piece[0]), NOTES / 4);
    assert_int_equal(notes, NOTES);
    for (int i = 0; i < notes; i++) assert_int_equal(note[i].pitch, f->note[0][i].pitch);
    for (int t = 0; t < refrain_piece_bars(f->piece[0]); t++) {
        assert_true(refrain_piece_cost(f->piece[0], t) > 0);
        assert_true(isfinite(refrain_piece_latent(f->piece[0], t)[REFRAIN_LATENT - 1]));
    }
}

static void test_no_bar_poured_is_the_context_decoded(void **state) {
    Fixture *f = *state;
    RefrainPiece *poured = refrain_transfer(f->reader, f->piece[0], f->piece[1], NULL, 0, &f->why),
                 *decoded = refrain_decode(f->reader, f->piece[1], &f->why);
    assert_non_null(poured);
    assert_non_null(decoded);
    check_same_notes(poured, decoded);
    refrain_piece_free(poured);
    refrain_piece_free(decoded);
}

static void test_a_poured_bar_has_the_others_latent(void **state) {
    Fixture *f = *state;
    const int bars[] = {2, 3};
    RefrainPiece *poured = refrain_transfer(f->reader, f->piece[0], f->piece[1], bars, 2, &f->why);
    assert_non_null(poured);
    for (int t = 0; t < refrain_piece_bars(poured); t++)
        assert_memory_equal(refrain_piece_latent(poured, t),
                            refrain_piece_latent(f->piece[t < 2 || t > 3], t),
                            REFRAIN_LATENT * sizeof(float));
    /* The same by hand: latents are the caller's to change. */
    RefrainPiece *changed = read_notes(f, f->reader, 1);
    for (int i = 0; i < 2; i++)
        memcpy(refrain_piece_latent(changed, bars[i]), refrain_piece_latent(f->piece[0], bars[i]),
               REFRAIN_LATENT * sizeof(float));
    RefrainPiece *decoded = refrain_decode(f->reader, changed, &f->why);
    assert_non_null(decoded);
    assert_int_equal(refrain_piece_bars(decoded), refrain_piece_bars(poured));
    refrain_piece_free(decoded);
    refrain_piece_free(changed);
    refrain_piece_free(poured);
}

static void test_references_name_earlier_bars(void **state) {
    Fixture *f = *state;
    int count = -1;
    RefrainReference *r = refrain_references(f->reader, f->piece[0], &count, &f->why);
    assert_non_null(r);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        assert_in_range(r[i].of, 0, r[i].bar - 1);
        assert_true(r[i].weight > 0 && r[i].weight <= 1.001f);
        assert_true(r[i].scale_steps == 0 || r[i].semitones == 0);
    }
    refrain_references_free(r);
}

static void check_refusal(Fixture *f, const RefrainMelody *melody, const char *words) {
    assert_null(refrain_encode(f->reader, melody, &f->why));
    assert_non_null(strstr(f->why.text, words));
    assert_null(refrain_encode(f->reader, melody, NULL));
}

static void test_what_cannot_be_read_is_said(void **state) {
    Fixture *f = *state;
    const RefrainMeter odd = {0, 3, 5};
    const RefrainNote bad[] = {{0, 0, 60, 80}, {-1, 9, 60, 80}, {0, 9, 128, 80}};
    check_refusal(f, &(RefrainMelody){.note = f->note[0], .notes = 1, .meter = &odd, .meters = 1}, "3/5");
    for (int i = 0; i < 3; i++) check_refusal(f, &(RefrainMelody){.note = &bad[i], .notes = 1}, "Note 0");
    assert_null(refrain_transfer(f->reader, f->piece[0], f->piece[1], &(int){NOTES / 4}, 1, &f->why));
    assert_non_null(strstr(f->why.text, "bar 9"));
    assert_null(refrain_transfer(f->reader, f->piece[0], f->piece[1], &(int){-1}, 1, &f->why));
    assert_null(refrain_model_open(temp_path(&f->temp, "none"), &f->why));
    assert_non_null(strstr(f->why.text, "none"));
    const RefrainMeter waltz = {0, 3, 4};
    RefrainPiece *three = refrain_encode(
        f->reader, &(RefrainMelody){.note = f->note[0], .notes = NOTES, .meter = &waltz, .meters = 1},
        &f->why);
    assert_non_null(three);
    RefrainPiece *poured = refrain_transfer(f->reader, three, f->piece[1], &(int){0}, 1, &f->why);
    assert_non_null(poured); /* a bar of three beats in the place of one of four */
    refrain_piece_free(poured);
    refrain_piece_free(three);
}

static void test_null_may_be_given_back(void **state) {
    (void)state;
    refrain_piece_free(NULL);
    refrain_reader_free(NULL);
    refrain_model_close(NULL);
    refrain_references_free(NULL);
}

typedef struct {
    Fixture *f;
    RefrainReader *reader;
    RefrainPiece *piece;
} Second;

static void *read_again(void *argument) {
    Second *second = argument;
    for (int i = 0; i < 8; i++) {
        refrain_piece_free(second->piece);
        second->piece = read_notes(second->f, second->reader, 0);
    }
    return NULL;
}

static void test_readers_of_one_model_work_side_by_side(void **state) {
    Fixture *f = *state;
    Second second = {f, refrain_reader_new(f->model, NULL), NULL};
    Thread thread;
    assert_true(thread_start(&thread, read_again, &second));
    for (int i = 0; i < 8; i++) refrain_piece_free(read_notes(f, f->reader, 0));
    refrain_stop(f->reader); /* nothing runs: the next call is none the worse */
    thread_join(&thread);
    check_same_notes(second.piece, f->piece[0]);
    for (int t = 0; t < NOTES / 4; t++)
        assert_memory_equal(refrain_piece_latent(second.piece, t), refrain_piece_latent(f->piece[0], t),
                            REFRAIN_LATENT * sizeof(float));
    RefrainPiece *after = read_notes(f, f->reader, 1);
    check_same_notes(after, f->piece[1]);
    refrain_piece_free(after);
    refrain_piece_free(second.piece);
    refrain_reader_free(second.reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_piece_has_the_melody_and_its_costs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_bar_poured_is_the_context_decoded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_poured_bar_has_the_others_latent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_references_name_earlier_bars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_is_said, set_up, tear_down),
        cmocka_unit_test(test_null_may_be_given_back),
        cmocka_unit_test_setup_teardown(test_readers_of_one_model_work_side_by_side, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
