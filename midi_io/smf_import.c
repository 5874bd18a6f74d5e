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

typedef struct {
    int beats, unit;
    int steps;     /* of one bar */
    int pad_steps; /* rest before the file's beginning */
    bool readable; /* false: no meter of sixteenths, 4/4 was taken instead */
} Bars;

/* A stretch of one meter. */
typedef struct {
    int32_t tick;
    int beats, unit;
} Stretch;

/* What the report will say. */
typedef struct {
    const Track *voice;
    int row;
    const char *reason; /* why this one, "" or null = there was nothing to choose */
    Bars bars;
    int lengths;       /* rounded */
    int beyond;        /* notes that found no place */
    int tempo_changes; /* ignored */
    int meter_changes; /* ignored */
    int first_bar;     /* with a note, from 0 */
} Import;

/* ---- which notes ---- */

/* The track of a song of 0.1 that is the song; -1 = it is none. */
static int find_original(const Score *score, const SmfReading *reading) {
    for (int i = 0; reading->state.parts > 0 && smf_state_is_whole(&reading->state) && i < score->tracks; i++)
        if (strcmp(score->track[i]->name, "original") == 0) return i;
    return -1;
}

static bool choose_voice(Import *import, const SmfRows *rows, const Score *score, const SmfReading *reading,
                         const char *wanted, Error *err) {
    int original = find_original(score, reading);
    int row = wanted ? smf_rows_find(rows, wanted, err) : original >= 0 ? original : rows->melody;
    import->row = row;
    import->reason = wanted || original >= 0 ? "" : smf_rows_reason(rows->reason);
    if (row >= 0) import->voice = score->track[row];
    if (row >= 0 || wanted) return row >= 0;
    if (rows->count == 0)
        return error_set(err, "The MIDI file has no notes: choose one with a melody in it.");
    return error_set(
        err, "The MIDI file has only percussion (channel 10): ask for track 1 if you want just that.");
}

/* ---- where the bar lines are ---- */

static int64_t steps_at(const Score *score, int64_t tick) {
    return (tick * STEPS_PER_QUARTER + timeline_division(score->timeline) / 2) /
           timeline_division(score->timeline);
}

/* Is a tick as near to its sixteenth as the file's division allows? */
static bool is_on_grid(const Score *score, int64_t tick) {
    int64_t off = tick * STEPS_PER_QUARTER - steps_at(score, tick) * timeline_division(score->timeline);
    return 2 * (off < 0 ? -off : off) <= STEPS_PER_QUARTER;
}

static int bar_steps(const Stretch *meter) {
    return meter->beats * STEPS_PER_WHOLE / meter->unit;
}

static Bars bars_of(const Score *score, Stretch meter) {
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
static int list_stretches(Stretch *stretch, const Score *score, int32_t end) {
    TimelineMap map = timeline_map(score->timeline);
    int count = 0;
    for (int i = 0; i < map.meters && (i == 0 || map.meter[i].tick < end); i++)
        stretch[count++] =
            (Stretch){map.meter[i].tick, meter_beats(map.meter[i].meter), meter_unit(map.meter[i].meter)};
    return count;
}

static bool is_lead_in(const Score *score, const Stretch *first, const Stretch *next) {
    int64_t steps = steps_at(score, next->tick);
    return steps <= bar_steps(first) || steps < bar_steps(next);
}

static bool find_bars(Bars *bars, const Score *score, int32_t end, int *later, Error *err) {
    Stretch *stretch = malloc(((size_t)timeline_map(score->timeline).meters + 2) * sizeof *stretch);
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

static bool insert_notes(Melody *out, const Score *score, Import *import, SmfReport *report, Error *err) {
    for (int i = 0; i < import->voice->count; i++) {
        const Note *note = &import->voice->notes[i];
        int64_t start = steps_at(score, note->start), end = steps_at(score, note->start + note->length);
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
        import->lengths += !is_on_grid(score, note->start + note->length);
    }
    return true;
}

static void take_tempo(Melody *out, const Score *score, int32_t start, Import *import) {
    TimelineMap map = timeline_map(score->timeline);
    out->quarter_us = timeline_quarter_us(score->timeline, start);
    for (int i = 0; i < map.tempos; i++) import->tempo_changes += map.tempo[i].tick > start;
}

static void take_words(Melody *out, const Score *score, const Track *voice) {
    memcpy(out->name, voice->name[0] ? voice->name : score->title, sizeof out->name);
    out->program = voice->program;
}

/* ---- the report ---- */

static void say_pickup(SmfReport *report, const Bars *bars) {
    if (bars->pad_steps == 0) return;
    int pickup = bars->steps - bars->pad_steps;
    int size = pickup % STEPS_PER_QUARTER == 0 ? STEPS_PER_QUARTER : pickup % 2 == 0 ? 2 : 1;
    const char *unit = size == STEPS_PER_QUARTER ? "quarter" : size == 2 ? "eighth" : "sixteenth";
    smf_report_part(report, "pickup of %d %s%s padded", pickup / size, unit, pickup == size ? "" : "s");
}

static void write_report(SmfReport *report, const SmfReading *reading, const Import *import) {
    smf_report_count(report, report->quantised, "moved to the sixteenth grid", "moved to the sixteenth grid");
    smf_report_count(report, import->lengths, "length rounded", "lengths rounded");
    smf_report_count(report, report->dropped, "lower note dropped", "lower notes dropped");
    smf_report_count(report, report->cut, "shortened by the next", "shortened by the next");
    say_pickup(report, &import->bars);
    if (!import->bars.readable) smf_report_part(report, "unusual meter read as 4/4");
    smf_report_count(report, import->meter_changes, "later meter change ignored",
                     "later meter changes ignored");
    smf_report_count(report, import->tempo_changes, "tempo change ignored", "tempo changes ignored");
    smf_report_count(report, import->beyond, "beyond refrain's limits left out",
                     "beyond refrain's limits left out");
    smf_report_repairs(report, reading);
    if (!report->has_parts) strcat(report->text, ", nothing changed");
    if (import->first_bar > 0) smf_report_part(report, "the first note is in bar %d", import->first_bar + 1);
}

/* The voice as one line on the grid. */
static bool reduce(Melody *out, const Score *score, Import *import, SmfReport *report, Error *err) {
    int32_t start = import->voice->count > 0 ? import->voice->notes[0].start : 0;
    if (!find_bars(&import->bars, score, track_end(import->voice), &import->meter_changes, err)) return false;
    out->meter_beats = (uint8_t)import->bars.beats;
    out->meter_unit = (uint8_t)import->bars.unit;
    take_tempo(out, score, start, import);
    take_words(out, score, import->voice);
    if (!insert_notes(out, score, import, report, err)) return false;
    report->dropped = melody_make_monophonic(out, &report->cut);
    if (out->count > 0) import->first_bar = out->notes[0].start / melody_bar_ticks(out);
    return true;
}

bool smf_import(Melody *out, const Score *score, const SmfReading *reading, const char *wanted,
                SmfReport *report, Error *err) {
    melody_deinit(out);
    melody_init(out);
    *report = (SmfReport){0};
    Import import = {0};
    SmfRows rows = {0};
    bool done = smf_rows_list(&rows, score, err) &&
                choose_voice(&import, &rows, score, reading, wanted, err) &&
                reduce(out, score, &import, report, err);
    if (done) {
        smf_report_taken(report, &rows, import.row, import.reason, out->count);
        write_report(report, reading, &import);
    } else {
        melody_deinit(out);
    }
    smf_rows_deinit(&rows);
    return done;
}
