#include "engine/music/format.h"
#include "tests/support/check.h"

static void endings_tell_formats(void **state) {
    (void)state;
    static const struct {
        const char *path;
        Format format;
    } CASES[] = {
        {"a.mid", FORMAT_MIDI},          {"/b/A Song.MIDI", FORMAT_MIDI},
        {"c.kar", FORMAT_MIDI},          {"d.smf", FORMAT_MIDI},
        {"e.tar.Rmi", FORMAT_MIDI},      {"f.WAV", FORMAT_WAV},
        {"n.ABC", FORMAT_ABC},           {"g.flac", FORMAT_FLAC},
        {"h.sf2", FORMAT_SOUNDFONT},     {"i.sf3", FORMAT_SOUNDFONT},
        {"j.safetensors", FORMAT_MODEL}, {"k.tsv", FORMAT_CORPUS},
        {"l.tsv.gz", FORMAT_CORPUS},     {"", FORMAT_OTHER},
        {"mid", FORMAT_OTHER},           {".mid", FORMAT_OTHER},
        {"a.mid.gz", FORMAT_OTHER},      {"b.midd", FORMAT_OTHER},
        {"c.kar/d", FORMAT_OTHER},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(format_of(CASES[i].path), CASES[i].format);
}

static void contents_tell_formats(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        Format format;
    } CASES[] = {
        {"", 0, FORMAT_OTHER},
        {"MThd", 4, FORMAT_MIDI},
        {"MTh", 3, FORMAT_OTHER},
        {"RIFF\0\0\0\0RMIDdata", 16, FORMAT_MIDI},
        {"RIFF\0\0\0\0WAVEfmt ", 16, FORMAT_WAV},
        {"RIFF\0\0\0\0sfbk", 12, FORMAT_SOUNDFONT},
        {"RIFF\0\0\0\0", 8, FORMAT_OTHER},
        {"fLaC", 4, FORMAT_FLAC},
        {"\x10\0\0\0\0\0\0\0{\"__", 12, FORMAT_MODEL},
        {"\x1f\x8b\x08", 3, FORMAT_CORPUS},
        {"id\ttitle\t4/4\tnone\t16\tr:16\n", 27, FORMAT_CORPUS},
        {"a\tb\nc\td\te\tf\tg\n", 16, FORMAT_OTHER},
        {"refrain-recipe 2\n", 17, FORMAT_RECIPE},
        {"Dear diary", 10, FORMAT_OTHER},
        {"X:1\n", 4, FORMAT_ABC},
        {"words\r\n\r\nX: 12\r\n", 16, FORMAT_ABC},
        {"T:x\nK:Ador\nabc\n", 15, FORMAT_ABC},
        {"%abc\n", 5, FORMAT_ABC},
        {"\xef\xbb\xbfX:1\n", 7, FORMAT_ABC},
        {"X:\nK:\n", 6, FORMAT_OTHER},
        {"Note: X:1\n", 10, FORMAT_OTHER},
        {"X:1\n\0", 5, FORMAT_OTHER},
        {"<?xml version=\"1.0\"?>", 21, FORMAT_MUSICXML},
        {"<score-partwise>", 16, FORMAT_MUSICXML},
        {"PK\3\4", 4, FORMAT_MXL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(format_of_content(CASES[i].bytes, CASES[i].size), CASES[i].format);
    unsigned char macbinary[132] = {0};
    memcpy(macbinary + 128, "MThd", 4);
    assert_int_equal(format_of_content(macbinary, sizeof macbinary), FORMAT_MIDI);
}

static void words_tell_what_to_write(void **state) {
    (void)state;
    Format format = FORMAT_OTHER;
    assert_true(format_parse(&format, "midi") && format == FORMAT_MIDI && format_is_score(format));
    assert_true(format_parse(&format, "flac") && format == FORMAT_FLAC && format_is_sound(format));
    assert_false(format_parse(&format, ""));
    assert_false(format_parse(&format, "tsv"));
    assert_int_equal(format, FORMAT_FLAC);
    assert_string_equal(format_ending(FORMAT_OTHER), ".mid");
    assert_string_equal(format_ending(FORMAT_WAV), ".wav");
    assert_string_equal(format_ending(FORMAT_RECIPE), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endings_tell_formats),
        cmocka_unit_test(contents_tell_formats),
        cmocka_unit_test(words_tell_what_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
