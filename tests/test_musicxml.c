/* Scores as MusicXML and back, what other programs write, and what is refused. */
#include "tests/support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/file.h"
#include "engine/music/format.h"
#include "midi_io/musicxml.h"
#include "midi_io/sheet.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_tracks.h"
#include "tests/support/random_score.h"
#include "tests/support/temp.h"

enum { SCORES = 200 };

static Score score;
static Key key;
static char remarks[MUSICXML_REMARKS_SIZE];

static int set_up(void **state) {
    (void)state;
    score = (Score){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    score_deinit(&score);
    return 0;
}

static bool read_text(const char *text, Error *err) {
    score_deinit(&score);
    return musicxml_read(&score, &key, remarks, (const unsigned char *)text, strlen(text), err);
}

/* ---- there and back ---- */

static int count_lyrics(const Score *of) {
    int count = 0;
    for (int c = 0; c < of->chunks; c++)
        for (int i = 0; i < events_count(of->chunk[c]); i++) {
            const uint8_t *bytes = events_bytes(of->chunk[c], i);
            count += bytes[0] == SMF_META && bytes[1] == SMF_META_LYRIC;
        }
    return count;
}

static void check_same(const Score *a, const Score *b, int round, const char *text) {
    const char *why = random_score_difference(a, b);
    if (why) fail_msg("score %d: %s\n%s", round, why, text);
    if (!timeline_equal(a->timeline, b->timeline))
        fail_msg("score %d has other bars or tempos\n%s", round, text);
    assert_int_equal(count_lyrics(a), count_lyrics(b));
    assert_true(key_equal(smf_tracks_key(a), smf_tracks_key(b)));
    assert_string_equal(b->title, "Random");
}

static void written_scores_come_back(void **state) {
    (void)state;
    Rng rng;
    rng_seed(&rng, 15);
    for (int i = 0; i < SCORES; i++) {
        Score made = {0};
        Error err;
        char lost[MUSICXML_LOST_SIZE], *text;
        size_t size, packed_size, unpacked_size;
        unsigned char *packed, *unpacked;
        random_score(&made, &rng);
        check_ok(musicxml_write(&made, (Key){0}, &text, &size, lost, &err), &err);
        assert_string_equal(lost, "");
        assert_int_equal(format_of_content(text, size), FORMAT_MUSICXML);
        check_ok(read_text(text, &err), &err);
        assert_string_equal(remarks, "");
        check_same(&made, &score, i, text);
        check_ok(musicxml_pack(text, size, &packed, &packed_size, &err), &err);
        assert_int_equal(format_of_content(packed, packed_size), FORMAT_MXL);
        check_ok(musicxml_unpack(packed, packed_size, &unpacked, &unpacked_size, &err), &err);
        assert_int_equal(unpacked_size, size);
        assert_memory_equal(unpacked, text, size);
        free(text);
        free(packed);
        free(unpacked);
        score_deinit(&made);
    }
}

/* ---- what others write ---- */

/* pitch@start+length of a track, in eighths. */
static void expect_notes(int track, const char *wanted) {
    char got[600] = "";
    const int eighth = timeline_division(score.timeline) / 2;
    assert_true(track < score.tracks);
    for (int i = 0; i < score.track[track]->count; i++) {
        const Note *note = &score.track[track]->notes[i];
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d@%g+%g", i ? " " : "", note->pitch,
                 (double)note->start / eighth, (double)note->length / eighth);
    }
    assert_string_equal(got, wanted);
}

/* What all texts of a kind in the file say, in order, with a blank between. */
static void expect_texts(int type, const char *wanted) {
    char got[400] = "";
    for (int c = 0; c < score.chunks; c++)
        for (int i = 0; i < events_count(score.chunk[c]); i++) {
            const uint8_t *bytes = events_bytes(score.chunk[c], i);
            const size_t size = events_at(score.chunk[c], i).size;
            if (bytes[0] != SMF_META || bytes[1] != type) continue;
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", got[0] ? " " : "", (int)size - 2,
                     (const char *)bytes + 2);
        }
    assert_string_equal(got, wanted);
}

/* The files are the seeds of its fuzzer, too. */
static void read_file(const char *name) {
    char path[100];
    unsigned char *bytes;
    size_t size;
    Error err;
    snprintf(path, sizeof path, "tests/data/fuzz/musicxml/%s.musicxml", name);
    check_ok(file_read(path, MUSICXML_SIZE_MAX, &bytes, &size, &err), &err);
    score_deinit(&score);
    check_ok(musicxml_read(&score, &key, remarks, bytes, size, &err), &err);
    free(bytes);
}

static void repeats_endings_and_verses_are_played_out(void **state) {
    (void)state;
    read_file("repeats");
    expect_notes(0, "60@0+2 62@2+2 64@4+2 65@6+2 67@8+6 62@14+2 64@16+2 65@18+2 69@20+6 71@26+6 71@32+6 "
                    "71@38+6");
    expect_texts(SMF_META_LYRIC, "O mor- ning eve- ning");
    assert_int_equal(timeline_bar_number(score.timeline, 0), 0);
    assert_int_equal(timeline_bar(score.timeline, 1).ticks, 3 * timeline_division(score.timeline));
    assert_string_equal(score.title, "Air & Song");
    assert_string_equal(key_name(key), "Dm");
    assert_string_equal(remarks, "");
}

