#include "midi_io/smf_import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS_PER_QUARTER = MELODY_QUARTER_TICKS / MELODY_STEP_TICKS,
    STEPS_PER_WHOLE = 4 * STEPS_PER_QUARTER,
    UNIT_MAX = 16,
};

/* The notes of one channel of a track. */
typedef struct {
    const SmfTrack *track;
    int channel, program;
} Voice;

typedef struct {
    int beats, unit;
    int steps;     /* of one bar */
    int pad_steps; /* rest before the file's beginning */
    bool readable; /* false: no meter of sixteenths, 4/4 was taken instead */
} Bars;

/* What the report will say. */
typedef struct {
    Voice voice;
    const char *reason; /* why this one, "" or null = there was nothing to choose */
    Bars bars;
    int endless;       /* notes that were never ended */
    int lengths;       /* rounded */
    int beyond;        /* notes that found no place */
    int tempo_changes; /* ignored */
    int meter_changes; /* ignored */
    int first_bar;     /* with a note, from 0 */
} Import;

/* ---- which notes ---- */

static bool choose_voice(Import *import, const SmfRows *rows, const SmfScore *score, const char *wanted,
                         SmfReport *report, Error *err) {
    int row = wanted ? smf_rows_find(rows, wanted, err) : rows->melody;
    if (rows->count == 0)
        return error_set(err, "The MIDI file has no notes: choose one with a melody in it.");
    if (row < 0)
        return wanted
                   ? false
                   : error_set(
                         err,
                         "The MIDI file has only percussion (channel 10): ask for track 1 if you want just "
                         "that.");
    const SmfRow *found = &rows->row[row];
    import->voice = (Voice){&score->track[found->track], found->channel, found->program};
    report->track = row + 1;
    report->tracks = rows->count;
    if (!wanted) import->reason = smf_rows_reason(rows->reason);
    return true;
}

/* ---- where the bar lines are ---- */

static int64_t steps_at(const SmfScore *score, int64_t tick) {
    return (tick * STEPS_PER_QUARTER + score->ppqn / 2) / score->ppqn;
}

/* Is a tick as near to its sixteenth as the file's division allows? */
static bool is_on_grid(const SmfScore *score, int64_t tick) {
    int64_t off = tick * STEPS_PER_QUARTER - steps_at(score, tick) * score->ppqn;
    return 2 * (off < 0 ? -off : off) <= STEPS_PER_QUARTER;
}

static int bar_steps(const SmfMeter *meter) {
    return meter->beats * STEPS_PER_WHOLE / meter->unit;
}

static Bars bars_of(const SmfScore *score, SmfMeter meter) {
    Bars bars = {.readable = true};
    while (meter.unit > UNIT_MAX && meter.beats % 2 == 0) {
        meter.unit /= 2;
        meter.beats /= 2;
    }
    if (meter.unit > UNIT_MAX) {
        bars.readable = false;
        meter.beats = meter.unit = 4;
    }
    bars.beats = meter.beats;
    bars.unit = meter.unit;
    bars.steps = bar_steps(&meter);
    int64_t past = steps_at(score, meter.tick) % bars.steps;
    bars.pad_steps = past > 0 ? bars.steps - (int)past : 0;
    return bars;
}

/* Stretches of one meter from tick 0 to end, equal neighbours joined. stretch has room for every event and one more. */
static int list_stretches(SmfMeter *stretch, const SmfScore *score, int32_t end) {
    int count = 1;
    stretch[0] = (SmfMeter){0, 0, 4, 4};
    for (int i = 0; i < score->meters && score->meter[i].tick < end; i++) {
        const SmfMeter *meter = &score->meter[i], *last = &stretch[count - 1];
        if (meter->tick > last->tick && meter->beats == last->beats && meter->unit == last->unit) continue;
        if (meter->tick > last->tick) count++;
        stretch[count - 1] = *meter;
    }
    return count;
}

static bool is_lead_in(const SmfScore *score, const SmfMeter *first, const SmfMeter *next) {
    int64_t steps = steps_at(score, next->tick);
    return steps <= bar_steps(first) || steps < bar_steps(next);
}

