#include "midi_io/score_file.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/base/file.h"
#include "engine/base/utf8.h"
#include "midi_io/abc.h"
#include "midi_io/musicxml.h"
#include "midi_io/smf_write.h"

/* ---- the formats ---- */

static bool write_midi(const Score *score, Key key, unsigned char **bytes, size_t *size,
                       char lost[SCORE_FILE_LOST_SIZE], Error *err) {
    lost[0] = '\0'; /* a Score holds nothing that MIDI does not */
    return smf_write(score, key, NULL, bytes, size, err);
}

static bool read_midi(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                      const ScoreFileWish *wish, Error *err) {
    (void)wish;
    return smf_read(out, reading, bytes, size, err);
}

static bool find_tune(AbcTune *tune, const unsigned char *bytes, size_t size, int wanted, Error *err) {
    int count = 0;
    while (count < wanted || count == 0) {
        if (!abc_next(tune, (const char *)bytes, size)) break;
        count++;
    }
    if (count >= wanted && count > 0) return true;
    return error_set(err, "There is no tune %d in it: it has %d; refrain tracks lists them.", wanted, count);
}

static bool read_abc(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                     const ScoreFileWish *wish, Error *err) {
    AbcTune tune = {0};
    char remarks[ABC_REMARKS_SIZE];
    const bool done = find_tune(&tune, bytes, size, wish ? wish->tune : 0, err) &&
                      abc_read(out, &reading->key, remarks, &tune, err);
    if (done) utf8_copy(reading->remarks, sizeof reading->remarks, remarks);
    reading->foreign = "it is ABC, and songs are saved as MIDI files";
    return done;
}

static bool write_abc(const Score *score, Key key, unsigned char **bytes, size_t *size,
                      char lost[SCORE_FILE_LOST_SIZE], Error *err) {
    static_assert((int)SCORE_FILE_LOST_SIZE == (int)ABC_LOST_SIZE, "one list");
    char *text;
    if (!abc_write(score, key, NULL, &text, size, lost, err)) return false;
    *bytes = (unsigned char *)text;
    return true;
}

static bool read_musicxml(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                          const ScoreFileWish *wish, Error *err) {
    (void)wish;
    char remarks[MUSICXML_REMARKS_SIZE];
    const bool done = musicxml_read(out, &reading->key, remarks, bytes, size, err);
    utf8_copy(reading->remarks, sizeof reading->remarks, remarks);
    reading->foreign = "it is MusicXML, and songs are saved as MIDI files";
    return done;
}

static bool write_musicxml(const Score *score, Key key, unsigned char **bytes, size_t *size,
                           char lost[SCORE_FILE_LOST_SIZE], Error *err) {
    static_assert((int)SCORE_FILE_LOST_SIZE == (int)MUSICXML_LOST_SIZE, "one list");
    char *text;
    if (!musicxml_write(score, key, &text, size, lost, err)) return false;
    *bytes = (unsigned char *)text;
    return true;
}

static bool read_mxl(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                     const ScoreFileWish *wish, Error *err) {
    unsigned char *score = NULL;
    size_t score_size = 0;
    const bool done = musicxml_unpack(bytes, size, &score, &score_size, err) &&
                      read_musicxml(out, reading, score, score_size, wish, err);
    free(score);
    return done;
}

static bool write_mxl(const Score *score, Key key, unsigned char **bytes, size_t *size,
                      char lost[SCORE_FILE_LOST_SIZE], Error *err) {
    char *text;
    size_t text_size;
    if (!musicxml_write(score, key, &text, &text_size, lost, err)) return false;
    const bool done = musicxml_pack(text, text_size, bytes, size, err);
    free(text);
    return done;
}

/* What one format is read and written by. */
typedef struct {
    bool (*read)(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                 const ScoreFileWish *wish, Error *err);
    bool (*write)(const Score *score, Key key, unsigned char **bytes, size_t *size,
                  char lost[SCORE_FILE_LOST_SIZE], Error *err);
} Way;

static const Way WAY[FORMATS] = {
    [FORMAT_MIDI] = {read_midi, write_midi},
    [FORMAT_MUSICXML] = {read_musicxml, write_musicxml},
    [FORMAT_MXL] = {read_mxl, write_mxl},
    [FORMAT_ABC] = {read_abc, write_abc},
};

