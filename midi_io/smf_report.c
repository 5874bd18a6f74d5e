#include "midi_io/smf_report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void say(SmfReport *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_part(SmfReport *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(SmfReport *report, const char *format, ...) {
    size_t length = strlen(report->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->text + length, sizeof report->text - length, format, arguments);
    va_end(arguments);
}

void smf_report_taken(SmfReport *report, const SmfRows *rows, int row, const char *reason, int notes) {
    report->track = row + 1;
    report->tracks = rows->count;
    const char *name = rows->row[row].name;
    say(report, "took track %d", row + 1);
    if (name[0]) say(report, " \"%s\"", name);
    say(report, " of %d%s%s, %d note%s", rows->count, reason[0] ? ", " : "", reason, notes,
        notes == 1 ? "" : "s");
}

static void add_part(SmfReport *report, const char *format, ...) {
    char part[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    say(report, "%s%s", !report->text[0] ? "" : report->has_parts ? ", " : "; ", part);
    report->has_parts = true;
}

/* "3 events left out"; a count of 0 is not said. The words for one, and for more. */
static void add_count(SmfReport *report, int count, const char *one, const char *more) {
    if (count > 0) add_part(report, "%d %s", count, count == 1 ? one : more);
}

static bool state_is_damaged(const SmfState *state) {
    return (state->broken || state->parts > 0) && !smf_state_is_whole(state);
}

void smf_report_repairs(SmfReport *report, const SmfReading *reading) {
    const SmfRepairs *repairs = &reading->repairs;
    add_count(report, reading->endless, "note never ended and got a quarter",
              "notes never ended and got a quarter each");
    add_count(report, repairs->masked, "event with impossible values repaired",
              "events with impossible values repaired");
    add_count(report, repairs->stray, "system event that no file may hold left out",
              "system events that no file may hold left out");
    add_count(report, repairs->behind, "byte behind the end left out", "bytes behind the end left out");
    if (repairs->frames) add_part(report, "time in frames turned into quarters");
    if (repairs->patterns > 1) add_part(report, "first pattern of several");
    if (repairs->too_long) add_part(report, "the file is too long: its beginning was kept");
    if (repairs->cut_short) add_part(report, "the file is cut short: what is whole was kept");
    if (repairs->damaged) add_part(report, "the file is damaged: what is whole was kept");
    if (state_is_damaged(&reading->state))
        add_part(report, "refrain's own data in it is damaged and was left out");
    report->read_only = smf_check_read_only(repairs);
    report->repaired = repairs->masked || repairs->stray || repairs->behind || repairs->cut_short ||
                       repairs->damaged || state_is_damaged(&reading->state);
}
