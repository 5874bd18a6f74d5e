/* Corpus: the format is read as specified, packed or not, and everything else is refused with file and line. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/verbs/corpus_files.h"
#include "engine/base/file.h"
#include "engine/learn/corpus.h"
#include "tests/support/random_music.h"
#include "tests/support/temp.h"

static bool parse(Corpus *corpus, const char *text, Error *err) {
    return corpus_parse(corpus, "songs.tsv", (const unsigned char *)text, strlen(text), err);
}

static void check_tokens(const Bar *bar, const char *expected) {
    char text[BAR_STEPS + 1] = "";
    for (int s = 0; s < BAR_STEPS; s++) {
        int token = bar->token[s];
        text[s] = (char)(token < BAR_ONSET ? ".-|"[token] : 'a' + bar_pitch(token) - 60);
    }
    assert_string_equal(text, expected);
}

static void a_line_is_a_tune(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus, "folk_7\tLittle Song\t3/4\tG:maj\t12\tr:8 67:4|72:8 74:4|_:8 r:4\n", &err), &err);
    assert_int_equal(corpus.count, 1);
    CorpusTune *tune = &corpus.tune[0];
    assert_string_equal(tune->id, "folk_7");
    assert_string_equal(tune->title, "Little Song");
    assert_int_equal(tune->meter_beats, 3);
    assert_int_equal(tune->meter_unit, 4);
    assert_int_equal(tune->steps, 12);
    assert_int_equal(tune->octave_shift, 0);
    assert_int_equal(tune->first, 0);
    assert_int_equal(tune->count, 3);
    check_tokens(&corpus.bar[0], "........h---||||");
    check_tokens(&corpus.bar[1], "m-------o---||||");
    check_tokens(&corpus.bar[2], "--------....||||");
    corpus_deinit(&corpus);
    corpus_deinit(&corpus);
}

static void tunes_follow_one_another(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus, "a\tA\t4/4\tnone\t16\t60:16|62:16\r\n\n\nb\tB\t2/2\t\t16\t64:8 64:8", &err),
             &err);
    check_ok(parse(&corpus, "c\tC\t6/8\tE:min\t12\t67:12\tr:12\t48:12\n", &err), &err);
    assert_int_equal(corpus.count, 4);
    assert_int_equal(corpus.bar_count, 5);
    assert_int_equal(corpus.tune[3].first, 4); /* a voice without notes is left out */
    assert_int_equal(corpus.bar[4].token[0], bar_onset(48));
    assert_int_equal(corpus.tune[1].first, 2);
    assert_int_equal(corpus.tune[2].first, 3);
    check_tokens(&corpus.bar[2], "e-------e-------");
    check_tokens(&corpus.bar[3], "h-----------||||");
    corpus_deinit(&corpus);
}

static void long_bars_are_cut_and_thirds_are_triplets(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus,
                   "five\tF\t5/4\tnone\t20\t60:12 62:1/3 64:1/3 65:1/3 67:4|_:4 69:2/3 r:1/3 60:12\n", &err),
             &err);
    assert_int_equal(corpus.count, 1);
    assert_int_equal(corpus.tune[0].count, 4);
    assert_int_equal(corpus.tune[0].steps, 12);
    check_tokens(&corpus.bar[0], "a-----------||||");
    check_tokens(&corpus.bar[3], "--------||||||||");
    const Bar second = {{29, 31, 32, BAR_TRIPLET, 34, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2}};
    const Bar third = {{1, 1, 1, 1, 36, 1, 0, BAR_TRIPLET, 27, 1, 1, 1, 2, 2, 2, 2}};
    assert_true(bar_equal(&corpus.bar[1], &second));
    assert_true(bar_equal(&corpus.bar[2], &third));
    check_ok(parse(&corpus, "odd\tO\t13/16\tnone\t13\t60:13|_:5 62:8\n", &err), &err);
    check_tokens(&corpus.bar[4], "a------------|||");
    corpus_deinit(&corpus);
}

