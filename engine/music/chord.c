#include "engine/music/chord.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { PITCH_CLASSES = 12 };

/* As it is written, other ways to begin to write it, and the semitones above the root. */
static const struct {
    const char *name, *other[4];
    uint16_t pitches;
} QUALITY[CHORD_QUALITIES] = {
    [CHORD_MAJOR] = {"", {"maj", "M"}, 1 << 0 | 1 << 4 | 1 << 7},
    [CHORD_MINOR] = {"m", {"min", "mi", "-"}, 1 << 0 | 1 << 3 | 1 << 7},
    [CHORD_SEVENTH] = {"7", {"9", "11", "13"}, 1 << 0 | 1 << 4 | 1 << 7 | 1 << 10},
    [CHORD_MAJOR_SEVENTH] = {"maj7", {"M7", "maj9", "ma7"}, 1 << 0 | 1 << 4 | 1 << 7 | 1 << 11},
    [CHORD_MINOR_SEVENTH] = {"m7", {"min7", "-7", "m9", "mi7"}, 1 << 0 | 1 << 3 | 1 << 7 | 1 << 10},
    [CHORD_DIMINISHED] = {"dim", {"o", "\xc2\xb0"}, 1 << 0 | 1 << 3 | 1 << 6},
    [CHORD_HALF_DIMINISHED] = {"m7b5", {"\xc3\xb8", "-7b5"}, 1 << 0 | 1 << 3 | 1 << 6 | 1 << 10},
    [CHORD_AUGMENTED] = {"aug", {"+", "#5"}, 1 << 0 | 1 << 4 | 1 << 8},
    [CHORD_SUSPENDED] = {"sus4", {"sus", "4", "7sus4"}, 1 << 0 | 1 << 5 | 1 << 7},
    [CHORD_SIXTH] = {"6", {"69", "6/9"}, 1 << 0 | 1 << 4 | 1 << 7 | 1 << 9},
    [CHORD_MINOR_SIXTH] = {"m6", {"min6", "-6"}, 1 << 0 | 1 << 3 | 1 << 7 | 1 << 9},
    [CHORD_FIFTH] = {"5", {NULL}, 1 << 0 | 1 << 7},
};

/* ---- reading ---- */

static bool read_root(const char **text, uint8_t *root) {
    static const uint8_t PITCH[] = {9, 11, 0, 2, 4, 5, 7}; /* of A to G */
    if (**text < 'A' || **text > 'G') return false;
    int pitch = PITCH[*(*text)++ - 'A'];
    if (**text == '#') pitch++, ++*text;
    if (**text == 'b') pitch += PITCH_CLASSES - 1, ++*text;
    *root = (uint8_t)(pitch % PITCH_CLASSES);
    return true;
}

static size_t begins(const char *text, const char *with) {
    return with && *with && strncmp(text, with, strlen(with)) == 0 ? strlen(with) : 0;
}

/* The kind whose name is the longest that the text begins with. */
static uint8_t read_quality(const char **text) {
    size_t longest = 0;
    uint8_t best = CHORD_MAJOR;
    for (int q = 0; q < CHORD_QUALITIES; q++)
        for (int n = -1; n < 4; n++) {
            const size_t length = begins(*text, n < 0 ? QUALITY[q].name : QUALITY[q].other[n]);
            if (length <= longest) continue;
            longest = length;
            best = (uint8_t)q;
        }
    *text += longest;
    return best;
}

/* "add9", "(b5)", "9": more notes, which are passed over; any other letter means that this is a word. */
static bool skip_extensions(const char **text) {
    for (;;) {
        const size_t word =
            begins(*text, "add") + begins(*text, "sus") + begins(*text, "no") + begins(*text, "alt");
        if (word)
            *text += word;
        else if (**text && strchr("0123456789#b()+-,", **text))
            ++*text;
        else
            return **text == '\0' || **text == '/';
    }
}

bool chord_parse(Chord *out, const char *text) {
    char copy[2 * CHORD_NAME_SIZE];
    while (isspace((unsigned char)*text)) text++;
    size_t size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1])) size--;
    if (size == 0 || size >= sizeof copy) return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    const char *at = copy;
    Chord chord = {.known = true};
    if (!read_root(&at, &chord.root)) return false;
    chord.quality = read_quality(&at);
    if (!skip_extensions(&at)) return false;
    chord.bass = chord.root;
    if (*at == '/' && (at++, !read_root(&at, &chord.bass) || *at)) return false;
    *out = chord;
    return true;
}

/* ---- writing ---- */

static void put_class(char *out, size_t size, Key key, int pitch_class) {
    enum { OCTAVE = 60 };
    char name[KEY_SPELLING_SIZE];
    key_spell(key, OCTAVE + pitch_class, name);
    size_t length = 1;
    while (name[length] == '#' || name[length] == 'b') length++;
    snprintf(out, size, "%.*s", (int)length, name);
}

void chord_name(Chord chord, Key key, char out[CHORD_NAME_SIZE]) {
    char root[4], bass[4];
    out[0] = '\0';
    if (!chord.known) return;
    put_class(root, sizeof root, key, chord.root);
    put_class(bass, sizeof bass, key, chord.bass);
    const bool other = chord.bass != chord.root;
    snprintf(out, CHORD_NAME_SIZE, "%s%s%s%s", root, QUALITY[chord.quality].name, other ? "/" : "",
             other ? bass : "");
}

bool chord_equal(Chord a, Chord b) {
    return a.known == b.known &&
           (!a.known || (a.root == b.root && a.bass == b.bass && a.quality == b.quality));
}

uint16_t chord_pitches(Chord chord) {
    if (!chord.known) return 0;
    const unsigned up = (unsigned)QUALITY[chord.quality].pitches << chord.root;
    return (uint16_t)((up | up >> PITCH_CLASSES) & 0xfff);
}
