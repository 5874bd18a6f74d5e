#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "midi_io/smf_rows.h"

enum {
    SYLLABLES_MIN = 8,     /* fewer are no song text */
    NAMED_ONSETS_MIN = 16, /* a named row with fewer has to have half of the most */
    NAMED_MEAN_MIN = 48,   /* below it a "sawtooth lead" is a bass */
    ONSETS_TELLING = 1500, /* more do not make a row more melodic */
    BASS_FIRST = 32,
    BASS_LAST = 39,
    EFFECTS_FIRST = 112,
    KARAOKE_CHANNEL = 3, /* channel 4: where karaoke files have their tune */
};

#define SUNG_MIN 0.55
#define SUNG_AHEAD 0.08 /* a row that much behind the best one is not sung */

/* ---- lyrics ---- */

/* Of how many onsets and syllables at the same places, within a 16th of a quarter. Both are in order. */
static double agreement(const SmfRow *row, const Track *track, int division, const SmfWords *words) {
    int32_t near = division / 16, last = -1;
    int met = 0, s = 0;
    for (int i = 0; i < track->count && s < words->count; i++) {
        const Note *note = &track->notes[i];
        if (note->start == last) continue;
        last = note->start;
        while (s < words->count && words->tick[s] < note->start - near) s++;
        if (s == words->count || words->tick[s] > note->start + near) continue;
        met++;
        s++;
    }
    return 2.0 * met / (row->onsets + words->count);
}

/* The chunk with most syllables; lyric events come before karaoke's texts. */
static const SmfWords *find_words(const SmfWords *words, int chunks) {
    const SmfWords *best = NULL;
    for (int i = 0; i < chunks; i++) {
        if (words[i].count < SYLLABLES_MIN) continue;
        if (!best || words[i].texts < best->texts ||
            (words[i].texts == best->texts && words[i].count > best->count))
            best = &words[i];
    }
    return best;
}

static void measure_lyrics(SmfRows *rows, const Score *score, const SmfWords *words) {
    static const SmfWords NONE;
    const SmfWords *best = find_words(words, score->chunks);
    for (int r = 0; r < rows->count; r++) {
        SmfRow *row = &rows->row[r];
        const Track *track = score->track[r];
        const SmfWords *own = track->origin.chunk > 0 ? &words[track->origin.chunk - 1] : &NONE;
        bool has_own = own->count >= SYLLABLES_MIN && !own->texts;
        const SmfWords *sung = has_own ? own : best;
        if (sung) row->sung = agreement(row, track, timeline_division(score->timeline), sung);
        row->lyrics = (own->count > 0 && !own->texts) || row->sung >= SUNG_MIN;
    }
}

/* ---- names ---- */

/* Words in lower case; one that ends in '*' is the beginning of a word, one of other alphabets may stand anywhere. */
static const char *const MELODY_WORDS[] = {
    "melod*", "mel",   "melo",   "voc*",   "voice",  "vox",    "voz",      "voix",   "stimme",   "lead",
    "sing*",  "canto", "cantus", "canta*", "gesang", "chant*", "soprano*", "sopran", "superius", "discant*",
    "tune",   "мелод", "вокал",  "голос",  "メロ",   "歌",     "主旋律",   "旋律",   "ボーカル",
};
static const char *const OTHER_WORDS[] = {
    "back*", "bgv*",    "bg",       "bkg*",   "chord*",   "harm*",   "pad*", "bass*",
    "drum*", "choir*",  "chor",     "chorus", "ooh*",     "aah*",    "2nd",  "second*",
    "synth", "square*", "sawtooth", "echo*",  "counter*", "guitar*",
};

static bool holds_word(const char *name, const char *word) {
    size_t length = strlen(word);
    bool open = word[length - 1] == '*', foreign = word[0] & 0x80;
    if (open) length--;
    for (const char *at = name; *at; at++) {
        if (strncmp(at, word, length) != 0) continue;
        bool begins = at == name || !isalpha((unsigned char)at[-1]);
        bool ends = open || !isalpha((unsigned char)at[length]);
        if (foreign || (begins && ends)) return true;
    }
    return false;
}