static void holds_go_on_only_with_what_sounds(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus, "a\tA\t4/4\tC:maj\t16\t_:8 60:8|_:16|_:4 r:12|_:8 62:8\n", &err), &err);
    check_tokens(&corpus.bar[0], "........a-------");
    check_tokens(&corpus.bar[1], "----------------");
    check_tokens(&corpus.bar[2], "----............");
    check_tokens(&corpus.bar[3], "........c-------");
    corpus_deinit(&corpus);
}

static void melodies_move_by_octaves(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus,
                   "low\t\t4/4\t\t16\t24:8 36:8\n"
                   "high\t\t4/4\t\t16\t100:8 90:8\n"
                   "wide\t\t4/4\t\t16\t10:4 120:4 60:8\n",
                   &err),
             &err);
    assert_int_equal(corpus.tune[0].octave_shift, 48);
    assert_int_equal(bar_pitch(corpus.bar[0].token[0]), 72);
    assert_int_equal(bar_pitch(corpus.bar[0].token[8]), 84);
    assert_int_equal(corpus.tune[1].octave_shift, -24);
    assert_int_equal(bar_pitch(corpus.bar[1].token[0]), 76);
    assert_int_equal(bar_pitch(corpus.bar[2].token[0]) % 12, 10);
    assert_int_equal(bar_pitch(corpus.bar[2].token[4]) % 12, 0);
    corpus_deinit(&corpus);
}

static void tunes_without_notes_are_left_out(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus, "a\t\t4/4\t\t16\tr:16|_:16\nb\t\t4/4\t\t16\tr:16|60:16\n\n", &err), &err);
    assert_int_equal(corpus.count, 1);
    assert_int_equal(corpus.bar_count, 2);
    assert_int_equal(corpus.tune[0].first, 0);
    check_ok(parse(&corpus, "", &err), &err);
    assert_int_equal(corpus.count, 1);
    corpus_deinit(&corpus);
}

