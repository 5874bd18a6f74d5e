/* Drawing: whole pieces, continuations, bars between others, variations; from a tiny prior. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "engine/draw/drawer.h"
#include "engine/learn/prior_fit.h"
#include "tests/support/tiny_prior.h"

enum { BARS = 12, AT = 6 };

typedef struct {
    Corpus corpus;
    Prior *prior;
    Drawer *drawer;
    Piece piece; /* a melody of the corpus, of 16 steps */
    Rng rng;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    tiny_corpus(&f->corpus, 18, 1);
    f->prior = tiny_prior(&f->corpus, 60, 2);
    f->drawer = drawer_new(f->prior, &f->err);
    assert_non_null(f->drawer);
    check_ok(prior_fit_read(&f->piece, &f->corpus, 0, &f->err), &f->err);
    rng_seed(&f->rng, 7);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    drawer_free(f->drawer);
    prior_free(f->prior);
    piece_deinit(&f->piece);
    corpus_deinit(&f->corpus);
    free(f);
    return 0;
}

static void draw_piece(Fixture *f, Piece *piece, uint64_t seed, const DrawerTask *task) {
    const PieceOutline outline = {.header = {.key = {.tonic = 0, .mode = KEY_MAJOR, .known = true}},
                                  .steps = BAR_STEPS};
    Rng rng;
    rng_seed(&rng, seed);
    check_ok(piece_init(piece, BAR_STEPS, task->bars, &f->err), &f->err);
    piece_begin(piece, &outline);
    check_ok(drawer_extend(f->drawer, piece, task, &rng, NULL, &f->err), &f->err);
}

static bool pieces_equal(const Piece *a, const Piece *b) {
    return a->count == b->count && memcmp(a->token, b->token, (size_t)(a->count * a->steps)) == 0;
}

/* A hold stands only where something sounds. */
static void check_holds(const Piece *piece) {
    for (int a = 0; a < piece->count * piece->steps; a++)
        if (piece->token[a] == BAR_HOLD) assert_true(a > 0 && piece->token[a - 1] != BAR_REST);
}

static void test_the_same_seed_draws_the_same_piece(void **state) {
    Fixture *f = *state;
    const DrawerTask task = {.bars = BARS, .plans_end = true, .closes = true, .temperature = 0.9f};
    Piece a, b, c;
    draw_piece(f, &a, 5, &task);
    draw_piece(f, &b, 5, &task);
    draw_piece(f, &c, 6, &task);
    assert_true(pieces_equal(&a, &b));
    assert_false(pieces_equal(&a, &c));
    check_holds(&a);
    check_holds(&c);
    piece_deinit(&a);
    piece_deinit(&b);
    piece_deinit(&c);
}

static void test_pieces_close_and_have_no_empty_bars(void **state) {
    Fixture *f = *state;
    const DrawerTask task = {.bars = BARS, .plans_end = true, .closes = true, .temperature = 0.9f};
    int closed = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        Piece piece;
        draw_piece(f, &piece, seed, &task);
        assert_int_equal(piece.count, BARS);
        closed += piece_closure(&piece, piece.header.key, BARS - 1) == CLOSURE_TONIC;
        for (int t = 0; t < BARS; t++) assert_true(piece_onsets(&piece, t) > 0);
        piece_deinit(&piece);
    }
    assert_true(closed >= 18);
}

static void test_drawing_can_be_cancelled(void **state) {
    Fixture *f = *state;
    atomic_bool cancel = true;
    const DrawerTask task = {.bars = 2, .temperature = 1};
    Piece piece;
    check_ok(piece_init(&piece, BAR_STEPS, 2, &f->err), &f->err);
    assert_false(drawer_extend(f->drawer, &piece, &task, &f->rng, &cancel, &f->err));
    assert_string_equal(f->err.text, "cancelled");
    piece_deinit(&piece);
}

static void check_as_before(Fixture *f, const Piece *before) {
    assert_true(pieces_equal(&f->piece, before));
    assert_memory_equal(f->piece.relation, before->relation,
                        sizeof *before->relation * (size_t)before->count);
    assert_memory_equal(f->piece.before, before->before, sizeof *before->before * (size_t)before->count);
}

static Piece copy_of(Fixture *f) {
    Piece copy;
    check_ok(prior_fit_read(&copy, &f->corpus, 0, &f->err), &f->err);
    return copy;
}