static bool find_bars(Bars *bars, const SmfScore *score, int32_t end, int *later, Error *err) {
    SmfMeter *stretch = malloc(((size_t)score->meters + 2) * sizeof *stretch);
    if (!stretch) return error_memory(err, "the meters of a MIDI file");
    int count = list_stretches(stretch, score, end);
    stretch[count].tick = end;
    int main = 0;
    int64_t longest = stretch[1].tick;
    bool lead_in = count > 1 && is_lead_in(score, &stretch[0], &stretch[1]);
    for (int i = 1; lead_in && i < count; i++) {
        int64_t length = stretch[i + 1].tick - stretch[i].tick;
        if (length <= longest) continue;
        longest = length;
        main = i;
    }
    *later = count - 1 - (main > 0);
    *bars = bars_of(score, stretch[main]);
    free(stretch);
    return true;
}

/* ---- the notes ---- */

static bool belongs(const Voice *voice, const SmfNote *note) {
    return note->channel == voice->channel;
}

static void find_extent(const Voice *voice, int32_t *start, int32_t *end) {
    *start = -1;
    *end = 0;
    for (int i = 0; i < voice->track->count; i++) {
        const SmfNote *note = &voice->track->notes[i];
        if (!belongs(voice, note)) continue;
        if (*start < 0) *start = note->start;
        if (note->end > *end) *end = note->end;
    }
}

static bool insert_notes(Melody *out, const SmfScore *score, Import *import, SmfReport *report, Error *err) {
    for (int i = 0; i < import->voice.track->count; i++) {
        const SmfNote *note = &import->voice.track->notes[i];
        if (!belongs(&import->voice, note)) continue;
        int64_t start = steps_at(score, note->start), end = steps_at(score, note->end);
        if (end <= start) end = start + 1;
        int64_t tick = (start + import->bars.pad_steps) * MELODY_STEP_TICKS;
        if (out->count == MELODY_NOTES_MAX || tick >= MELODY_TICKS_MAX) {
            import->beyond++;
            continue;
        }
        int64_t length = (end - start) * MELODY_STEP_TICKS, room = MELODY_TICKS_MAX - tick;
        Note placed = {(int32_t)tick, (int32_t)(length < room ? length : room), note->pitch, note->velocity};
        if (melody_insert(out, placed, err) < 0) return false;
        report->quantised += !is_on_grid(score, note->start);
        import->lengths += !is_on_grid(score, note->end);
        import->endless += note->endless;
    }
    return true;
}

static void take_tempo(Melody *out, const SmfScore *score, int32_t start, Import *import) {
    out->quarter_us = score->tempos > 0 ? score->tempo[0].quarter_us : MELODY_DEFAULT_QUARTER_US;
    for (int i = 1; i < score->tempos; i++) {
        if (score->tempo[i].tick <= start)
            out->quarter_us = score->tempo[i].quarter_us;
        else if (score->tempo[i].quarter_us != score->tempo[i - 1].quarter_us)
            import->tempo_changes++;
    }
}

static void take_words(Melody *out, const SmfScore *score, const Voice *voice) {
    const char *name = voice->track->name[0] ? voice->track->name : score->title;
    memcpy(out->name, name, sizeof out->name);
    out->program = (uint8_t)voice->program;
}

/* ---- the report ---- */

