#include "tests/support/random_score.h"

#include <stdio.h>
#include <stdlib.h>

#include "midi_io/sheet.h"
#include "tests/support/check.h"

enum { BARS = 9, VOICES = 3, EIGHTH = SHEET_QUARTER / 2 };

typedef struct {
    Sheet *sheet;
    Rng *rng;
    int voice, pitch;
    int64_t sounding; /* until then a note sounds */
    bool sings, tied;
} Writer;

static void put_note(Writer *w, int64_t at, int64_t length) {
    Error err;
    w->pitch += rng_below(w->rng, 9) - 4;
    if (w->pitch < 40 || w->pitch > 90) w->pitch = 64;
    const int chord = rng_below(w->rng, 12) == 0 ? 2 : 1;
    for (int i = 0; i < chord; i++)
        check_ok(sheet_note(w->sheet, w->voice,
                            (SheetNote){at, length, (uint8_t)(w->pitch + 4 * i), SHEET_VELOCITY, false},
                            &err),
                 &err);
    if (w->sings && rng_below(w->rng, 3) > 0)
        check_ok(sheet_word(w->sheet, w->voice, at, rng_below(w->rng, 2) ? "la-" : "la", &err), &err);
}

/* From bar line to bar line; a note may hang over into the next bar. */
static void write_bar(Writer *w, int64_t from, int64_t to, bool last) {
    static const int8_t LENGTHS[] = {1, 1, 2, 2, 2, 3, 4, 6};
    for (int64_t at = w->sounding > from ? w->sounding : from; at < to;) {
        const bool on_beat = (at - from) % SHEET_QUARTER == 0 && at + SHEET_QUARTER <= to;
        if (on_beat &&
            rng_below(w->rng, 5) == 0) { /* a triplet, sometimes of a half note, with holes and long notes */
            const int64_t whole = at + 2 * SHEET_QUARTER <= to && (at - from) % (2 * SHEET_QUARTER) == 0 &&
                                          rng_below(w->rng, 3) == 0
                                      ? 2 * SHEET_QUARTER
                                      : SHEET_QUARTER;
            const int shape = rng_below(w->rng, 4);
            for (int i = 0; i < 3; i++) {
                const int parts = shape == 1 && i == 0 ? 2 : 1;
                if (!(shape == 2 && i == 1)) put_note(w, at + i * whole / 3, parts * whole / 3);
                i += parts - 1;
            }
            at += whole;
        } else if (rng_below(w->rng, 10) == 0) {
            put_note(w, at, EIGHTH / 2);
            at += EIGHTH / 2;
        } else {
            int64_t length = EIGHTH * LENGTHS[rng_below(w->rng, 8)];
            if (last && at + length > to) length = to - at;
            if (rng_below(w->rng, 6) > 0) put_note(w, at, length);
            at += length;
        }
        w->sounding = at;
    }
}

void random_score(Score *out, Rng *rng) {
    static const Meter METERS[] = {{4, 4}, {3, 4}, {6, 8}, {2, 4}, {5, 4}, {7, 8}, {9, 8}, {12, 8}, {2, 2}};
    Error err;
    Writer w = {.sheet = sheet_new(&err), .rng = rng};
    assert_non_null(w.sheet);
    sheet_set_title(w.sheet, "Random");
    const int voices = 1 + rng_below(rng, VOICES);
    int64_t line[BARS + 2] = {0};
    Meter meter = METERS[rng_below(rng, 9)];
    int bars = 0;
    if (rng_below(rng, 3) == 0) { /* a pickup */
        const int64_t pickup = EIGHTH * (1 + rng_below(rng, 2));
        int64_t beat = SHEET_WHOLE / meter.unit;
        while (pickup % beat) beat /= 2;
        check_ok(
            sheet_meter(w.sheet, 0, (Meter){(uint8_t)(pickup / beat), (uint16_t)(SHEET_WHOLE / beat)}, &err),
            &err);
        check_ok(sheet_meter(w.sheet, pickup, meter, &err), &err);
        line[++bars] = pickup;
    } else {
        check_ok(sheet_meter(w.sheet, 0, meter, &err), &err);
    }
    check_ok(sheet_key(w.sheet, 0, rng_below(rng, 13) - 6, rng_below(rng, 2), &err), &err);
    check_ok(sheet_tempo(w.sheet, 0, 60 + rng_below(rng, 100), &err), &err);
    while (bars <= BARS) {
        const int64_t at = line[bars];
        if (bars > 1 &&
            rng_below(rng, 5) == 0) { /* a first bar that is shorter than the second would be a pickup */
            meter = METERS[rng_below(rng, 9)];
            check_ok(sheet_meter(w.sheet, at, meter, &err), &err);
        }
        if (at > 0 && rng_below(rng, 6) == 0)
            check_ok(sheet_key(w.sheet, at, rng_below(rng, 13) - 6, false, &err), &err);
        if (at > 0 && rng_below(rng, 6) == 0)
            check_ok(sheet_tempo(w.sheet, at + EIGHTH * rng_below(rng, 3), 60 + rng_below(rng, 100), &err),
                     &err);
        line[++bars] = at + meter_bar_ticks(meter, SHEET_QUARTER);
        if (bars == BARS + 1) break;
    }
    for (w.voice = 0; w.voice < voices; w.voice++) {
        char name[24];
        snprintf(name, sizeof name, "Voice %d", w.voice + 1);
        assert_int_equal(sheet_add_voice(w.sheet, name, &err), w.voice);
        w.pitch = 76 - 12 * w.voice;
        w.sounding = 0;
        w.sings = rng_below(rng, 2);
        put_note(&w, 0, EIGHTH);
        w.sounding = EIGHTH;
        for (int b = 0; b < bars; b++) write_bar(&w, line[b], line[b + 1], b == bars - 1);
    }
    check_ok(sheet_to_score(w.sheet, out, &err), &err);
    check_ok(score_add_voice(out, 0, &err), &err);
    sheet_free(w.sheet);
}

static int next_track(const Score *score, int after) {
    do after++;
    while (after < score->tracks && score->track[after]->count == 0);
    return after;
}

static bool is_near(int64_t a, int division_a, int64_t b, int division_b) {
    const int64_t off = a * division_b - b * division_a;
    return (off < 0 ? -off : off) <= (division_a > division_b ? division_a : division_b);
}

const char *random_score_difference(const Score *a, const Score *b) {
    static char words[200];
    const int da = timeline_division(a->timeline), db = timeline_division(b->timeline);
    int s = next_track(a, -1), t = next_track(b, -1);
    for (; s < a->tracks && t < b->tracks; s = next_track(a, s), t = next_track(b, t)) {
        const Track *x = a->track[s], *y = b->track[t];
        for (int i = 0; i < x->count || i < y->count; i++) {
            const Note *m = i < x->count ? &x->notes[i] : NULL, *n = i < y->count ? &y->notes[i] : NULL;
            if (m && n && m->pitch == n->pitch && is_near(m->start, da, n->start, db) &&
                is_near(m->start + m->length, da, n->start + n->length, db))
                continue;
            snprintf(words, sizeof words, "track %d note %d: %d at %g for %g, not %d at %g for %g", s, i,
                     m ? m->pitch : -1, m ? (double)m->start / da : 0, m ? (double)m->length / da : 0,
                     n ? n->pitch : -1, n ? (double)n->start / db : 0, n ? (double)n->length / db : 0);
            return words;
        }
    }
    if (s < a->tracks || t < b->tracks) return "one has more tracks";
    return NULL;
}
