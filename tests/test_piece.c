/* Pieces: relations between bars, how bars close, keys, outlines as numbers. */
#include "tests/support/check.h"

#include "engine/draw/piece.h"
#include "tests/support/random_music.h"

/* "C4q" would be longer to parse than to write: pitches by step, 0 a rest, -1 a hold. */
static Bar bar_of(const int step[BAR_STEPS]) {
    Bar bar;
    for (int s = 0; s < BAR_STEPS; s++)
        bar.token[s] = (uint8_t)(step[s] > 0 ? bar_onset(step[s]) : step[s] < 0 ? BAR_HOLD : BAR_REST);
    return bar;
}

#define QUARTERS(a, b, c, d) \
    bar_of((const int[BAR_STEPS]){a, -1, -1, -1, b, -1, -1, -1, c, -1, -1, -1, d, -1, -1, -1})

static Piece piece_of(const Bar *bars, int count) {
    Piece piece;
    Error err;
    check_ok(piece_init(&piece, BAR_STEPS, count, &err), &err);
    piece_set_bars(&piece, bars, count);
    return piece;
}

static void test_a_bar_has_its_strongest_relation(void **state) {
    (void)state;
    const Bar bars[] = {QUARTERS(60, 62, 64, 65), QUARTERS(60, 62, 64, 65), QUARTERS(60, 62, 67, 69),
                        QUARTERS(72, 71, 69, 67), QUARTERS(60, -1, -1, -1), {{0}}};
    Piece piece = piece_of(bars, 6);
    assert_int_equal(piece.relation[1][1], RELATION_EXACT);
    assert_int_equal(piece.relation[2][1], RELATION_NEAR);
    assert_int_equal(piece_equal_slots(&piece, 1, 2), 3);
    assert_int_equal(piece.relation[3][1], RELATION_RHYTHM);
    assert_int_equal(piece.relation[4][1], RELATION_NONE);
    assert_int_equal(piece_kind(&piece, 2), RELATION_NEAR);
    assert_int_equal(piece_kind(&piece, 5), RELATION_NONE);
    assert_int_equal(piece_onsets(&piece, 3), 4);
    assert_int_equal(piece.highest[3], 72);
    assert_int_equal(piece.lowest[3], 67);
    assert_int_equal(piece.before[4].notes, 16);
    assert_int_equal(piece.before[4].length[piece_length_class(4)], 15);
    piece_deinit(&piece);
}

static void test_a_bar_closes_by_its_last_note(void **state) {
    (void)state;
    const Key c = {.tonic = 0, .mode = KEY_MAJOR, .known = true};
    const Bar bars[] = {
        QUARTERS(62, 64, 60, -1),
        QUARTERS(62, 64, 67, -1),
        QUARTERS(62, 64, 65, -1),
        bar_of((const int[BAR_STEPS]){60, -1, -1, -1, -1, -1, 62, -1, -1, -1, -1, -1, -1, -1, -1, -1}),
        {{0}}};
    Piece piece = piece_of(bars, 5);
    assert_int_equal(piece_closure(&piece, c, 0), CLOSURE_TONIC);
    assert_int_equal(piece_closure(&piece, c, 1), CLOSURE_HALF);
    assert_int_equal(piece_closure(&piece, c, 2), CLOSURE_LONG);
    assert_int_equal(piece_closure(&piece, (Key){0}, 0), CLOSURE_LONG);
    assert_int_equal(piece_closure(&piece, c, 3), CLOSURE_MOVING);
    assert_int_equal(piece_closure(&piece, c, 4), CLOSURE_EMPTY);
    piece_deinit(&piece);
}

static void test_keys_are_heard_and_move_with_the_notes(void **state) {
    (void)state;
    const Bar bars[] = {QUARTERS(67, 67, 69, 71), QUARTERS(72, 71, 69, 67), QUARTERS(66, 67, 69, 62),
                        QUARTERS(67, -1, -1, -1)};
    for (int k = 0; k < 12; k++) {
        Bar moved[4];
        for (int t = 0; t < 4; t++) {
            moved[t] = bars[t];
            for (int s = 0; s < BAR_STEPS; s++)
                if (bar_is_onset(moved[t].token[s])) moved[t].token[s] = (uint8_t)(moved[t].token[s] + k);
        }
        Piece piece = piece_of(moved, 4);
        const Key key = piece_key(&piece, 4, true);
        assert_true(key.known);
        assert_int_equal(key.tonic, (7 + k) % 12);
        assert_int_equal(key.mode, KEY_MAJOR);
        piece_deinit(&piece);
    }
}

