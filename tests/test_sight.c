/* What the form model and the content model see: nothing that is unknown, and the same of a tune and the tune moved. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/draw/content.h"
#include "engine/draw/form.h"
#include "tests/support/random_music.h"

enum { BARS = 14, AT = 8 };

typedef struct {
    BarSequence bars;
    Piece piece;
    Rng rng;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    rng_seed(&f->rng, 11);
    random_bars(&f->bars, &f->rng, BARS, BAR_STEPS, 0.4);
    check_ok(piece_init(&f->piece, BAR_STEPS, BARS, &f->err), &f->err);
    piece_set_bars(&f->piece, f->bars.bar, BARS);
    f->piece.header.key = (Key){.tonic = 2, .mode = KEY_MAJOR, .known = true};
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    bar_sequence_deinit(&f->bars);
    piece_deinit(&f->piece);
    free(f);
    return 0;
}

static Sight sight_of(const Fixture *f) {
    return (Sight){.piece = &f->piece, .told = f->piece.header, .bar = AT, .known_end = AT + 1};
}

/* Other notes from a step to the end of the piece. */
static void change_from(Fixture *f, int at) {
    for (int a = at; a < BARS * BAR_STEPS; a++)
        f->piece.token[a] = (uint8_t)(rng_below(&f->rng, 2) ? BAR_REST : BAR_ONSET + rng_below(&f->rng, 60));
    piece_count(&f->piece, AT, BARS);
}

static int list(int *index, const Sight *sight, int step) {
    int from;
    return content_switches(index, sight, step, &from);
}

static void test_no_input_reads_an_unknown_step(void **state) {
    Fixture *f = *state;
    const Sight sight = sight_of(f);
    for (int step = 0; step < BAR_STEPS; step += BAR_SLOT_STEPS) {
        int before[CONTENT_SWITCHES], after[CONTENT_SWITCHES];
        const int count = list(before, &sight, step);
        change_from(f, AT * BAR_STEPS + step);
        assert_int_equal(list(after, &sight, step), count);
        assert_memory_equal(after, before, (size_t)count * sizeof *before);
    }
}

static void test_a_known_rhythm_does_not_tell_its_pitches(void **state) {
    Fixture *f = *state;
    Sight sight = sight_of(f);
    memset(sight.knows, KNOWS_RHYTHM, sizeof sight.knows);
    int before[CONTENT_SWITCHES], after[CONTENT_SWITCHES];
    const int count = list(before, &sight, 4);
    for (int s = 4; s < BAR_STEPS; s++) {
        uint8_t *token = piece_bar(&f->piece, AT) + s;
        if (bar_is_onset(*token)) *token = (uint8_t)(*token > 40 ? *token - 5 : *token + 5);
    }
    assert_int_equal(list(after, &sight, 4), count);
    assert_memory_equal(after, before, (size_t)count * sizeof *before);
}

static void test_bars_after_are_read_when_they_are_known(void **state) {
    Fixture *f = *state;
    Sight sight = sight_of(f);
    sight.known_end = AT + 5;
    int before[CONTENT_SWITCHES], after[CONTENT_SWITCHES], form[2][FORM_SWITCHES];
    const int count = list(before, &sight, 12), classes = form_switches(form[0], &sight);
    change_from(f, (AT + 1) * BAR_STEPS);
    const int again = list(after, &sight, 12);
    assert_true(again != count || memcmp(after, before, (size_t)count * sizeof *before) != 0);
    const int classes_again = form_switches(form[1], &sight);
    assert_true(classes_again != classes || memcmp(form[0], form[1], (size_t)classes * sizeof(int)) != 0);
}

static void test_form_reads_nothing_of_the_bar_itself(void **state) {
    Fixture *f = *state;
    int index[2][FORM_SWITCHES];
    for (int ahead = 0; ahead < 2; ahead++) {
        Sight sight = sight_of(f);
        sight.known_end = ahead ? BARS : AT + 1;
        const int count = form_switches(index[0], &sight);
        for (int s = 0; s < BAR_STEPS; s++) piece_bar(&f->piece, AT)[s] = (uint8_t)(BAR_ONSET + s + ahead);
        piece_count(&f->piece, AT, BARS);
        assert_int_equal(form_switches(index[1], &sight), count);
        assert_memory_equal(index[1], index[0], (size_t)count * sizeof(int));
    }
}

/* All but the two groups that tell heights. */
static void test_a_moved_tune_is_read_alike(void **state) {
    Fixture *f = *state;
    Piece moved;
    check_ok(piece_init(&moved, BAR_STEPS, BARS, &f->err), &f->err);
    for (int k = -6; k <= 6; k++) {
        Bar bar[BARS];
        for (int t = 0; t < BARS; t++) {
            bar[t] = f->bars.bar[t];
            for (int s = 0; s < BAR_STEPS; s++)
                if (bar_is_onset(bar[t].token[s])) bar[t].token[s] = (uint8_t)(bar[t].token[s] + k);
        }
        piece_set_bars(&moved, bar, BARS);
        moved.header.key = f->piece.header.key;
        moved.header.key.tonic = (uint8_t)((moved.header.key.tonic + k + 12) % 12);
        for (int t = 3; t < BARS; t++) {
            int one[CONTENT_SWITCHES], other[CONTENT_SWITCHES], differ = 0, from[2];
            const Sight a = {.piece = &f->piece, .told = f->piece.header, .bar = t, .known_end = BARS},
                        b = {.piece = &moved, .told = moved.header, .bar = t, .known_end = BARS};
            const int count = content_switches(one, &a, t, &from[0]);
            assert_int_equal(content_switches(other, &b, t, &from[1]), count);
            for (int i = 0; i < count; i++) differ += one[i] != other[i];
            assert_int_equal(from[1], from[0] + k);
            assert_true(differ <= 2);
        }
    }
    piece_deinit(&moved);
}

