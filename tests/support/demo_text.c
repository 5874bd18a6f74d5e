#include "tests/support/demo_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_write.h"

void demo_text_deinit(DemoText *demo) {
    melody_deinit(&demo->melody);
    *demo = (DemoText){0};
}

/* "F#4" -> 66; -1 if it is no note. */
static int pitch_of(const char *name, int length) {
    static const int natural[] = {9, 11, 0, 2, 4, 5, 7}; /* A to G */
    if (length < 2 || length > 3 || name[0] < 'A' || name[0] > 'G') return -1;
    int octave = name[length - 1] - '0', shift = length == 2      ? 0
                                                 : name[1] == '#' ? 1
                                                 : name[1] == 'b' ? -1
                                                                  : 99;
    if (octave < 0 || octave > 9 || shift == 99) return -1;
    return 12 * (octave + 1) + natural[name[0] - 'A'] + shift;
}

/* One bar from *text up to the next | or the end; returns its steps or -1. */
static int parse_bar(Melody *melody, const char **text, int bar_start, Error *err) {
    int steps = 0;
    while (**text && **text != '|') {
        const char *colon = strchr(*text, ':');
        char *end = NULL;
        long length = colon ? strtol(colon + 1, &end, 10) : 0;
        if (length < 1 || length > 16) return -1;
        int pitch = pitch_of(*text, (int)(colon - *text));
        bool rest = **text == 'r' && colon == *text + 1;
        if (pitch < 0 && !rest) return -1;
        Note note = {(bar_start + steps) * MELODY_STEP_TICKS, (int32_t)length * MELODY_STEP_TICKS,
                     (uint8_t)pitch, DEMO_TEXT_VELOCITY};
        if (!rest && melody_insert(melody, note, err) < 0) return -1;
        steps += (int)length;
        *text = end + (*end == ' ');
    }
    return steps;
}

static bool parse_bars(DemoText *demo, const char *text, Error *err) {
    int steps = melody_bar_ticks(&demo->melody) / MELODY_STEP_TICKS;
    for (int bar = 0; *text; bar++) {
        int found = parse_bar(&demo->melody, &text, bar * steps, err);
        if (found < 0) return error_set(err, "%s, bar %d: \"%.20s\" is no note.", demo->file, bar + 1, text);
        if (found != steps)
            return error_set(err, "%s, bar %d: %d sixteenths instead of %d.", demo->file, bar + 1, found,
                             steps);
        if (*text == '|') text++;
    }
    return true;
}

bool demo_text_parse(DemoText *out, const char *line, Error *err) {
    demo_text_deinit(out);
    Melody *melody = &out->melody;
    melody_init(melody);
    int beats, unit, bpm, program, at = 0;
    if (sscanf(line, "%63[^\t]\t%95[^\t]\t%d/%d\t%d\t%d\t%n", out->file, melody->name, &beats, &unit, &bpm,
               &program, &at) != 6 ||
        at == 0)
        return error_set(err, "Not a line of a demo melody: %.40s", line);
    if (beats < 1 || beats > 16 || unit < 1 || unit > 16 || bpm < 20 || bpm > 400 || program < 0 ||
        program > 127)
        return error_set(err, "%s: meter, tempo or program out of range.", out->file);
    melody->meter_beats = (uint8_t)beats;
    melody->meter_unit = (uint8_t)unit;
    melody->quarter_us = (60000000 + bpm / 2) / bpm;
    melody->program = (uint8_t)program;
    return parse_bars(out, line + at, err);
}

bool demo_text_build(const DemoText *demo, unsigned char **bytes, size_t *size, Error *err) {
    Score score = {0};
    bool ok = melody_to_score(&score, &demo->melody, err);
    if (ok) track_set_name(score.track[0], demo->melody.name);
    ok = ok && smf_write(&score, (Key){0}, NULL, bytes, size, err);
    score_deinit(&score);
    return ok;
}