/* ---- reading ---- */

static bool name_file(Error *err, const char *name) {
    return err && name[0] ? error_set(err, "%s: %s", name, err->text) : false;
}

static Format find_format(const unsigned char *bytes, size_t size, const char *name) {
    const Format format = format_of_content(bytes, size);
    if (format != FORMAT_OTHER) return format;
    return format_is_score(format_of(name)) ? format_of(name)
                                            : FORMAT_MIDI; /* whose reader says what is missing */
}

static bool read_score(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                       const char *name, const ScoreFileWish *wish, Error *err) {
    const Format format = find_format(bytes, size, name);
    if (!WAY[format].read)
        return error_set(err, "This is %s, not a song: choose a MIDI file, ABC or MusicXML.",
                         format_label(format));
    return WAY[format].read(out, reading, bytes, size, wish, err);
}

static bool choose_voice(Score *score, const char *wanted, SmfReport *report, Error *err) {
    SmfRows rows = {0};
    bool done = smf_rows_list(&rows, score, err);
    int row = done && wanted ? smf_rows_find(&rows, wanted, err) : rows.melody;
    if (done && wanted) done = row >= 0;
    if (row < 0 && rows.count > 0) row = 0; /* drums, and nobody asked for more */
    if (done && row >= 0) done = score_add_voice(score, row, err);
    if (done && row >= 0)
        smf_report_taken(report, &rows, row, wanted ? "" : smf_rows_reason(rows.reason), rows.row[row].notes);
    smf_rows_deinit(&rows);
    return done;
}

bool score_file_parse(Score *out, SmfReading *reading, const unsigned char *bytes, size_t size,
                      const char *name, const ScoreFileWish *wish, SmfReport *report, Error *err) {
    SmfReport ignored;
    if (!report) report = &ignored;
    *report = (SmfReport){0};
    bool done = read_score(out, reading, bytes, size, name, wish, err);
    const bool own = smf_state_is_whole(&reading->state);
    const char *wanted = wish ? wish->track : NULL;
    if (done && (wanted || !own)) done = choose_voice(out, wanted, report, err);
    if (done) smf_report_repairs(report, reading);
    return done || name_file(err, name);
}

bool score_file_open(Score *out, SmfReading *reading, const char *path, const ScoreFileWish *wish,
                     SmfReport *report, Error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    if (!file_read(path, SCORE_FILE_SIZE_MAX, &bytes, &size, err)) return false;
    bool done = score_file_parse(out, reading, bytes, size, path, wish, report, err);
    free(bytes);
    return done;
}

bool score_file_rows(SmfRows *out, const unsigned char *bytes, size_t size, const char *name,
                     const ScoreFileWish *wish, Error *err) {
    Score score = {0};
    SmfReading reading = {0};
    bool done = read_score(&score, &reading, bytes, size, name, wish, err) && smf_rows_list(out, &score, err);
    score_deinit(&score);
    smf_read_deinit(&reading);
    return done || name_file(err, name);
}

int score_file_tunes(const unsigned char *bytes, size_t size, const char *name, ScoreFileEach each,
                     void *to) {
    ScoreFileTune tune = {.bytes = bytes, .size = size, .number = 1};
    AbcTune part = {0};
    if (find_format(bytes, size, name) != FORMAT_ABC) return each(to, &tune), 1;
    for (tune.number = 0; abc_next(&part, (const char *)bytes, size);) {
        abc_title(&part, tune.title);
        tune.bytes = (const unsigned char *)part.text;
        tune.size = part.size;
        tune.number++;
        if (!each(to, &tune)) break;
    }
    return tune.number;
}

/* ---- writing ---- */

bool score_file_format(Format *out, const char *path, Format wanted, Error *err) {
    *out = wanted != FORMAT_OTHER ? wanted : format_of(path);
    if (*out == FORMAT_OTHER) *out = FORMAT_MIDI;
    return WAY[*out].write ||
           error_set(
               err,
               "Notes cannot be written as %s: choose a name that ends in .mid, .abc, .musicxml or .mxl.",
               format_label(*out));
}

bool score_file_write(const Score *score, Key key, Format format, unsigned char **bytes, size_t *size,
                      char lost[SCORE_FILE_LOST_SIZE], Error *err) {
    return WAY[format].write(score, key, bytes, size, lost, err);
}
