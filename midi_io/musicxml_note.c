/* One note of MusicXML: what sounds, its ties, graces and syllables. */
#include <math.h>
#include <string.h>

#include "engine/base/number.h"
#include "midi_io/musicxml_private.h"

enum { STAVES_MAX = 8, GRACE = SHEET_QUARTER / 8, WORD_SIZE = 160 };

/* Of C D E F G A B, or -1. */
int musicxml_white(const char *step) {
    static const int8_t WHITE[] = {9, 11, 0, 2, 4, 5, 7}; /* A to G */
    return step[0] >= 'A' && step[0] <= 'G' && !step[1] ? WHITE[step[0] - 'A'] : -1;
}

static int pitch_of(const MusicXmlCursor *cursor, const XmlNode *note) {
    const XmlNode *pitch = xml_child(note, "pitch"), *unpitched = xml_child(note, "unpitched");
    if (unpitched && cursor->part->drum >= 0) return cursor->part->drum;
    const char *step = pitch ? xml_text_of(pitch, "step") : xml_text_of(unpitched, "display-step");
    const char *octave = pitch ? xml_text_of(pitch, "octave") : xml_text_of(unpitched, "display-octave");
    const int white = musicxml_white(step), height = musicxml_whole(octave, -1, 10, -2);
    if (white < 0 || height < -1) return -1;
    const int moved = pitch ? cursor->chromatic : 0;
    const int sounding =
        12 * (height + 1) + white + musicxml_whole(xml_text_of(pitch, "alter"), -3, 3, 0) + moved;
    return sounding < 0 || sounding > 127 ? -1 : sounding;
}

static bool keep_words(MusicXmlCursor *cursor, const XmlNode *note, int staff, int64_t at) {
    int verse = 0;
    for (const XmlNode *c = xml_first(note); c; c = xml_next(c)) {
        if (!xml_is(c, "lyric")) continue;
        char word[WORD_SIZE] = "";
        const char *syllabic = "";
        for (const XmlNode *part = xml_first(c); part; part = xml_next(part)) {
            if (xml_is(part, "syllabic")) syllabic = xml_text(part);
            if (!xml_is(part, "text") && !xml_is(part, "elision")) continue;
            const char *text = xml_is(part, "elision") ? " " : xml_text(part);
            strncat(word, text, sizeof word - strlen(word) - 2);
        }
        if (!word[0]) continue;
        if (strcmp(syllabic, "begin") == 0 || strcmp(syllabic, "middle") == 0) strcat(word, "-");
        MusicXmlItem item = {.kind = MUSICXML_WORD, .staff = staff, .at = at};
        item.verse = musicxml_whole(xml_attribute(c, "number"), 1, 99, verse + 1) - 1;
        verse++;
        if (!musicxml_keep_text(cursor, &item.text, word) || !musicxml_keep(cursor, item)) return false;
    }
    return true;
}

static bool is_tied(const XmlNode *note) {
    for (const XmlNode *c = xml_first(note); c; c = xml_next(c))
        if (xml_is(c, "tie") && strcmp(xml_attribute(c, "type"), "start") == 0) return true;
    return false;
}

static void keep_grace(MusicXmlCursor *cursor, int pitch, int staff) {
    if (cursor->graces == MUSICXML_GRACES_MAX) return;
    cursor->grace[cursor->graces].pitch = (uint8_t)pitch;
    cursor->grace[cursor->graces++].staff = staff;
    cursor->scan->graces++;
}

/* The graces take their time from the note that begins here: all together at most half of it. */
static bool put_graces(MusicXmlCursor *cursor, int64_t length) {
    const int count = cursor->graces;
    const int64_t each = count == 0 ? 0 : (int64_t)GRACE * count > length / 2 ? length / 2 / count : GRACE;
    cursor->graces = 0;
    for (int i = 0; i < count; i++) {
        const MusicXmlItem item = {.kind = MUSICXML_NOTE,
                                   .pitch = cursor->grace[i].pitch,
                                   .velocity = cursor->velocity,
                                   .staff = cursor->grace[i].staff,
                                   .at = musicxml_now(cursor) + i * each,
                                   .length = each > 0 ? each : 1};
        if (!musicxml_keep(cursor, item)) return false;
    }
    cursor->taken = each * count;
    return true;
}

static bool read_sounding(MusicXmlCursor *cursor, const XmlNode *note, double units, int staff,
                          bool in_chord) {
    const int pitch = pitch_of(cursor, note);
    if (pitch < 0) {
        musicxml_wrong(cursor, note);
        return true;
    }
    if (xml_child(note, "grace")) {
        keep_grace(cursor, pitch, staff);
        return true;
    }
    const int64_t length = llround(cursor->at + units) - musicxml_now(cursor);
    if (length < 1) {
        musicxml_wrong(cursor, note);
        return true;
    }
    if (!in_chord && !put_graces(cursor, length)) return false;
    const double loud = musicxml_number(xml_attribute(note, "dynamics"), 0, 1000, 0);
    const int velocity = loud > 0 ? number_clamp((int)lround(0.9 * loud), 1, 127) : cursor->velocity;
    const MusicXmlItem item = {.kind = MUSICXML_NOTE,
                               .tied = is_tied(note),
                               .pitch = (uint8_t)pitch,
                               .velocity = (uint8_t)velocity,
                               .staff = staff,
                               .at = musicxml_now(cursor) + cursor->taken,
                               .length = length - cursor->taken};
    return musicxml_keep(cursor, item) && keep_words(cursor, note, staff, item.at);
}

bool musicxml_note(MusicXmlCursor *cursor, const XmlNode *note) {
    const bool in_chord = xml_child(note, "chord") != NULL, grace = xml_child(note, "grace") != NULL;
    const double units = grace ? 0 : musicxml_units(cursor, xml_text_of(note, "duration"));
    const int staff = musicxml_whole(xml_text_of(note, "staff"), 1, STAVES_MAX, 1) - 1;
    if (in_chord && !grace) musicxml_move(cursor, cursor->before);
    if (!in_chord && !grace) {
        cursor->before = cursor->at;
        cursor->taken = 0;
    }
    if (!xml_child(note, "rest") && !xml_child(note, "cue") &&
        !read_sounding(cursor, note, units, staff, in_chord))
        return false;
    if (!grace) musicxml_move(cursor, cursor->at + units);
    return true;
}
