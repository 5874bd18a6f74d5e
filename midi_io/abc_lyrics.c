/* Syllables of a score's tracks, for the w: lines of ABC. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/notation.h"
#include "midi_io/abc_private.h"
#include "midi_io/smf_events.h"
#include "midi_io/smf_text.h"
#include "midi_io/smf_tracks.h"

enum { SYLLABLE_SIZE = 120 };

static bool is_lyric(const Events *chunk, int index) {
    const uint8_t *bytes = events_bytes(chunk, index);
    return events_at(chunk, index).size > 2 && bytes[0] == SMF_META && bytes[1] == SMF_META_LYRIC;
}

static int count_lyrics(const Events *chunk) {
    int count = 0;
    for (int i = 0; smf_tracks_is_mtrk(chunk) && i < events_count(chunk); i++) count += is_lyric(chunk, i);
    return count;
}

static bool has_track(const Score *score, int chunk) {
    for (int t = 0; t < score->tracks; t++)
        if (score->track[t]->origin.chunk == chunk + 1) return true;
    return false;
}

static const Events *chunk_of(const Score *score, const Track *track, bool leads) {
    const int own = track->origin.chunk;
    if (own > 0 && own <= score->chunks && count_lyrics(score->chunk[own - 1]) > 0)
        return score->chunk[own - 1];
    const Events *best = NULL;
    int most = 0;
    for (int c = 0; leads && c < score->chunks; c++) {
        const int count = has_track(score, c) ? 0 : count_lyrics(score->chunk[c]);
        if (count > most) best = score->chunk[c], most = count;
    }
    return best;
}

/* Marks of karaoke files, for new lines and pages, are no letters. */
static bool read_syllable(AbcWords *words, const uint8_t *bytes, size_t size, int64_t at, Error *err) {
    char text[SYLLABLE_SIZE];
    while (size > 0 && strchr("/\\", bytes[0])) bytes++, size--;
    const bool blank = size > 0 && isspace(bytes[size - 1]);
    smf_text_read(text, sizeof text, bytes, size);
    if (!text[0]) return true;
    AbcSyllable *syllable = &words->syllable[words->count];
    syllable->text = malloc(strlen(text) + 2);
    if (!syllable->text) return error_memory(err, "the syllables");
    strcpy(syllable->text, text);
    if (blank) strcat(syllable->text, " ");
    words->blanks |= blank;
    syllable->at = at;
    words->count++;
    return true;
}

bool abc_words_of(AbcWords *out, const Score *score, const Track *track, bool leads, Error *err) {
    const Events *chunk = chunk_of(score, track, leads);
    const int count = chunk ? count_lyrics(chunk) : 0;
    if (count == 0) return true;
    out->syllable = calloc((size_t)count, sizeof *out->syllable);
    if (!out->syllable) return error_memory(err, "the syllables");
    for (int i = 0; i < events_count(chunk); i++)
        if (is_lyric(chunk, i) &&
            !read_syllable(out, events_bytes(chunk, i) + 2, events_at(chunk, i).size - 2,
                           notation_units(score->timeline, events_at(chunk, i).tick), err))
            return false;
    return true;
}

void abc_words_deinit(AbcWords *words) {
    for (int i = 0; i < words->count; i++) free(words->syllable[i].text);
    free(words->syllable);
    *words = (AbcWords){.count = 0};
}

const char *abc_words_at(AbcWords *words, int64_t at) {
    while (words->next < words->count && words->syllable[words->next].at < at) words->next++;
    return words->next < words->count && words->syllable[words->next].at == at
               ? words->syllable[words->next].text
               : NULL;
}

void abc_words_put(const AbcWords *words, FILE *line, const char *syllable) {
    size_t size = strlen(syllable);
    const bool blank = size > 0 && syllable[size - 1] == ' ', hyphen = size > 1 && syllable[size - 1] == '-';
    if (blank || hyphen) size--;
    for (size_t i = 0; i < size; i++) {
        if (strchr("-_*|\\%", syllable[i])) fputc('\\', line);
        fputc(syllable[i] == ' ' ? '~' : syllable[i], line);
    }
    fputs(words->blanks ? blank ? " " : "-" : hyphen ? "-" : " ", line);
}
