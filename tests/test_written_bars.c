/* Written bars: parts of long bars add up, short bars share what is read of them together, references name bars on the page. */
#include "tests/support/check.h"

#include "app/verbs/written_bars.h"
#include "engine/analysis_private.h"

typedef struct {
    Timeline *timeline;
    BarSequence bars;
    Analysis *analysis;
    WrittenBars written;
} Song;

/* Model bars of `steps`, a quarter note after the other up from the pitches given. Model bar t costs t + 1, and
 * every slot of it takes 0.8 from the bar that `from` names (-1 = none). */
static void make(Song *song, Meter meter, int count, const int *pitch, const int *from) {
    Error err;
    *song = (Song){.timeline = timeline_plain(0, TIMELINE_QUARTER_US, meter, &err)};
    assert_non_null(song->timeline);
    song->bars.steps = BAR_STEPS;
    check_ok(bar_sequence_resize(&song->bars, count, &err), &err);
    song->analysis = analysis_new(count, BAR_WINDOW, 1, 1, &err);
    assert_non_null(song->analysis);
    for (int t = 0; t < count; t++) {
        Bar *bar = &song->bars.bar[t];
        const int steps = grouping_bar(song->timeline, t).steps;
        for (int s = 0; s < BAR_STEPS; s++)
            bar->token[s] = (uint8_t)(s >= steps ? BAR_PAD : s % 4 ? BAR_HOLD : bar_onset(pitch[t] + s / 4));
        song->analysis->reading->kl[t] = (float)(t + 1);
        for (int slot = 0; slot < BAR_SLOTS && from[t] >= 0; slot++) {
            song->analysis->reading->gate[t * BAR_SLOTS + slot] = 0.8f;
            analysis_pointer_row(song->analysis, t, slot)[from[t]] = 1;
        }
    }
    check_ok(written_bars_make(&song->written, song->analysis, &song->bars, song->timeline, &err), &err);
}

static void unmake(Song *song) {
    written_bars_deinit(&song->written);
    analysis_free(song->analysis);
    bar_sequence_deinit(&song->bars);
    timeline_unref(song->timeline);
}

static void check_use(const Song *song, int t, int bar, double weight) {
    Reference use[WRITTEN_BARS_USES_MAX];
    assert_int_equal(written_bars_uses(&song->written, t, use, WRITTEN_BARS_USES_MAX), 1);
    assert_int_equal(use[0].bar, bar);
    assert_true(use[0].weight > (float)weight - 0.001f && use[0].weight < (float)weight + 0.001f);
}

static void plain_bars_are_as_the_analysis_says(void **state) {
    (void)state;
    Song song;
    make(&song, (Meter){4, 4}, 3, (const int[]){60, 70, 60}, (const int[]){-1, -1, 0});
    assert_int_equal(song.written.count, 3);
    for (int t = 0; t < 3; t++) {
        assert_int_equal(song.written.bar[t].steps, 16);
        assert_int_equal(song.written.bar[t].number, t + 1);
        assert_true(song.written.bar[t].cost == (float)(t + 1));
    }
    assert_string_equal(song.written.bar[1].repeat.form, "A+10");
    assert_string_equal(song.written.bar[2].repeat.form, "A");
    check_use(&song, 2, 0, 0.8);
    unmake(&song);
}

/* 5/4 is 12 + 8: bars of two parts. The third bar is the first; the fourth has its first part alone. */
static void parts_of_a_long_bar_add_up(void **state) {
    (void)state;
    Song song;
    make(&song, (Meter){5, 4}, 8, (const int[]){60, 63, 70, 73, 60, 63, 60, 80},
         (const int[]){-1, -1, -1, -1, 0, 1, 0, -1});
    const WrittenBar *bar = song.written.bar;
    assert_int_equal(song.written.count, 4);
    for (int t = 0; t < 4; t++) {
        assert_int_equal(bar[t].steps, 20);
        assert_true(bar[t].cost == (float)(2 * t + 1 + 2 * t + 2));
        assert_int_equal(bar[t].meter.beats, 5);
    }
    assert_int_equal(written_bars_token(&song.written, 0, 12), bar_onset(63));
    assert_int_equal(written_bars_token(&song.written, 3, 16), bar_onset(81));
    assert_int_equal(bar[2].repeat.kind, STRUCTURE_EXACT);
    assert_int_equal(bar[2].repeat.of, 0);
    assert_string_equal(bar[2].repeat.form, "A");
    check_use(&song, 2, 0, 0.8);
    assert_int_equal(bar[3].repeat.kind, STRUCTURE_NEAR);
    assert_int_equal(bar[3].repeat.of, 0);
    assert_string_equal(bar[3].repeat.form, "A'");
    check_use(&song, 3, 0, 0.8 * 12 / 20);
    assert_true(bar[3].taken > 0.47f && bar[3].taken < 0.49f);
    unmake(&song);
}

/* Two bars of 2/4 are one of the model's. The fourth is the second; the third is new. */
static void short_bars_share_what_holds_them(void **state) {
    (void)state;
    Song song;
    make(&song, (Meter){2, 4}, 2, (const int[]){60, 60}, (const int[]){-1, 0});
    song.bars.bar[1].token[0] = (uint8_t)bar_onset(90);
    for (int slot = 0; slot < 2; slot++) song.analysis->reading->gate[BAR_SLOTS + slot] = 0;
    written_bars_deinit(&song.written);
    Error err;
    check_ok(written_bars_make(&song.written, song.analysis, &song.bars, song.timeline, &err), &err);
    const WrittenBar *bar = song.written.bar;
    assert_int_equal(song.written.count, 4);
    for (int t = 0; t < 4; t++) {
        assert_int_equal(bar[t].steps, 8);
        assert_true(bar[t].cost == (t < 2 ? 0.5f : 1.0f));
    }
    assert_int_equal(written_bars_token(&song.written, 2, 0), bar_onset(90));
    assert_int_equal(bar[3].repeat.kind, STRUCTURE_EXACT);
    assert_int_equal(bar[3].repeat.of, 1);
    assert_true(bar[2].taken == 0 && bar[3].taken == 0.8f);
    Reference use[WRITTEN_BARS_USES_MAX];
    assert_int_equal(written_bars_uses(&song.written, 2, use, WRITTEN_BARS_USES_MAX), 0);
    check_use(&song, 3, 1, 0.8);
    unmake(&song);
}

static void influence_names_bars_on_the_page(void **state) {
    (void)state;
    Song song;
    int later[4];
    Error err;
    make(&song, (Meter){5, 4}, 4, (const int[]){60, 63, 60, 63}, (const int[]){-1, -1, 0, 1});
    assert_int_equal(written_bars_moves(&song.written, 0, later, 4), 0);
    check_ok(analysis_add_influence(song.analysis, &err), &err);
    analysis_row(song.analysis, ANALYSIS_INFLUENCE, 0, 0, 1)[0] = 0.5f; /* within the bar: not told */
    analysis_row(song.analysis, ANALYSIS_INFLUENCE, 0, 0, 2)[0] = 0.5f;
    analysis_row(song.analysis, ANALYSIS_INFLUENCE, 0, 0, 3)[1] = 0.5f;
    assert_int_equal(written_bars_moves(&song.written, 0, later, 4), 1);
    assert_int_equal(later[0], 1);
    unmake(&song);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bars_are_as_the_analysis_says),
        cmocka_unit_test(parts_of_a_long_bar_add_up),
        cmocka_unit_test(short_bars_share_what_holds_them),
        cmocka_unit_test(influence_names_bars_on_the_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
