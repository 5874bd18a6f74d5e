#include "engine/music/format.h"

#include <string.h>

#include "engine/base/file.h"

typedef enum { KIND_DATA, KIND_SCORE, KIND_SOUND } Kind;

/* ---- contents ---- */

static bool begins(const unsigned char *bytes, size_t size, size_t at, const char *with) {
    const size_t length = strlen(with);
    return size >= at + length && memcmp(bytes + at, with, length) == 0;
}

static bool is_midi(const unsigned char *bytes, size_t size) {
    enum { MACBINARY = 128 };
    return begins(bytes, size, 0, "MThd") || begins(bytes, size, MACBINARY, "MThd") ||
           (begins(bytes, size, 0, "RIFF") && begins(bytes, size, 8, "RMID"));
}

/* A line among the first that begins with X: and a number, or with K: and a letter of a key: ABC's first and last field of a head. */
static bool is_abc(const unsigned char *bytes, size_t size) {
    enum { LOOKED_AT = 1 << 16 };
    const size_t end = size < LOOKED_AT ? size : LOOKED_AT;
    if (memchr(bytes, '\0', end)) return false;
    if (begins(bytes, size, 0, "%abc") || begins(bytes, size, 3, "%abc")) return true;
    for (size_t at = begins(bytes, size, 0, "\xef\xbb\xbf") ? 3 : 0; at + 2 < end; at++) {
        const unsigned char *line = bytes + at;
        size_t value = at + 2;
        while (line[1] == ':' && value < end && bytes[value] == ' ') value++;
        if (line[1] == ':' && value < end &&
            ((line[0] == 'X' && bytes[value] >= '0' && bytes[value] <= '9') ||
             (line[0] == 'K' && bytes[value] >= 'A' && bytes[value] <= 'G')))
            return true;
        while (at < end && bytes[at] != '\n' && bytes[at] != '\r') at++;
    }
    return false;
}

static bool is_wav(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "RIFF") && begins(bytes, size, 8, "WAVE");
}

static bool is_flac(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "fLaC");
}

static bool is_soundfont(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "RIFF") && begins(bytes, size, 8, "sfbk");
}

static bool is_model(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 8, "{\"");
}

/* Five tabs in the first line: a melody a line, or packed. */
static bool is_corpus(const unsigned char *bytes, size_t size) {
    enum { TABS = 5 };
    int tabs = 0;
    if (begins(bytes, size, 0, "\x1f\x8b")) return true;
    for (size_t i = 0; i < size && bytes[i] && bytes[i] != '\n'; i++) tabs += bytes[i] == '\t';
    return tabs >= TABS;
}

static bool is_recipe(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "refrain-recipe ");
}

/* In UTF-8 with or without its mark, and in UTF-16. */
static bool is_xml(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "<?xml") || begins(bytes, size, 0, "\xef\xbb\xbf<?xml") ||
           begins(bytes, size, 0, "\xff\xfe<") || begins(bytes, size, 0, "\xfe\xff") ||
           begins(bytes, size, 0, "<score-") || begins(bytes, size, 0, "<!DOCTYPE score-");
}

static bool is_zip(const unsigned char *bytes, size_t size) {
    return begins(bytes, size, 0, "PK\3\4");
}

/* ---- the table ---- */

static const struct {
    const char *word, *label; /* word: of --format, "" where that does not write it */
    Kind kind;
    const char *ending[6];
    bool (*is)(const unsigned char *bytes, size_t size);
} ROW[FORMATS] = {
    [FORMAT_OTHER] = {"", "of no kind that refrain knows", KIND_DATA, {NULL}, NULL},
    [FORMAT_MIDI] = {"midi", "a MIDI file", KIND_SCORE, {".mid", ".midi", ".kar", ".smf", ".rmi"}, is_midi},
    [FORMAT_MUSICXML] = {"musicxml", "a MusicXML file", KIND_SCORE, {".musicxml", ".xml"}, is_xml},
    [FORMAT_MXL] = {"mxl", "a packed MusicXML file", KIND_SCORE, {".mxl"}, is_zip},
    [FORMAT_ABC] = {"abc", "ABC music", KIND_SCORE, {".abc"}, is_abc},
    [FORMAT_WAV] = {"wav", "a sound file", KIND_SOUND, {".wav"}, is_wav},
    [FORMAT_FLAC] = {"flac", "a sound file", KIND_SOUND, {".flac"}, is_flac},
    [FORMAT_SOUNDFONT] = {"", "a soundfont", KIND_DATA, {".sf2", ".sf3"}, is_soundfont},
    [FORMAT_MODEL] = {"", "a model", KIND_DATA, {".safetensors"}, is_model},
    [FORMAT_CORPUS] = {"", "a corpus of melodies", KIND_DATA, {".tsv", ".tsv.gz"}, is_corpus},
    [FORMAT_RECIPE] = {"", "a recipe", KIND_DATA, {NULL}, is_recipe},
};

Format format_of(const char *path) {
    for (int f = 0; f < FORMATS; f++)
        for (const char *const *ending = ROW[f].ending; *ending; ending++)
            if (file_has_ending(path, *ending)) return (Format)f;
    return FORMAT_OTHER;
}

Format format_of_content(const void *bytes, size_t size) {
    for (int f = 0; f < FORMATS; f++)
        if (ROW[f].is && ROW[f].is(bytes, size)) return (Format)f;
    return FORMAT_OTHER;
}

bool format_parse(Format *out, const char *word) {
    for (int f = 0; f < FORMATS; f++) {
        if (!ROW[f].word[0] || strcmp(word, ROW[f].word) != 0) continue;
        *out = (Format)f;
        return true;
    }
    return false;
}

const char *format_label(Format format) {
    return ROW[format].label;
}

const char *format_ending(Format format) {
    const char *ending = ROW[format == FORMAT_OTHER ? FORMAT_MIDI : format].ending[0];
    return ending ? ending : "";
}

bool format_is_score(Format format) {
    return ROW[format].kind == KIND_SCORE;
}

bool format_is_sound(Format format) {
    return ROW[format].kind == KIND_SOUND;
}
