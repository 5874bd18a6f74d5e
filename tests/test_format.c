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

#define BYTES(text) text, sizeof(text) - 1

static void contents_tell_formats(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        Format format;
    } CASES[] = {
        {BYTES(""), FORMAT_OTHER},
        {BYTES("MThd"), FORMAT_MIDI},
        {BYTES("MTh"), FORMAT_OTHER},
        {BYTES("RIFF\0\0\0\0RMIDdata"), FORMAT_MIDI},
        {BYTES("RIFF\0\0\0\0WAVEfmt "), FORMAT_WAV},
        {BYTES("RIFF\0\0\0\0sfbk"), FORMAT_SOUNDFONT},
        {BYTES("RIFF\0\0\0\0"), FORMAT_OTHER},
        {BYTES("fLaC"), FORMAT_FLAC},
        {BYTES("\x10\0\0\0\0\0\0\0{\"__"), FORMAT_MODEL},
        {BYTES("\x1f\x8b\x08"), FORMAT_CORPUS},
        {BYTES("id\ttitle\t4/4\tnone\t16\tr:16\n"), FORMAT_CORPUS},
        {BYTES("a\tb\nc\td\te\tf\tg\n"), FORMAT_OTHER},
        {BYTES("refrain-recipe 2\n"), FORMAT_RECIPE},
        {BYTES("Dear diary"), FORMAT_OTHER},
        {BYTES("X:1\n"), FORMAT_ABC},
        {BYTES("words\r\n\r\nX: 12\r\n"), FORMAT_ABC},
        {BYTES("T:x\nK:Ador\nabc\n"), FORMAT_ABC},
        {BYTES("%abc\n"), FORMAT_ABC},
        {BYTES("\xef\xbb\xbfX:1\n"), FORMAT_ABC},
        {BYTES("X:\nK:\n"), FORMAT_OTHER},
        {BYTES("Note: X:1\n"), FORMAT_OTHER},
        {BYTES("X:1\n\0"), FORMAT_OTHER},
        {BYTES("<?xml version=\"1.0\"?>"), FORMAT_MUSICXML},
        {BYTES("<score-partwise>"), FORMAT_MUSICXML},
        {BYTES("PK\3\4"), FORMAT_MXL},
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