static bool holds_any(const char *name, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (holds_word(name, words[i])) return true;
    return false;
}

static bool is_named(const char *name) {
    char lower[TRACK_NAME_SIZE];
    size_t length = 0;
    for (; name[length] && length < sizeof lower - 1; length++)
        lower[length] = (char)tolower((unsigned char)name[length]);
    lower[length] = '\0';
    return holds_any(lower, MELODY_WORDS, sizeof MELODY_WORDS / sizeof *MELODY_WORDS) &&
           !holds_any(lower, OTHER_WORDS, sizeof OTHER_WORDS / sizeof *OTHER_WORDS);
}

/* ---- the score ---- */

static double register_factor(double mean) {
    return mean < 52 ? 0.15 : mean < 57 || mean > 86 ? 0.6 : 1.0;
}

static double measure_melodic(const SmfRow *row) {
    if (row->channel == TRACK_DRUMS) return 0.0;
    double single = 1.0 - row->chords;
    double overlaps = row->overlaps < 0.8 ? row->overlaps : 0.8;
    double melodic = sqrt(row->onsets < ONSETS_TELLING ? row->onsets : ONSETS_TELLING);
    melodic *= (0.15 + single * single * single) * (1.0 - overlaps) * register_factor(row->mean);
    if ((row->program >= BASS_FIRST && row->program <= BASS_LAST) || row->program >= EFFECTS_FIRST)
        melodic *= 0.2;
    if (row->high - row->low < 5) melodic *= 0.4;
    if (row->pitches < 5) melodic *= 0.4;
    if (row->channel == KARAOKE_CHANNEL) melodic *= 1.3;
    melodic *= fmin(1.0, 0.4 + 3.0 * row->variety) * (0.6 + 0.4 * row->steps);
    return melodic * (0.5 + 0.5 * row->top);
}

/* ---- the choice ---- */

static bool is_candidate(const SmfRow *row, double sung) {
    return row->channel != TRACK_DRUMS && row->sung >= sung;
}

static int best_row(const SmfRows *rows, double sung, bool named, int onsets_min) {
    int best = -1;
    for (int r = 0; r < rows->count; r++) {
        const SmfRow *row = &rows->row[r];
        if (!is_candidate(row, sung)) continue;
        if (named && (row->onsets < onsets_min || row->mean < NAMED_MEAN_MIN || !is_named(row->name)))
            continue;
        if (best < 0 || row->melodic > rows->row[best].melodic) best = r;
    }
    return best;
}

static void choose(SmfRows *rows, int melody, SmfReason reason) {
    rows->melody = melody;
    rows->reason = melody < 0 ? SMF_BY_NOTHING : reason;
}

/* Of several rows. most: onsets of the row that has most; sung: the best F. */
static void choose_by_rules(SmfRows *rows, int most, double sung) {
    bool is_sung = sung >= SUNG_MIN;
    int enough = most / 2 < NAMED_ONSETS_MIN ? most / 2 : NAMED_ONSETS_MIN;
    double least = is_sung ? fmax(SUNG_MIN, sung - SUNG_AHEAD) : 0.0;
    int named = best_row(rows, least, true, enough);
    int melody = named >= 0 ? named : best_row(rows, least, false, 0);
    choose(rows, melody, is_sung ? SMF_BY_LYRICS : named >= 0 ? SMF_BY_NAME : SMF_BY_SCORE);
}

void smf_rows_choose(SmfRows *rows, const Score *score, const SmfWords *words) {
    measure_lyrics(rows, score, words);
    double sung = 0.0;
    int candidates = 0, most = 0;
    for (int r = 0; r < rows->count; r++) {
        SmfRow *row = &rows->row[r];
        row->melodic = measure_melodic(row);
        if (!is_candidate(row, 0.0)) continue;
        candidates++;
        if (row->onsets > most) most = row->onsets;
        if (row->sung > sung) sung = row->sung;
    }
    if (candidates <= 1)
        choose(rows, best_row(rows, 0.0, false, 0), SMF_BY_BEING_ALONE);
    else
        choose_by_rules(rows, most, sung);
}