static void voices_chords_ties_thirds_and_graces_sound_as_written(void **state) {
    (void)state;
    read_file("voices");
    expect_notes(0, "67@0+0.25 70@0.25+1.75 74@0.25+1.75 72@2+4 76@8+0.666667 68@8.66667+1.33333");
    expect_notes(1, "46@0+4");
    expect_texts(SMF_META_TEXT, "Bbm7/F");
    assert_int_equal(timeline_quarter_us(score.timeline, 0), 500000);
    assert_int_equal(score.track[0]->notes[1].velocity, 45);
    assert_int_equal(score.track[0]->channel, 3);
    assert_int_equal(score.track[0]->program, 60);
    assert_string_equal(score.track[0]->name, "Horn");
    assert_string_equal(remarks, "1 grace note takes its time from the next note");
}

static void what_means_nothing_is_told_with_its_line(void **state) {
    (void)state;
    read_file("wrong");
    expect_notes(0, "60@0+2");
    assert_string_equal(remarks, "line 5: this note means nothing and was passed over, so were 2 others, "
                                 "jumps (D.C., D.S.) are not followed");
}

/* ---- what is refused ---- */

static void expect_refusal(const char *text, const char *wanted) {
    Error err;
    check_refused(read_text(text, &err), &err);
    if (!strstr(err.text, wanted)) fail_msg("\"%s\" does not say \"%s\"", err.text, wanted);
}

#define HEAD                                                                                                 \
    "<score-partwise>\n<part-list><score-part id=\"P1\"><part-name>A</part-name></score-part></part-list>\n" \
    "<part id=\"P1\">\n"
#define NOTE(duration) \
    "<note><pitch><step>C</step><octave>4</octave></pitch><duration>" duration "</duration></note>"

static void what_is_no_music_is_refused_with_its_line(void **state) {
    (void)state;
    expect_refusal("", "Line 1: the XML is damaged");
    expect_refusal("<score-partwise>\n<part-list>\n", "Line 3: the XML is damaged");
    expect_refusal(HEAD "<measure>\n</mesure>", "Line 5: the XML is damaged");
    expect_refusal("<?xml version=\"1.0\"?>\n<html/>", "Line 2: this is XML, but no MusicXML");
    expect_refusal("<score-timewise/>", "score-timewise");
    expect_refusal("<score-partwise/>", "There are no parts in it");
    expect_refusal(HEAD "</part></score-partwise>", "There are no notes in it");
}

/* Neither a file nor a name that stands for more and more text. */
static void nothing_outside_is_opened_and_nothing_grows(void **state) {
    (void)state;
    Temp temp;
    temp_open(&temp);
    Error err;
    char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text, "<!DOCTYPE x [<!ENTITY z SYSTEM \"file://%s\">",
                                   temp_write(&temp, "secret.txt", "secret", 6));
    used += (size_t)snprintf(text + used, sizeof text - used, "<!ENTITY a \"lol\">");
    for (char name = 'b'; name <= 'j'; name++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "<!ENTITY %c \"", name);
        for (int i = 0; i < 10; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, "&%c;", name - 1);
        used += (size_t)snprintf(text + used, sizeof text - used, "\">");
    }
    snprintf(text + used, sizeof text - used,
             "]><score-partwise><movement-title>&z;</movement-title><part-list><score-part id=\"P1\">"
             "<part-name>&j;</part-name></score-part></part-list><part id=\"P1\"><measure>" NOTE(
                 "2") "</measure></part></score-partwise>");
    const clock_t start = clock();
    if (read_text(text, &err)) {
        assert_string_equal(score.title, "");
        assert_null(strstr(score.track[0]->name, "lol"));
    } else {
        assert_non_null(strstr(err.text, "Line 1"));
    }
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 1);
    temp_close(&temp);
}

static void packages_that_are_none_are_refused(void **state) {
    (void)state;
    Error err;
    unsigned char *unpacked, *packed;
    size_t size, packed_size;
    static char large[MUSICXML_SIZE_MAX + 2];
    memset(large, ' ', sizeof large - 1);
    check_refused(musicxml_unpack((const unsigned char *)"PK\3\4 and no more", 16, &unpacked, &size, &err),
                  &err);
    check_ok(musicxml_pack(large, sizeof large - 1, &packed, &packed_size, &err), &err);
    assert_true(packed_size < 100000); /* it grows three hundred times */
    check_refused(musicxml_unpack(packed, packed_size, &unpacked, &size, &err), &err);
    assert_non_null(strstr(err.text, "larger than 32 MB"));
    check_refused(musicxml_unpack(packed, packed_size - 40, &unpacked, &size, &err), &err);
    check_refused(read_text(large, &err), &err);
    assert_non_null(strstr(err.text, "larger than 32 MB"));
    free(packed);
}

static void endless_repeats_are_refused(void **state) {
    (void)state;
    static const char MEASURE[] = "<measure>" NOTE("99") "<barline><repeat direction=\"backward\" "
                                                         "times=\"99\"/></barline></measure>";
    static char text[1 << 20];
    size_t used = (size_t)snprintf(text, sizeof text, HEAD);
    for (int i = 0; i < 3000; i++) used += (size_t)snprintf(text + used, sizeof text - used, MEASURE);
    snprintf(text + used, sizeof text - used, "</part></score-partwise>");
    expect_refusal(text, "too long to be played");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(written_scores_come_back),
        TEST(repeats_endings_and_verses_are_played_out),
        TEST(voices_chords_ties_thirds_and_graces_sound_as_written),
        TEST(what_means_nothing_is_told_with_its_line),
        TEST(what_is_no_music_is_refused_with_its_line),
        TEST(nothing_outside_is_opened_and_nothing_grows),
        TEST(packages_that_are_none_are_refused),
        TEST(endless_repeats_are_refused),
    };
    return cmocka_run_group_tests_name("musicxml", tests, NULL, NULL);
}