static void say(SmfReport *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(SmfReport *report, const char *format, ...) {
    size_t length = strlen(report->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->text + length, sizeof report->text - length, format, arguments);
    va_end(arguments);
}

static void say_count(SmfReport *report, const char **before, int count, const char *what) {
    if (count == 0) return;
    say(report, "%s%d %s", *before, count, what);
    *before = ", ";
}

static void say_part(SmfReport *report, const char **before, bool true_of_it, const char *what) {
    if (!true_of_it) return;
    say(report, "%s%s", *before, what);
    *before = ", ";
}

static void say_pickup(SmfReport *report, const char **before, const Bars *bars) {
    if (bars->pad_steps == 0) return;
    int pickup = bars->steps - bars->pad_steps;
    int size = pickup % STEPS_PER_QUARTER == 0 ? STEPS_PER_QUARTER : pickup % 2 == 0 ? 2 : 1;
    const char *unit = size == STEPS_PER_QUARTER ? "quarter" : size == 2 ? "eighth" : "sixteenth";
    say(report, "%spickup of %d %s%s padded", *before, pickup / size, unit, pickup == size ? "" : "s");
    *before = ", ";
}

static void say_taken(SmfReport *report, const Import *import, int notes) {
    const char *name = import->voice.track->name, *reason = import->reason ? import->reason : "";
    say(report, "took track %d", report->track);
    if (name[0]) say(report, " \"%s\"", name);
    say(report, " of %d%s%s, %d note%s", report->tracks, reason[0] ? ", " : "", reason, notes,
        notes == 1 ? "" : "s");
}

static bool state_is_damaged(const SmfState *state) {
    return (state->broken || state->parts > 0) && !smf_state_is_whole(state);
}

static void write_report(SmfReport *report, const SmfScore *score, const Import *import, int notes) {
    const SmfRepairs *repairs = &score->repairs;
    const char *before = "; ";
    say_taken(report, import, notes);
    say_count(report, &before, report->quantised, "moved to the sixteenth grid");
    say_count(report, &before, import->lengths, import->lengths == 1 ? "length rounded" : "lengths rounded");
    say_count(report, &before, report->dropped,
              report->dropped == 1 ? "lower note dropped" : "lower notes dropped");
    say_count(report, &before, report->cut, "shortened by the next");
    say_pickup(report, &before, &import->bars);
    say_part(report, &before, !import->bars.readable, "unusual meter read as 4/4");
    say_count(report, &before, import->meter_changes,
              import->meter_changes == 1 ? "later meter change ignored" : "later meter changes ignored");
    say_count(report, &before, import->tempo_changes,
              import->tempo_changes == 1 ? "tempo change ignored" : "tempo changes ignored");
    say_count(report, &before, import->endless, "never ended and got a quarter");
    say_count(report, &before, import->beyond, "beyond refrain's limits left out");
    say_count(report, &before, repairs->masked,
              repairs->masked == 1 ? "event with impossible values repaired"
                                   : "events with impossible values repaired");
    say_count(report, &before, repairs->stray, "system events that no file may hold left out");
    say_count(report, &before, repairs->behind, "bytes behind the end left out");
    say_part(report, &before, repairs->frames, "time in frames turned into quarters");
    say_part(report, &before, repairs->patterns > 1, "first pattern of several");
    say_part(report, &before, repairs->too_long, "the file is too long: its beginning was kept");
    report->cut_short = repairs->cut_short;
    say_part(report, &before, repairs->cut_short, "the file is cut short: what is whole was kept");
    say_part(report, &before, repairs->damaged, "the file is damaged: what is whole was kept");
    say_part(report, &before, state_is_damaged(&score->state),
             "refrain's own data in it is damaged and was left out");
    if (*before == ';') say(report, ", nothing changed");
    if (import->first_bar > 0) say(report, "; the first note is in bar %d", import->first_bar + 1);
}

bool smf_import(Melody *out, const SmfScore *score, const char *wanted, SmfReport *report, Error *err) {
    melody_deinit(out);
    melody_init(out);
    *report = (SmfReport){0};
    Import import = {0};
    SmfRows rows = {0};
    bool done = smf_rows_list(&rows, score, err) && choose_voice(&import, &rows, score, wanted, report, err);
    smf_rows_deinit(&rows);
    if (!done) return false;
    int32_t start, end;
    find_extent(&import.voice, &start, &end);
    if (!find_bars(&import.bars, score, end, &import.meter_changes, err)) return false;
    out->meter_beats = (uint8_t)import.bars.beats;
    out->meter_unit = (uint8_t)import.bars.unit;
    take_tempo(out, score, start, &import);
    take_words(out, score, &import.voice);
    if (!insert_notes(out, score, &import, report, err)) {
        melody_deinit(out);
        return false;
    }
    report->dropped = melody_make_monophonic(out, &report->cut);
    if (out->count > 0) import.first_bar = out->notes[0].start / melody_bar_ticks(out);
    write_report(report, score, &import, out->count);
    return true;
}
