/* MusicXML into parts. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"
#include "engine/base/utf8.h"
#include "midi_io/musicxml_private.h"
#include "midi_io/xml.h"

enum {
    CHORD_SIZE = 100,
    MEASURES_MAX = 1 << 16,
    ITEMS_MAX = 1 << 22,
    MEASURE_MAX = 256 * SHEET_WHOLE, /* units */
};

bool musicxml_grow(void *list, int count, int *capacity, size_t size, Error *err) {
    if (count < *capacity) return true;
    void *old;
    memcpy(&old, list, sizeof old);
    const int wanted = *capacity ? 2 * *capacity : 64;
    void *grown = realloc(old, (size_t)wanted * size);
    if (!grown) return error_memory(err, "the written music");
    memcpy(list, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

/* ---- numbers ---- */

/* A number within bounds; `otherwise` where there is none. */
double musicxml_number(const char *text, double low, double high, double otherwise) {
    char *end;
    const double value = strtod(text, &end);
    return end == text || !isfinite(value) || value < low || value > high ? otherwise : value;
}

int musicxml_whole(const char *text, int low, int high, int otherwise) {
    return (int)lround(musicxml_number(text, low, high, otherwise));
}

void musicxml_wrong(MusicXmlCursor *cursor, const XmlNode *node) {
    MusicXmlScan *scan = cursor->scan;
    if (scan->wrong++ > 0) return;
    scan->wrong_line = xml_line(node);
    utf8_clean(scan->wrong_name, sizeof scan->wrong_name, xml_name(node), strlen(xml_name(node)));
}

/* ---- what is kept ---- */

bool musicxml_keep_text(MusicXmlCursor *cursor, uint32_t *at, const char *text) {
    MusicXmlScan *scan = cursor->scan;
    const size_t size = strlen(text) + 1;
    if (scan->texts_room - scan->texts_used < size) {
        const size_t room = 2 * (scan->texts_room + size);
        char *grown = realloc(scan->texts, room);
        if (!grown) return error_memory(cursor->err, "the words of the music");
        scan->texts = grown;
        scan->texts_room = room;
    }
    memcpy(scan->texts + scan->texts_used, text, size);
    *at = (uint32_t)scan->texts_used;
    scan->texts_used += size;
    return true;
}

bool musicxml_keep(MusicXmlCursor *cursor, MusicXmlItem item) {
    MusicXmlPart *part = cursor->part;
    if (part->items == ITEMS_MAX) return error_set(cursor->err, "The music has too many notes.");
    if (!musicxml_grow(&part->item, part->items, &part->item_capacity, sizeof *part->item, cursor->err))
        return false;
    if (item.staff >= part->staves) part->staves = item.staff + 1;
    part->item[part->items++] = item;
    return true;
}

int64_t musicxml_now(const MusicXmlCursor *cursor) {
    return llround(cursor->at);
}

double musicxml_units(const MusicXmlCursor *cursor, const char *duration) {
    return musicxml_number(duration, 0, 1e9, 0) / cursor->divisions * SHEET_QUARTER;
}

void musicxml_move(MusicXmlCursor *cursor, double at) {
    cursor->at = at < 0 ? 0 : at > MEASURE_MAX ? MEASURE_MAX : at;
    if (cursor->at > cursor->furthest) cursor->furthest = cursor->at;
}

/* ---- what stands above the notes ---- */

/* Its tonic, in semitones above that of the major key with the same signature. */
static const struct {
    const char *name;
    int8_t tonic;
    KeyMode mode;
} MODE[] = {{"major", 0, KEY_MAJOR},       {"minor", 9, KEY_MINOR},   {"dorian", 2, KEY_DORIAN},
            {"phrygian", 4, KEY_PHRYGIAN}, {"lydian", 5, KEY_LYDIAN}, {"mixolydian", 7, KEY_MIXOLYDIAN},
            {"locrian", 11, KEY_LOCRIAN},  {"aeolian", 9, KEY_MINOR}, {"ionian", 0, KEY_MAJOR}};

static bool read_key(MusicXmlCursor *cursor, const XmlNode *key) {
    const int sharps = musicxml_whole(xml_text_of(key, "fifths"), -7, 7, 99);
    const char *name = xml_text_of(key, "mode");
    if (sharps == 99) return true; /* one that is told note by note */
    size_t mode = 0;
    for (size_t i = 0; i < sizeof MODE / sizeof *MODE; i++)
        if (strcmp(name, MODE[i].name) == 0) mode = i;
    if (!cursor->scan->key.known)
        cursor->scan->key =
            (Key){(uint8_t)((sharps * 7 + MODE[mode].tonic + 84) % 12), MODE[mode].mode, true};
    return musicxml_keep(cursor, (MusicXmlItem){.kind = MUSICXML_KEY,
                                                .at = musicxml_now(cursor),
                                                .sharps = (int8_t)sharps,
                                                .minor = MODE[mode].mode == KEY_MINOR});
}

/* "3+2" over 8 are five eighths. */
static bool read_meter(MusicXmlCursor *cursor, const XmlNode *time) {
    int beats = 0;
    for (const char *c = xml_text_of(time, "beats"); *c; c = strchr(c, '+') ? strchr(c, '+') + 1 : "")
        beats += musicxml_whole(c, 1, METER_BEATS_MAX, 0);
    const int unit = musicxml_whole(xml_text_of(time, "beat-type"), 1, METER_UNIT_MAX, 0);
    if (xml_child(time, "senza-misura")) return true;
    if (!meter_is_valid(beats, unit)) {
        musicxml_wrong(cursor, time);
        return true;
    }
    return musicxml_keep(cursor, (MusicXmlItem){.kind = MUSICXML_METER,
                                                .at = musicxml_now(cursor),
                                                .meter = {(uint8_t)beats, (uint16_t)unit}});
}

static bool read_attributes(MusicXmlCursor *cursor, const XmlNode *attributes) {
    for (const XmlNode *c = xml_first(attributes); c; c = xml_next(c)) {
        bool done = true;
        if (xml_is(c, "divisions"))
            cursor->divisions = musicxml_number(xml_text(c), 1e-3, 1e6, cursor->divisions);
        if (xml_is(c, "key")) done = read_key(cursor, c);
        if (xml_is(c, "time")) done = read_meter(cursor, c);
        if (xml_is(c, "transpose"))
            cursor->chromatic = musicxml_whole(xml_text_of(c, "chromatic"), -48, 48, 0) +
                                12 * musicxml_whole(xml_text_of(c, "octave-change"), -4, 4, 0);
        if (!done) return false;
    }
    return true;
}

static double quarters_of(const XmlNode *metronome) {
    static const struct {
        const char *name;
        double quarters;
    } UNIT[] = {{"whole", 4}, {"half", 2}, {"quarter", 1}, {"eighth", 0.5}, {"16th", 0.25}};
    const char *unit = xml_text_of(metronome, "beat-unit");
    for (size_t i = 0; i < sizeof UNIT / sizeof *UNIT; i++)
        if (strcmp(unit, UNIT[i].name) == 0)
            return UNIT[i].quarters * (xml_child(metronome, "beat-unit-dot") ? 1.5 : 1);
    return 0;
}

static bool read_sound(MusicXmlCursor *cursor, const XmlNode *sound, double bpm, double offset) {
    static const char *const JUMP[] = {"dacapo", "dalsegno", "tocoda"};
    bpm = musicxml_number(xml_attribute(sound, "tempo"), 1, 6000, bpm);
    for (int i = 0; i < 3; i++) cursor->scan->jumps += xml_attribute(sound, JUMP[i])[0] != '\0';
    const double loud = musicxml_number(xml_attribute(sound, "dynamics"), 0, 1000, 0);
    if (loud > 0) cursor->velocity = (uint8_t)number_clamp((int)lround(0.9 * loud), 1, 127);
    const int64_t at = musicxml_now(cursor) + llround(offset);
    return bpm == 0 ||
           musicxml_keep(cursor, (MusicXmlItem){.kind = MUSICXML_TEMPO, .at = at < 0 ? 0 : at, .bpm = bpm});
}

static bool read_direction(MusicXmlCursor *cursor, const XmlNode *direction) {
    double bpm = 0;
    for (const XmlNode *c = xml_first(direction); c; c = xml_next(c)) {
        const XmlNode *metronome = xml_is(c, "direction-type") ? xml_child(c, "metronome") : NULL;
        if (metronome)
            bpm = quarters_of(metronome) * musicxml_number(xml_text_of(metronome, "per-minute"), 1, 6000, 0);
    }
    const double offset = musicxml_number(xml_text_of(direction, "offset"), -1e9, 1e9, 0);
    return read_sound(cursor, xml_child(direction, "sound"), bpm, offset / cursor->divisions * SHEET_QUARTER);
}

static const char *sign_of(const char *alter) {
    const int semitones = musicxml_whole(alter, -2, 2, 0);
    return semitones == 0 ? "" : semitones == 1 ? "#" : semitones == 2 ? "##" : semitones == -1 ? "b" : "bb";
}

/* "Am7/G": the text that the file shows, else what its kind is called. */
static bool read_harmony(MusicXmlCursor *cursor, const XmlNode *harmony) {
    static const struct {
        const char *kind, *text;
    } KIND[] = {{"major", ""},
                {"minor", "m"},
                {"augmented", "aug"},
                {"diminished", "dim"},
                {"dominant", "7"},
                {"major-seventh", "maj7"},
                {"minor-seventh", "m7"},
                {"diminished-seventh", "dim7"},
                {"half-diminished", "m7b5"},
                {"major-sixth", "6"},
                {"minor-sixth", "m6"},
                {"suspended-second", "sus2"},
                {"suspended-fourth", "sus4"}};
    const XmlNode *root = xml_child(harmony, "root"), *kind = xml_child(harmony, "kind"),
                  *bass = xml_child(harmony, "bass");
    if (!root || musicxml_white(xml_text_of(root, "root-step")) < 0) return true;
    const char *shown = xml_attribute(kind, "text");
    for (size_t i = 0; !shown[0] && i < sizeof KIND / sizeof *KIND; i++)
        if (strcmp(xml_text(kind), KIND[i].kind) == 0) shown = KIND[i].text;
    char text[CHORD_SIZE];
    const bool below = bass && musicxml_white(xml_text_of(bass, "bass-step")) >= 0;
    snprintf(text, sizeof text, "%s%s%.60s%s%s%s", xml_text_of(root, "root-step"),
             sign_of(xml_text_of(root, "root-alter")), shown, below ? "/" : "",
             below ? xml_text_of(bass, "bass-step") : "",
             below ? sign_of(xml_text_of(bass, "bass-alter")) : "");
    MusicXmlItem item = {.kind = MUSICXML_CHORD, .at = musicxml_now(cursor)};
    item.at += llround(musicxml_number(xml_text_of(harmony, "offset"), -1e6, 1e6, 0) / cursor->divisions *
                       SHEET_QUARTER);
    if (item.at < 0) item.at = 0;
    return musicxml_keep_text(cursor, &item.text, text) && musicxml_keep(cursor, item);
}

/* ---- measures ---- */

/* "1", "1, 2", "1-3" as bits. */
static uint32_t endings_in(const char *text) {
    uint32_t endings = 0;
    long last = 0;
    for (bool range = false; *text;) {
        char *end;
        const long n = strtol(text, &end, 10);
        if (end == text) {
            range |= *text == '-';
            text++;
            continue;
        }
        for (long i = range && last ? last : n; i <= n && i <= 32; i++)
            if (i >= 1) endings |= UINT32_C(1) << (i - 1);
        last = n;
        range = false;
        text = end;
    }
    return endings;
}

static void read_barline(MusicXmlCursor *cursor, MusicXmlMeasure *measure, const XmlNode *barline) {
    const XmlNode *ending = xml_child(barline, "ending"), *repeat = xml_child(barline, "repeat");
    const char *type = xml_attribute(ending, "type");
    if (strcmp(type, "start") == 0)
        measure->endings = cursor->endings = endings_in(xml_attribute(ending, "number"));
    else if (type[0])
        cursor->endings = 0;
    const char *direction = xml_attribute(repeat, "direction");
    if (strcmp(direction, "forward") == 0) measure->opens = true;
    if (strcmp(direction, "backward") == 0)
        measure->closes = musicxml_whole(xml_attribute(repeat, "times"), 1, 99, 2);
}

static bool read_measure(MusicXmlCursor *cursor, const XmlNode *node) {
    MusicXmlPart *part = cursor->part;
    if (part->measures == MEASURES_MAX) return error_set(cursor->err, "The music has too many bars.");
    if (!musicxml_grow(&part->measure, part->measures, &part->measure_capacity, sizeof *part->measure,
                       cursor->err))
        return false;
    MusicXmlMeasure measure = {.item = part->items, .endings = cursor->endings};
    cursor->at = cursor->before = cursor->furthest = 0;
    bool done = true;
    for (const XmlNode *c = xml_first(node); done && c; c = xml_next(c)) {
        if (xml_is(c, "note")) done = musicxml_note(cursor, c);
        if (xml_is(c, "backup"))
            musicxml_move(cursor, cursor->at - musicxml_units(cursor, xml_text_of(c, "duration")));
        if (xml_is(c, "forward"))
            musicxml_move(cursor, cursor->at + musicxml_units(cursor, xml_text_of(c, "duration")));
        if (xml_is(c, "attributes")) done = read_attributes(cursor, c);
        if (xml_is(c, "direction")) done = read_direction(cursor, c);
        if (xml_is(c, "sound")) done = read_sound(cursor, c, 0, 0);
        if (xml_is(c, "harmony")) done = read_harmony(cursor, c);
        if (xml_is(c, "barline")) read_barline(cursor, &measure, c);
    }
    measure.length = llround(cursor->furthest);
    part->measure[part->measures++] = measure;
    return done;
}

/* ---- parts ---- */

static MusicXmlPart *find_part(MusicXmlScan *scan, const char *id) {
    for (int p = 0; p < scan->parts; p++)
        if (strcmp(scan->part[p].id, id) == 0) return &scan->part[p];
    return NULL;
}

static bool read_part_list(MusicXmlScan *scan, const XmlNode *list, Error *err) {
    for (const XmlNode *c = xml_first(list); c; c = xml_next(c)) {
        if (!xml_is(c, "score-part")) continue;
        if (scan->parts == SHEET_VOICES_MAX) {
            scan->lost_parts++;
            continue;
        }
        if (!musicxml_grow(&scan->part, scan->parts, &scan->part_capacity, sizeof *scan->part, err))
            return false;
        MusicXmlPart part = {.staves = 1};
        const char *id = xml_attribute(c, "id"), *name = xml_text_of(c, "part-name");
        const XmlNode *midi = xml_child(c, "midi-instrument");
        utf8_clean(part.id, sizeof part.id, id, strlen(id));
        utf8_clean(part.name, sizeof part.name, name, strlen(name));
        part.program = musicxml_whole(xml_text_of(midi, "midi-program"), 1, 128, 0) - 1;
        part.channel = musicxml_whole(xml_text_of(midi, "midi-channel"), 1, 16, 0) - 1;
        part.drum = musicxml_whole(xml_text_of(midi, "midi-unpitched"), 1, 128, 0) - 1;
        scan->part[scan->parts++] = part;
    }
    return true;
}

static bool read_part(MusicXmlScan *scan, const XmlNode *node, Error *err) {
    MusicXmlPart *part = find_part(scan, xml_attribute(node, "id"));
    if (!part || part->measures > 0) return true; /* nobody announced it */
    MusicXmlCursor cursor = {
        .scan = scan, .part = part, .err = err, .divisions = 1, .velocity = SHEET_VELOCITY};
    for (const XmlNode *c = xml_first(node); c; c = xml_next(c))
        if (xml_is(c, "measure") && !read_measure(&cursor, c)) return false;
    return true;
}

static void read_title(MusicXmlScan *scan, const XmlNode *root) {
    const char *title = xml_text_of(xml_child(root, "work"), "work-title");
    if (!title[0]) title = xml_text_of(root, "movement-title");
    utf8_clean(scan->title, sizeof scan->title, title, strlen(title));
}

static bool read_root(MusicXmlScan *scan, const XmlNode *root, Error *err) {
    if (!root) return error_set(err, "There is nothing in it.");
    if (xml_is(root, "score-timewise"))
        return error_set(err,
                         "This MusicXML is ordered by bars (score-timewise): save it as score-partwise.");
    if (!xml_is(root, "score-partwise"))
        return error_set(err, "Line %d: this is XML, but no MusicXML, which begins with score-partwise.",
                         xml_line(root));
    read_title(scan, root);
    if (!read_part_list(scan, xml_child(root, "part-list"), err)) return false;
    for (const XmlNode *c = xml_first(root); c; c = xml_next(c))
        if (xml_is(c, "part") && !read_part(scan, c, err)) return false;
    return scan->parts > 0 || error_set(err, "There are no parts in it: its part-list is missing or empty.");
}

/* ---- the whole ---- */

static void say(char *remarks, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char *remarks, const char *format, ...) {
    size_t used = strlen(remarks);
    if (used > 0) used += (size_t)snprintf(remarks + used, MUSICXML_REMARKS_SIZE - used, ", ");
    if (used >= MUSICXML_REMARKS_SIZE) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(remarks + used, MUSICXML_REMARKS_SIZE - used, format, arguments);
    va_end(arguments);
}

static void write_remarks(char *remarks, const MusicXmlScan *scan) {
    if (scan->wrong > 0)
        say(remarks, "line %d: this %s means nothing and was passed over", scan->wrong_line,
            scan->wrong_name);
    if (scan->wrong > 1)
        say(remarks, "so %s %d other%s", scan->wrong > 2 ? "were" : "was", scan->wrong - 1,
            scan->wrong > 2 ? "s" : "");
    if (scan->graces > 0)
        say(remarks, "%d grace note%s time from the next note", scan->graces,
            scan->graces == 1 ? " takes its" : "s take their");
    if (scan->jumps > 0) say(remarks, "jumps (D.C., D.S.) are not followed");
    if (scan->lost_parts > 0) say(remarks, "parts beyond %d left out", SHEET_VOICES_MAX);
}

bool musicxml_read(Score *out, Key *key, char remarks[MUSICXML_REMARKS_SIZE], const unsigned char *bytes,
                   size_t size, Error *err) {
    MusicXmlScan scan = {0};
    remarks[0] = '\0';
    XmlTree *tree = NULL;
    if (size > MUSICXML_SIZE_MAX)
        error_set(err, "The file is larger than %d MB.", MUSICXML_SIZE_MAX >> 20);
    else
        tree = xml_open(bytes, size, err);
    Sheet *sheet = tree ? sheet_new(err) : NULL;
    bool done = sheet && read_root(&scan, xml_root(tree), err);
    xml_close(tree);
    if (done) sheet_set_title(sheet, scan.title);
    done = done && musicxml_play(&scan, sheet, err) && sheet_to_score(sheet, out, err);
    *key = scan.key;
    write_remarks(remarks, &scan);
    for (int p = 0; p < scan.parts; p++) {
        free(scan.part[p].item);
        free(scan.part[p].measure);
    }
    free(scan.part);
    free(scan.texts);
    sheet_free(sheet);
    return done;
}