static void test_switches_fit_and_lie_in_the_table(void **state) {
    Fixture *f = *state;
    for (int t = 0; t < BARS; t++)
        for (int step = 0; step < BAR_STEPS; step++) {
            int index[CONTENT_SWITCHES], from;
            const Sight sight = {
                .piece = &f->piece,
                .told = {.style = PIECE_STYLE_DANCE, .key = f->piece.header.key, .density = 8, .height = 8},
                .bar = t,
                .known_end = BARS,
                .to_end = BARS - t,
                .plan = t ? PLAN_NEAR : PLAN_NEW,
                .distance = t ? 1 : 0};
            int count = content_switches(index, &sight, step, &from);
            assert_in_range(count, 1, CONTENT_SWITCHES);
            for (int i = 0; i < count; i++)
                assert_in_range(index[i], i ? index[i - 1] + 1 : 0, content_inputs() - 1);
            count = form_switches(index, &sight);
            assert_in_range(count, 1, FORM_SWITCHES);
            for (int i = 0; i < count; i++)
                assert_in_range(index[i], i ? index[i - 1] + 1 : 0, form_inputs() - 1);
        }
}

/* ---- losses against differences ---- */

static void test_the_gradient_of_content_is_that_of_its_nats(void **state) {
    Fixture *f = *state;
    const Key keys[2] = {{0}, f->piece.header.key};
    const ContentTarget target[2] = {{.pattern = 47, .interval = -1, .from = 60},
                                     {.pattern = -1, .interval = 21, .from = 60}};
    float y[CONTENT_OUTPUTS], dy[CONTENT_OUTPUTS];
    for (int i = 0; i < CONTENT_OUTPUTS; i++) y[i] = rng_normal(&f->rng);
    for (int which = 0; which < 4; which++) {
        content_nats(y, dy, &target[which / 2], keys[which % 2]);
        for (int i = 0; i < CONTENT_OUTPUTS; i++) {
            const float kept = y[i], step = 1e-2f;
            y[i] = kept + step;
            const ContentNats up = content_nats(y, NULL, &target[which / 2], keys[which % 2]);
            y[i] = kept - step;
            const ContentNats down = content_nats(y, NULL, &target[which / 2], keys[which % 2]);
            y[i] = kept;
            const double slope = (up.rhythm + up.pitch - down.rhythm - down.pitch) / (2 * (double)step);
            assert_float_equal(dy[i], slope, 2e-3);
        }
    }
}

static void test_the_gradient_of_form_is_that_of_its_nats(void **state) {
    Fixture *f = *state;
    bool allowed[FORM_CLASSES], right[FORM_CLASSES];
    float y[FORM_CLASSES], dy[FORM_CLASSES];
    form_allowed(allowed, &f->piece, AT);
    form_true(right, &f->piece, AT);
    for (int i = 0; i < FORM_CLASSES; i++) y[i] = rng_normal(&f->rng);
    form_nats(y, dy, allowed, right);
    for (int i = 0; i < FORM_CLASSES; i++) {
        const float kept = y[i], step = 1e-2f;
        y[i] = kept + step;
        const double up = form_nats(y, NULL, allowed, right);
        y[i] = kept - step;
        const double down = form_nats(y, NULL, allowed, right);
        y[i] = kept;
        assert_float_equal(dy[i], (up - down) / (2 * (double)step), 2e-3);
    }
}

static void test_a_hold_wants_a_sound_before_it(void **state) {
    (void)state;
    bool silent[CONTENT_PATTERNS], sounding[CONTENT_PATTERNS];
    content_allowed(silent, true);
    content_allowed(sounding, false);
    assert_true(silent[0] && sounding[0]);   /* rests */
    assert_true(!silent[1] && sounding[1]);  /* a hold, then rests */
    assert_true(silent[80] && sounding[80]); /* onsets */
    assert_true(silent[2 + 3] && !silent[0 + 3] && !sounding[0 + 3]);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_no_input_reads_an_unknown_step),
        TEST(test_a_known_rhythm_does_not_tell_its_pitches),
        TEST(test_bars_after_are_read_when_they_are_known),
        TEST(test_form_reads_nothing_of_the_bar_itself),
        TEST(test_a_moved_tune_is_read_alike),
        TEST(test_switches_fit_and_lie_in_the_table),
        TEST(test_the_gradient_of_content_is_that_of_its_nats),
        TEST(test_the_gradient_of_form_is_that_of_its_nats),
        TEST(test_a_hold_wants_a_sound_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