static void test_candidates_differ_and_leave_the_piece_alone(void **state) {
    Fixture *f = *state;
    Bar out[DRAWER_CANDIDATES], was;
    Piece before = copy_of(f);
    piece_read_bar(&f->piece, AT, &was);
    const int count =
        drawer_candidates(f->drawer, out, DRAWER_CANDIDATES, &f->piece, AT, 1, NULL, 0.9f, &f->rng);
    assert_in_range(count, 4, DRAWER_CANDIDATES);
    for (int i = 0; i < count; i++) {
        assert_true(bar_has_onset(&out[i]));
        assert_false(bar_equal(&out[i], &was));
        for (int k = 0; k < i; k++) assert_false(bar_equal(&out[i], &out[k]));
    }
    check_as_before(f, &before);
    piece_deinit(&before);
}

static void test_runs_of_bars_have_candidates_too(void **state) {
    Fixture *f = *state;
    Bar out[DRAWER_CANDIDATES * 3];
    Piece before = copy_of(f);
    const int count =
        drawer_candidates(f->drawer, out, DRAWER_CANDIDATES, &f->piece, 0, 3, NULL, 0.9f, &f->rng);
    assert_in_range(count, 4, DRAWER_CANDIDATES);
    for (int i = 0; i < 3 * count; i++) assert_true(bar_has_onset(&out[i]));
    /* Locked bars stay. */
    const bool locked[3] = {false, true, false};
    const int some =
        drawer_candidates(f->drawer, out, DRAWER_CANDIDATES, &f->piece, 4, 3, locked, 0.9f, &f->rng);
    Bar was;
    piece_read_bar(&f->piece, 5, &was);
    assert_true(some > 1);
    for (int i = 0; i < some; i++) assert_true(bar_equal(&out[3 * i + 1], &was));
    /* The last bars of a piece, too. */
    assert_true(drawer_candidates(f->drawer, out, 2, &f->piece, BARS - 2, 2, NULL, 0.9f, &f->rng) > 0);
    check_as_before(f, &before);
    piece_deinit(&before);
}

static void test_variations_differ_and_stay_near(void **state) {
    Fixture *f = *state;
    Bar was, out[8];
    Piece before = copy_of(f);
    piece_read_bar(&f->piece, AT, &was);
    int kept[2] = {0};
    for (int i = 0; i < 8; i++) {
        const int strength = i % 2 ? DRAWER_STRENGTH_MAX : 1;
        assert_true(drawer_vary(f->drawer, &out[i], &f->piece, AT, strength, out, i, 0.9f, &f->rng));
        assert_false(bar_equal(&out[i], &was));
        for (int k = 0; k < i; k++) assert_false(bar_equal(&out[i], &out[k]));
        for (int s = 0; s < BAR_STEPS; s++) kept[i % 2] += out[i].token[s] == was.token[s];
    }
    assert_true(kept[0] > 4 * BAR_STEPS / 2);
    assert_true(kept[0] > kept[1]);
    check_as_before(f, &before);
    piece_deinit(&before);
}

static void test_outlines_are_like_the_wish(void **state) {
    Fixture *f = *state;
    const PieceOutline wish = {.header = {.style = PIECE_STYLE_HYMN,
                                          .key = {.tonic = 3, .mode = KEY_MINOR, .known = true},
                                          .density = 7,
                                          .height = 2},
                               .steps = 12,
                               .bars = 20};
    for (int i = 0; i < 20; i++) {
        const PieceOutline got = drawer_outline(f->drawer, &wish, &f->rng);
        assert_int_equal(got.header.style, PIECE_STYLE_HYMN);
        assert_int_equal(got.header.key.tonic, 3);
        assert_int_equal(got.header.key.mode, KEY_MINOR);
        assert_true(got.header.density > 5);
        assert_true(got.header.height < 4);
        assert_int_equal(got.steps, 12);
        assert_int_equal(got.bars, 20);
    }
    bool styles[PIECE_STYLE_COUNT] = {0};
    for (int i = 0; i < 60; i++)
        styles[drawer_outline(f->drawer, &(PieceOutline){0}, &f->rng).header.style] = true;
    for (int s = PIECE_STYLE_SONG; s < PIECE_STYLE_COUNT; s++) assert_true(styles[s]);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_seed_draws_the_same_piece), TEST(test_pieces_close_and_have_no_empty_bars),
        TEST(test_drawing_can_be_cancelled),           TEST(test_candidates_differ_and_leave_the_piece_alone),
        TEST(test_runs_of_bars_have_candidates_too),   TEST(test_variations_differ_and_stay_near),
        TEST(test_outlines_are_like_the_wish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
