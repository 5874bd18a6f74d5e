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
    char part[400];
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

/* Bytes of the file that saving does not give back. */
static void lose(SmfReport *report, bool lost, int count, const char *one, const char *more) {
    const size_t used = strlen(report->lost);
    const char *comma = used > 0 ? ", " : "";
    if (!lost || count == 0) return;
    if (one)
        snprintf(report->lost + used, sizeof report->lost - used, "%s%d %s", comma, count,
                 count == 1 ? one : more);
    else
        snprintf(report->lost + used, sizeof report->lost - used, "%s%s", comma, more);
}

/* Everything that a file's reading changed: how often, in words for one (null: no number is said) and for more, and whether
 * saving would lose what was there. */
void smf_report_repairs(SmfReport *report, const SmfReading *reading) {
    const SmfRepairs *repairs = &reading->repairs;
    const struct {
        int count;
        const char *one, *more;
        bool lost;
    } changes[] = {
        {reading->endless, "note never ended and got a quarter", "notes never ended and got a quarter each",
         false},
        {repairs->masked, "event with impossible values repaired", "events with impossible values repaired",
         true},
        {repairs->stray, "system event that no file may hold left out",
         "system events that no file may hold left out", true},
        {repairs->behind, "byte behind the end left out", "bytes behind the end left out", true},
        {repairs->frames, NULL, "time in frames turned into quarters", false},
        {repairs->patterns > 1, NULL, "first pattern of several", false},
        {repairs->too_long, NULL, "the file is too long: its beginning was kept", false},
        {repairs->cut_short, NULL, "the file is cut short: what is whole was kept", true},
        {repairs->damaged, NULL, "the file is damaged: what is whole was kept", true},
        {state_is_damaged(&reading->state), NULL, "refrain's own data in it is damaged and was left out",
         true},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        if (changes[i].one)
            add_count(report, changes[i].count, changes[i].one, changes[i].more);
        else if (changes[i].count)
            add_part(report, "%s", changes[i].more);
        lose(report, changes[i].lost, changes[i].count, changes[i].one, changes[i].more);
    }
    if (reading->remarks[0]) add_part(report, "%s", reading->remarks);
    report->read_only = reading->foreign ? reading->foreign : smf_check_read_only(repairs);
}