static void test_a_pickup_and_beats_of_six_are_seen(void **state) {
    (void)state;
    Bar bars[2] = {bar_of((const int[BAR_STEPS]){0, 0, 0, 0, 0, 0, 0, 0, 60, -1, -1, -1}),
                   bar_of((const int[BAR_STEPS]){60, -1, 62, -1, 64, -1, 65, -1, 64, -1, 62, -1})};
    Piece piece;
    Error err;
    check_ok(piece_init(&piece, 12, 2, &err), &err);
    piece_set_bars(&piece, bars, 2);
    assert_true(piece_begins_with_pickup(&piece));
    bars[0] = bars[1] = bar_of((const int[BAR_STEPS]){60, -1, 62, -1, -1, -1, 65, -1, 64, -1, -1, -1});
    piece_set_bars(&piece, bars, 2);
    assert_false(piece_begins_with_pickup(&piece));
    assert_true(piece_beats_in_sixes(&piece));
    bars[0] = bars[1] = bar_of((const int[BAR_STEPS]){60, -1, -1, -1, 65, -1, -1, -1, 64, -1, -1, -1});
    piece_set_bars(&piece, bars, 2);
    assert_false(piece_beats_in_sixes(&piece));
    piece_deinit(&piece);
}

static void test_a_short_first_bar_is_a_pickup(void **state) {
    (void)state;
    Bar bars[2] = {QUARTERS(64, -1, -1, -1), QUARTERS(60, 62, 64, 65)};
    bar_set_steps(&bars[0], 4);
    Piece piece = piece_of(bars, 2);
    assert_int_equal(piece.token[12], bars[0].token[0]);
    for (int s = 0; s < 12; s++) assert_int_equal(piece.token[s], BAR_REST);
    assert_true(piece_begins_with_pickup(&piece));
    piece_deinit(&piece);
}

static void test_thirds_of_a_beat_lie_on_the_nearest_steps(void **state) {
    (void)state;
    Bar bar = QUARTERS(60, 62, 64, 65);
    bar.token[4] = (uint8_t)bar_onset(70);
    bar.token[5] = (uint8_t)bar_onset(71);
    bar.token[6] = (uint8_t)bar_onset(72);
    bar.token[7] = BAR_TRIPLET;
    Piece piece = piece_of(&bar, 1);
    assert_int_equal(piece.token[4], bar_onset(70));
    assert_int_equal(piece.token[5], bar_onset(71));
    assert_int_equal(piece.token[6], BAR_HOLD);
    assert_int_equal(piece.token[7], bar_onset(72));
    piece_deinit(&piece);
}

static void test_outlines_come_back_from_their_numbers(void **state) {
    (void)state;
    const PieceOutline outline = {.header = {.style = PIECE_STYLE_DANCE,
                                             .key = {.tonic = 9, .mode = KEY_MINOR, .known = true},
                                             .density = 7,
                                             .height = 5},
                                  .steps = 12,
                                  .bars = 32,
                                  .compound = true,
                                  .pickup = true};
    float numbers[PIECE_NUMBERS], again[PIECE_NUMBERS];
    piece_outline_write(numbers, &outline);
    const PieceOutline read = piece_outline_read(numbers);
    piece_outline_write(again, &read);
    assert_memory_equal(again, numbers, sizeof numbers);
    assert_int_equal(read.header.key.tonic, 9);
    assert_true(read.compound && read.pickup);
    for (int i = 0; i < PIECE_NUMBERS; i++) numbers[i] = 255;
    const PieceOutline wild = piece_outline_read(numbers);
    assert_true(wild.header.style < PIECE_STYLE_COUNT && wild.header.key.tonic < 12);
    assert_true(wild.header.density <= PIECE_LEVELS && wild.header.height <= PIECE_LEVELS);
}

static void test_styles_by_name_and_by_id(void **state) {
    (void)state;
    PieceStyle style = PIECE_STYLE_UNTOLD;
    assert_true(piece_style_parse(&style, "hymn"));
    assert_int_equal(style, PIECE_STYLE_HYMN);
    assert_false(piece_style_parse(&style, "untold"));
    assert_int_equal(piece_style_of_id("cre_1_001achr"), PIECE_STYLE_DANCE);
    assert_int_equal(piece_style_of_id("song_7"), PIECE_STYLE_SONG);
    assert_int_equal(piece_style_of_id("song"), PIECE_STYLE_UNTOLD);
    assert_int_equal(piece_style_of_id("greensleeves.mid"), PIECE_STYLE_UNTOLD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bar_has_its_strongest_relation),
        cmocka_unit_test(test_a_bar_closes_by_its_last_note),
        cmocka_unit_test(test_keys_are_heard_and_move_with_the_notes),
        cmocka_unit_test(test_a_pickup_and_beats_of_six_are_seen),
        cmocka_unit_test(test_a_short_first_bar_is_a_pickup),
        cmocka_unit_test(test_thirds_of_a_beat_lie_on_the_nearest_steps),
        cmocka_unit_test(test_outlines_come_back_from_their_numbers),
        cmocka_unit_test(test_styles_by_name_and_by_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