static void malformed_lines_are_refused_with_their_place(void **state) {
    (void)state;
    static const struct {
        const char *line, *place;
    } cases[] = {
        {"a\tA\t4/4\tnone\t16", "line 2"},
        {"a\tA\t4/4\tnone\t16\t", "line 2"},
        {"just words", "line 2"},
        {"a\tA\t4\tnone\t16\t60:16", "line 2"},
        {"a\tA\t4/4\tnone\t65\t60:65", "line 2"},
        {"a\tA\t3/5\tnone\t12\t60:12", "line 2"},
        {"a\tA\t4/4\tnone\t16\t60:1/3 62:1/3 64:2 65:10", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:2 62:1/3 64:1/3 65:1/3 67:10", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:2/3 62:2/3 64:12", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:1/4 62:3 64:12", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:12 62:1/3 64:1/3", "line 2, bar 1"},
        {"a\tA\t0/4\tnone\t16\t60:16", "line 2"},
        {"a\tA\t4/0\tnone\t16\t60:16", "line 2"},
        {"a\tA\t4/4\tnone\tx\t60:16", "line 2"},
        {"a\tA\t4/4\tnone\t16\t60:16|60:15", "line 2, bar 2"},
        {"a\tA\t4/4\tnone\t16\t60:16|60:8 62:9", "line 2, bar 2"},
        {"a\tA\t4/4\tnone\t16\t60:16|60:16|", "line 2, bar 3"},
        {"a\tA\t4/4\tnone\t16\t60:16||60:16", "line 2, bar 2"},
        {"a\tA\t4/4\tnone\t16\t60", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t:16", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:0 62:16", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:-1 62:17", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:99999999999999999999", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t128:16", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t-60:16", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\tq:16", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:8 _:8", "line 2, bar 1"},
        {"a\tA\t4/4\tnone\t16\t60:8:8", "line 2, bar 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Corpus corpus = {0};
        Error err;
        char text[200];
        check_ok(parse(&corpus, "z\tZ\t4/4\tnone\t16\t60:16\n", &err), &err);
        snprintf(text, sizeof text, "y\tY\t4/4\tnone\t16\t60:16\n%s\nx\tX\t4/4\tnone\t16\t60:16\n",
                 cases[i].line);
        check_refused(parse(&corpus, text, &err), &err);
        assert_non_null(strstr(err.text, "songs.tsv, "));
        assert_non_null(strstr(err.text, cases[i].place));
        assert_int_equal(corpus.count, 1); /* nothing of the file is kept */
        assert_int_equal(corpus.bar_count, 1);
        corpus_deinit(&corpus);
    }
}

static void texts_are_cut_and_cleaned(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    char text[1000], title[400] = "";
    for (int i = 0; i < 100; i++) strcat(title, "\u00e9");
    snprintf(text, sizeof text, "a\x1b[31m\x7f\t%s\t4/4\tthe key of C major, as usual\t16\t60:16\n", title);
    check_ok(parse(&corpus, text, &err), &err);
    assert_string_equal(corpus.tune[0].id, "a[31m");
    size_t length = strlen(corpus.tune[0].title);
    assert_true(length >= TRACK_NAME_SIZE - 3 && length < TRACK_NAME_SIZE);
    assert_int_equal(length % 2, 0); /* whole characters */
    corpus_deinit(&corpus);
}

static void endless_melodies_are_refused(void **state) {
    (void)state;
    char *text = malloc(10 * CORPUS_TUNE_BARS_MAX + 100), *end = text;
    assert_non_null(text);
    end += sprintf(end, "a\t\t4/4\t\t16\t60:16");
    for (int t = 1; t < CORPUS_TUNE_BARS_MAX; t++) end += sprintf(end, "|62:16");
    Corpus corpus = {0};
    Error err;
    check_ok(parse(&corpus, text, &err), &err);
    assert_int_equal(corpus.tune[0].count, CORPUS_TUNE_BARS_MAX);
    strcpy(end, "|60:16");
    check_refused(parse(&corpus, text, &err), &err);
    free(text);
    corpus_deinit(&corpus);
}

/* ---- files ---- */

/* "a<TAB>A<TAB>4/4<TAB>none<TAB>16<TAB>60:16|62:16\n" as gzip -9n writes it. */
static const unsigned char PACKED[] = {
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xE4, 0x74, 0xE4, 0x34, 0xD1,
    0x37, 0xE1, 0xCC, 0xCB, 0xCF, 0x4B, 0xE5, 0x34, 0x34, 0xE3, 0x34, 0x33, 0xB0, 0x32, 0x34, 0xAB,
    0x31, 0x33, 0x02, 0x92, 0x5C, 0x00, 0x0C, 0xD1, 0xAC, 0xBB, 0x1C, 0x00, 0x00, 0x00,
};

static void check_packed(const Corpus *corpus, int count) {
    assert_int_equal(corpus->count, count);
    for (int i = 0; i < count; i++) check_tokens(&corpus->bar[2 * i + 1], "c---------------");
}

static void packed_files_are_unpacked(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Corpus corpus = {0};
    Error err;
    check_ok(corpus_parse(&corpus, "a.tsv.gz", PACKED, sizeof PACKED, &err), &err);
    check_packed(&corpus, 1);
    check_ok(parse(&corpus, "a\t\t4/4\t\t16\t60:16|62:16", &err), &err);
    check_packed(&corpus, 2);
    unsigned char twice[2 * sizeof PACKED]; /* packed files may be joined */
    memcpy(twice, PACKED, sizeof PACKED);
    memcpy(twice + sizeof PACKED, PACKED, sizeof PACKED);
    check_ok(corpus_parse(&corpus, "twice", twice, sizeof twice, &err), &err);
    check_packed(&corpus, 4);
    const char *missing = temp_path(&temp, "missing");
    CorpusFilesReport report;
    check_refused(corpus_files_read(&corpus, &missing, 1, CORPUS_FILES_MELODIES, &report, &err), &err);
    check_packed(&corpus, 4);
    corpus_deinit(&corpus);
    temp_close(&temp);
}

static void damaged_packed_files_are_refused(void **state) {
    (void)state;
    Corpus corpus = {0};
    Error err;
    for (size_t size = 2; size < sizeof PACKED; size++)
        check_refused(corpus_parse(&corpus, "cut.gz", PACKED, size, &err), &err);
    for (size_t i = 0; i < sizeof PACKED; i++) {
        unsigned char bytes[sizeof PACKED];
        memcpy(bytes, PACKED, sizeof bytes);
        bytes[i] ^= 0x55;
        if (i < 4 || i > 9) /* the header's time and system are nobody's concern */
            check_refused(corpus_parse(&corpus, "hurt.gz", bytes, sizeof bytes, &err), &err);
    }
    assert_int_equal(corpus.count, 0);
    corpus_deinit(&corpus);
}

typedef struct {
    unsigned char *bytes;
    size_t bits;
} BitWriter;

static void put_bits(BitWriter *out, unsigned value, int count) {
    for (int i = 0; i < count; i++, out->bits++)
        out->bytes[out->bits / 8] |= (unsigned char)((value >> i & 1) << (out->bits % 8));
}

/* Line ends without number, written by hand in the format of RFC 1951: one line end, then "the last byte 258 times more"
 * again and again, 13 bits each. */
static void a_bomb_is_refused(void **state) {
    (void)state;
    size_t repeats = CORPUS_BYTES_MAX / 258 + 100;
    static const unsigned char header[10] = {0x1F, 0x8B, 8};
    BitWriter out = {.bytes = calloc(1, 64 + repeats * 13 / 8)};
    assert_non_null(out.bytes);
    for (size_t i = 0; i < sizeof header; i++) put_bits(&out, header[i], 8);
    put_bits(&out, 3, 3);    /* the last block, fixed codes */
    put_bits(&out, 0x5C, 8); /* literal 10: code 0x3A, first bit first */
    for (size_t i = 0; i < repeats; i++) {
        put_bits(&out, 0xA3, 8); /* length 258: code 0xC5 */
        put_bits(&out, 0, 5);    /* distance 1 */
    }
    Corpus corpus = {0};
    Error err;
    check_refused(corpus_parse(&corpus, "bomb.gz", out.bytes, out.bits / 8, &err), &err);
    assert_non_null(strstr(err.text, "too large"));
    free(out.bytes);
    corpus_deinit(&corpus);
}

/* ---- tunes from elsewhere ---- */

static void tunes_can_be_added(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 61);
    Corpus corpus = {0};
    BarSequence bars = {0}, silent = {.steps = 12};
    Error err;
    random_bars(&bars, &rng, 9, 12, 0.3);
    bars.octave_shift = -12;
    check_ok(bar_sequence_resize(&silent, 4, &err), &err);
    check_ok(corpus_add(&corpus, "silent", "", 3, 4, &silent, &err), &err);
    assert_int_equal(corpus.count, 0);
    check_ok(corpus_add(&corpus, "song.mid", "Song", 6, 8, &bars, &err), &err);
    assert_int_equal(corpus.count, 1);
    assert_int_equal(corpus.tune[0].count, 9);
    assert_int_equal(corpus.tune[0].steps, 12);
    assert_int_equal(corpus.tune[0].octave_shift, -12);
    assert_int_equal(corpus.tune[0].meter_beats, 6);
    assert_string_equal(corpus.tune[0].title, "Song");
    assert_memory_equal(corpus.bar, bars.bar, 9 * sizeof(Bar));
    check_ok(bar_sequence_resize(&bars, CORPUS_TUNE_BARS_MAX + 1, &err), &err);
    check_refused(corpus_add(&corpus, "long.mid", "", 6, 8, &bars, &err), &err);
    assert_int_equal(corpus.bar_count, 9);
    bar_sequence_deinit(&bars);
    bar_sequence_deinit(&silent);
    corpus_deinit(&corpus);
}

