#include "engine/music/format.h"
#include "tests/support/check.h"

static void endings_tell_formats(void **state) {
    (void)state;
    static const struct {
        const char *path;
        Format format;
    } CASES[] = {
        {"a.mid", FORMAT_MIDI},      {"/b/A Song.MIDI", FORMAT_MIDI},
        {"c.kar", FORMAT_MIDI},      {"d.smf", FORMAT_MIDI},
        {"e.tar.Rmi", FORMAT_MIDI},  {"f.WAV", FORMAT_WAV},
        {"g.flac", FORMAT_FLAC},     {"h.sf2", FORMAT_SOUNDFONT},
        {"i.sf3", FORMAT_SOUNDFONT}, {"j.safetensors", FORMAT_MODEL},
        {"k.tsv", FORMAT_CORPUS},    {"l.tsv.gz", FORMAT_CORPUS},
        {"", FORMAT_OTHER},          {"mid", FORMAT_OTHER},
        {".mid", FORMAT_OTHER},      {"a.mid.gz", FORMAT_OTHER},
        {"b.midd", FORMAT_OTHER},    {"c.kar/d", FORMAT_OTHER},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(format_of(CASES[i].path), CASES[i].format);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(endings_tell_formats)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
