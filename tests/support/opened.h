/* Opened: a MIDI file of bytes as the program opens it, with what is said about it. */
#ifndef REFRAIN_TESTS_SUPPORT_OPENED_H
#define REFRAIN_TESTS_SUPPORT_OPENED_H

#include "midi_io/score_file.h"
#include "tests/support/midi_bytes.h"

typedef struct {
    Score score;
    SmfReading reading;
    SmfReport report;
} Opened;

void opened_deinit(Opened *opened); /* a zeroed one is empty */
/* wanted: as in score_file.h. What was open before is closed. */
bool opened_read(Opened *opened, const void *bytes, size_t size, const char *wanted, Error *err);
/* The same; fails the test when it fails. */
void opened_take(Opened *opened, const MidiBytes *bytes, const char *wanted);
const Track *opened_voice(const Opened *opened);
/* Fails the test unless the notes of the track are these, in sixteenths: "60@0+4 62@4+2", or without lengths "60@0 62@4". */
void opened_expect(const Opened *opened, const Track *track, const char *wanted);
/* Fails the test unless the report says this somewhere; or unless it says no more than what was taken. */
void opened_expect_said(const Opened *opened, const char *wanted);
void opened_expect_silence(const Opened *opened);

#endif
