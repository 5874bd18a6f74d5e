#include "tests/support/opened.h"

#include <stdio.h>

#include "tests/support/check.h"

void opened_deinit(Opened *opened) {
    score_deinit(&opened->score);
    smf_read_deinit(&opened->reading);
    *opened = (Opened){0};
}

bool opened_read(Opened *opened, const void *bytes, size_t size, const char *wanted, Error *err) {
    opened_deinit(opened);
    return score_file_parse(&opened->score, &opened->reading, bytes, size, "",
                            &(ScoreFileWish){.track = wanted}, &opened->report, err);
}

void opened_take(Opened *opened, const MidiBytes *bytes, const char *wanted) {
    Error err;
    check_ok(opened_read(opened, bytes->at, bytes->size, wanted, &err), &err);
}

const Track *opened_voice(const Opened *opened) {
    return score_voice(&opened->score, 0);
}

static int sixteenths(const Opened *opened, int ticks) {
    const int division = timeline_division(opened->score.timeline);
    return (4 * ticks + division / 2) / division;
}

void opened_expect(const Opened *opened, const Track *track, const char *wanted) {
    char got[400] = "", length[12] = "";
    for (int i = 0; i < track->count; i++) {
        const Note *note = &track->notes[i];
        const int start = sixteenths(opened, note->start);
        if (strchr(wanted, '+'))
            snprintf(length, sizeof length, "+%d", sixteenths(opened, note->start + note->length) - start);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%d@%d%s", i ? " " : "", note->pitch, start,
                 length);
    }
    assert_string_equal(got, wanted);
}

void opened_expect_said(const Opened *opened, const char *wanted) {
    const char *said = opened->report.text;
    if (!strstr(said, wanted)) fail_msg("\"%s\" does not say \"%s\"", said, wanted);
}

void opened_expect_silence(const Opened *opened) {
    if (opened->report.has_parts) fail_msg("\"%s\" says too much", opened->report.text);
}
