#include "tests/support/demo_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_write.h"
#include "tests/support/notes.h"

void demo_text_deinit(DemoText *demo) {
    score_deinit(&demo->score);
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
static int parse_bar(Track *voice, const char **text, int bar_start, Error *err) {
    int steps = 0;
    while (**text && **text != '|') {
        const char *colon = strchr(*text, ':');
        char *end = NULL;
        long length = colon ? strtol(colon + 1, &end, 10) : 0;
        if (length < 1 || length > 16) return -1;
        int pitch = pitch_of(*text, (int)(colon - *text));
        bool rest = **text == 'r' && colon == *text + 1;
        if (pitch < 0 && !rest) return -1;
        Note note = {(bar_start + steps) * NOTES_STEP, (int32_t)length * NOTES_STEP, (uint8_t)pitch,
                     DEMO_TEXT_VELOCITY};
        if (!rest && track_insert(voice, note, err) < 0) return -1;
        steps += (int)length;
        *text = end + (*end == ' ');
    }
    return steps;
}

static bool parse_bars(DemoText *demo, Track *voice, const char *text, Error *err) {
    int steps = timeline_bar(demo->score.timeline, 0).ticks / NOTES_STEP;
    for (int bar = 0; *text; bar++) {
        int found = parse_bar(voice, &text, bar * steps, err);
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
    char title[TRACK_NAME_SIZE];
    int beats, unit, bpm, program, at = 0;
    if (sscanf(line, "%63[^\t]\t%95[^\t]\t%d/%d\t%d\t%d\t%n", out->file, title, &beats, &unit, &bpm, &program,
               &at) != 6 ||
        at == 0)
        return error_set(err, "Not a line of a demo melody: %.40s", line);
    if (beats < 1 || beats > 16 || unit < 1 || unit > 16 || bpm < 20 || bpm > 400 || program < 0 ||
        program > 127)
        return error_set(err, "%s: meter, tempo or program out of range.", out->file);
    score_set_title(&out->score, title);
    Timeline *timeline =
        timeline_plain(0, (60000000 + bpm / 2) / bpm, (Meter){(uint8_t)beats, (uint16_t)unit}, err);
    Track *voice = timeline ? score_edit_voice(&out->score, 0, err) : NULL;
    score_set_timeline(&out->score, timeline);
    if (!voice) return false;
    voice->program = (uint8_t)program;
    track_set_name(voice, title);
    return parse_bars(out, voice, line + at, err);
}

bool demo_text_build(const DemoText *demo, unsigned char **bytes, size_t *size, Error *err) {
    return smf_write(&demo->score, (Key){0}, NULL, bytes, size, err);
}
