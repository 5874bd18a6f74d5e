/* ABC: from a text to tunes, from a tune to a score. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/utf8.h"
#include "midi_io/abc_private.h"

/* ---- tunes of a text ---- */

/* The line at `at`, without its end; *next is where the next one begins. A NUL, which is no letter of a text, ends one too. */
static AbcSpan line_at(const char *at, const char *end, const char **next) {
    const char *stop = at;
    while (stop < end && *stop && *stop != '\n' && *stop != '\r') stop++;
    *next = stop;
    if (stop < end) *next += stop + 1 < end && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1;
    return (AbcSpan){at, stop};
}

static bool is_blank(AbcSpan line) {
    line = abc_trim(line);
    return line.at == line.end;
}

/* "X:", "K: D" .. but not "A:|", which is music. */
static bool is_field(AbcSpan line) {
    return line.end - line.at >= 2 && (isalpha((unsigned char)line.at[0]) || line.at[0] == '+') &&
           line.at[1] == ':' &&
           !(line.end - line.at >= 3 && toupper((unsigned char)line.at[0]) <= 'G' &&
             strchr("|:]", line.at[2]));
}

static bool is_field_of(AbcSpan line, char letter) {
    return is_field(line) && line.at[0] == letter;
}

static const char *skip_mark(const char *text, const char *end) {
    return end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

bool abc_next(AbcTune *tune, const char *text, size_t size) {
    const char *end = text + size, *at = tune->text ? tune->text + tune->size : skip_mark(text, end), *next;
    const bool first = !tune->text;
    int line = tune->line ? tune->line : 1;
    for (const char *c = tune->text; c && c < at; c = next, line++) line_at(c, at, &next);
    const char *start = at;
    int start_line = line;
    bool found = false;
    for (; at < end && !found; at = next, line++) {
        found = is_field_of(line_at(at, end, &next), 'X');
        if (found) start = at, start_line = line, next = at;
    }
    if (!found && (!first || size == 0)) return false;
    if (!found) { /* without numbers all is one tune */
        *tune = (AbcTune){start, (size_t)(end - start), 1};
        return true;
    }
    for (line_at(start, end, &at); at < end; at = next)
        if (is_field_of(line_at(at, end, &next), 'X')) break;
    *tune = (AbcTune){start, (size_t)(at - start), start_line};
    return true;
}

void abc_title(const AbcTune *tune, char title[TRACK_NAME_SIZE]) {
    const char *at = tune->text, *end = at + tune->size;
    title[0] = '\0';
    while (at < end && !title[0]) {
        const AbcSpan line = line_at(at, end, &at);
        if (!is_field_of(line, 'T')) continue;
        const AbcSpan value = abc_trim((AbcSpan){line.at + 2, line.end});
        utf8_clean(title, TRACK_NAME_SIZE, value.at, (size_t)(value.end - value.at));
    }
}

/* ---- lines of a tune ---- */

/* Without what stands behind a % that no backslash is before. */
static AbcSpan uncommented(AbcSpan line) {
    for (const char *c = line.at; c < line.end; c++)
        if (*c == '%' && (c == line.at || c[-1] != '\\')) {
            line.end = c;
            break;
        }
    return line;
}

static bool take_directive(AbcScan *scan, AbcSpan line) {
    const AbcSpan value = abc_trim((AbcSpan){line.at + 2, line.end});
    return value.end - value.at < 5 || strncasecmp(value.at, "MIDI", 4) != 0 ||
           abc_scan_field(scan, 'I', value);
}

static bool take_field(AbcScan *scan, AbcSpan line) {
    const AbcSpan value = {line.at + 2, line.end};
    char letter = line.at[0];
    const bool goes_on = letter == '+';
    if (goes_on) letter = scan->last_field;
    scan->last_field = letter;
    if (letter == 'w') abc_scan_words(scan, value, goes_on);
    if (letter == 'w' || goes_on) return true;
    if (!abc_scan_field(scan, letter, value)) return false;
    if (letter == 'K' && !scan->in_body) scan->in_body = true;
    return true;
}

/* Where a header has no L:, the meter says it. */
static void begin_body(AbcScan *scan) {
    if (!scan->in_body) return;
    for (int v = -1; v < scan->voices && !scan->has_unit; v++) {
        AbcVoice *voice = v < 0 ? &scan->header : &scan->voice[v];
        const bool small = !voice->free_meter && 4 * meter_beats(voice->meter) < 3 * meter_unit(voice->meter);
        voice->unit = SHEET_WHOLE / (small ? 16 : 8);
    }
    scan->has_unit = true;
}

static bool take_line(AbcScan *scan, AbcSpan line) {
    if (line.end - line.at > 2 && line.at[0] == '%' && line.at[1] == '%') return take_directive(scan, line);
    line = uncommented(line);
    if (is_field(line)) {
        const bool done = take_field(scan, line);
        begin_body(scan);
        return done;
    }
    line = abc_trim(line);
    if (line.at == line.end) return true;
    scan->in_body = true; /* K: is missing */
    begin_body(scan);
    const bool goes_on = line.end[-1] == '\\';
    if (goes_on) line.end--;
    const bool done = abc_scan_music(scan, line);
    scan->goes_on = goes_on;
    return done;
}

static bool scan_tune(AbcScan *scan, const AbcTune *tune) {
    const char *at = tune->text, *end = at + tune->size;
    bool any = false, numbered = is_field_of((AbcSpan){at, end}, 'X');
    for (scan->line = tune->line; at < end; scan->line++) {
        const AbcSpan line = line_at(at, end, &at);
        if (is_blank(line)) {
            if (any && numbered && scan->in_body && scan->voices > 0)
                return true; /* what follows is no music */
            continue;
        }
        any = true;
        if (!take_line(scan, line)) return false;
    }
    return true;
}

/* ---- the whole ---- */

static void scan_deinit(AbcScan *scan) {
    for (int v = 0; v < scan->voices; v++) {
        free(scan->voice[v].item);
        free(scan->voice[v].bar);
        free(scan->voice[v].sung);
    }
    free(scan->voice);
    free(scan->texts);
    free(scan->word);
}

static void say(char remarks[ABC_REMARKS_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(char remarks[ABC_REMARKS_SIZE], const char *format, ...) {
    size_t used = strlen(remarks);
    if (used > 0) used += (size_t)snprintf(remarks + used, ABC_REMARKS_SIZE - used, ", ");
    if (used >= ABC_REMARKS_SIZE) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(remarks + used, ABC_REMARKS_SIZE - used, format, arguments);
    va_end(arguments);
}

static void write_remarks(char remarks[ABC_REMARKS_SIZE], const AbcScan *scan) {
    char words[2 * sizeof scan->wrong_words];
    utf8_show(words, sizeof words, scan->wrong_words);
    if (scan->wrong > 0)
        say(remarks, "line %d: \"%s\" means nothing and was skipped", scan->wrong_line, words);
    if (scan->wrong > 1)
        say(remarks, "so were parts of %d other line%s", scan->wrong - 1, scan->wrong > 2 ? "s" : "");
    if (scan->graces > 0)
        say(remarks, "%d grace note%s %s time from the next note", scan->graces, scan->graces == 1 ? "" : "s",
            scan->graces == 1 ? "takes its" : "take their");
    if (scan->jumps > 0) say(remarks, "jumps (D.C., D.S.) are not followed");
    if (scan->lost_voices > 0) say(remarks, "voices beyond %d left out", SHEET_VOICES_MAX);
}

static bool put_header(const AbcScan *scan, Sheet *sheet, Error *err) {
    sheet_set_title(sheet, scan->title);
    return (scan->header.free_meter || sheet_meter(sheet, 0, scan->header.meter, err)) &&
           (!scan->has_key || sheet_key(sheet, 0, scan->header.key.sharps, scan->header.key.minor, err)) &&
           (scan->bpm == 0 || sheet_tempo(sheet, 0, scan->bpm, err));
}

bool abc_read(Score *out, Key *key, char remarks[ABC_REMARKS_SIZE], const AbcTune *tune, Error *err) {
    Error ignored;
    AbcScan scan = {.err = err ? err : &ignored,
                    .header = {.program = -1,
                               .channel = -1,
                               .meter = {4, 4},
                               .unit = SHEET_WHOLE / 8,
                               .velocity = SHEET_VELOCITY}};
    Sheet *sheet = sheet_new(err);
    remarks[0] = '\0';
    const bool done = sheet && scan_tune(&scan, tune) && put_header(&scan, sheet, err) &&
                      abc_play(&scan, sheet, err) && sheet_to_score(sheet, out, err);
    if (scan.has_key) *key = scan.header.key.key;
    write_remarks(remarks, &scan);
    scan_deinit(&scan);
    sheet_free(sheet);
    return done;
}