static void a_folder_is_read_whatever_its_midi_files_are_called(void **state) {
    (void)state;
    static const char *const names[] = {"a.mid", "b.MIDI", "c.kar", "d.smf", "e.rmi", "f.txt"};
    Temp temp;
    temp_open(&temp);
    unsigned char *bytes;
    size_t size;
    Error err;
    check_ok(file_read("assets/demo/ode-to-joy.mid", 1 << 20, &bytes, &size, &err), &err);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) temp_write(&temp, names[i], bytes, size);
    free(bytes);
    const char *folder = temp.folder, *karaoke = temp_path(&temp, "c.kar");
    Corpus corpus = {0};
    CorpusFilesReport report;
    check_ok(corpus_files_read(&corpus, &folder, 1, CORPUS_FILES_MELODIES, &report, &err), &err);
    assert_int_equal(report.files, 5);
    assert_int_equal(report.left_out, 0);
    check_ok(corpus_files_read(&corpus, &karaoke, 1, CORPUS_FILES_MELODIES, &report, &err), &err);
    assert_int_equal(corpus.count, 6);
    corpus_deinit(&corpus);
    temp_close(&temp);
}

/* What is written down from random bars is read back. */
static void random_tunes_come_back(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 62);
    for (int round = 0; round < 50; round++) {
        BarSequence bars = {0};
        int steps = round % 2 ? 12 : 16;
        random_bars(&bars, &rng, 8, steps, 0.3);
        bars.bar[0].token[0] = (uint8_t)bar_onset(60);
        char text[8 * 16 * 8] = "", *end = text;
        end += sprintf(end, "r\tR\t%s\tnone\t%d\t", steps == 12 ? "3/4" : "4/4", steps);
        for (int t = 0; t < bars.count; t++) {
            for (int s = 0; s < steps;) {
                int token = bars.bar[t].token[s], length = 1,
                    goes_on = token == BAR_REST ? BAR_REST : BAR_HOLD;
                while (s + length < steps && bars.bar[t].token[s + length] == goes_on) length++;
                if (bar_is_onset(token))
                    end += sprintf(end, "%s%d:%d", s ? " " : "", bar_pitch(token), length);
                else
                    end += sprintf(end, "%s%c:%d", s ? " " : "", token == BAR_REST ? 'r' : '_', length);
                s += length;
            }
            end += sprintf(end, "%s", t + 1 < bars.count ? "|" : "\n");
        }
        Corpus corpus = {0};
        Error err;
        check_ok(parse(&corpus, text, &err), &err);
        assert_int_equal(corpus.bar_count, 8);
        assert_memory_equal(corpus.bar, bars.bar, 8 * sizeof(Bar));
        bar_sequence_deinit(&bars);
        corpus_deinit(&corpus);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_tune),
        cmocka_unit_test(tunes_follow_one_another),
        cmocka_unit_test(long_bars_are_cut_and_thirds_are_triplets),
        cmocka_unit_test(holds_go_on_only_with_what_sounds),
        cmocka_unit_test(melodies_move_by_octaves),
        cmocka_unit_test(tunes_without_notes_are_left_out),
        cmocka_unit_test(malformed_lines_are_refused_with_their_place),
        cmocka_unit_test(texts_are_cut_and_cleaned),
        cmocka_unit_test(endless_melodies_are_refused),
        cmocka_unit_test(packed_files_are_unpacked),
        cmocka_unit_test(damaged_packed_files_are_refused),
        cmocka_unit_test(a_bomb_is_refused),
        cmocka_unit_test(tunes_can_be_added),
        cmocka_unit_test(a_folder_is_read_whatever_its_midi_files_are_called),
        cmocka_unit_test(random_tunes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
