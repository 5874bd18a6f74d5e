/* w: lines of ABC: syllables to the notes above them. */
#include <ctype.h>
#include <string.h>

#include "midi_io/abc_private.h"

enum { SYLLABLE_SIZE = 120, VERSES_MAX = 16 };

/* The next note that a syllable may go to, past bar lines; -1 at the end of the line. */
static int next_note(AbcVoice *voice) {
    while (voice->word_at < voice->sung_count && voice->sung[voice->word_at] < 0) voice->word_at++;
    return voice->word_at < voice->sung_count ? voice->sung[voice->word_at++] : -1;
}

/* "|": the rest of the bar is not sung. */
static void next_bar(AbcVoice *voice) {
    while (voice->word_at < voice->sung_count && voice->sung[voice->word_at] >= 0) voice->word_at++;
    if (voice->word_at < voice->sung_count) voice->word_at++;
}

static void put_word(AbcScan *scan, AbcVoice *voice, const char *syllable, size_t size) {
    const int note = next_note(voice);
    if (note < 0 || size == 0 ||
        !abc_grow(scan, &scan->word, scan->words, &scan->word_capacity, sizeof *scan->word))
        return;
    AbcItem *item = &voice->item[note];
    scan->word[scan->words] = (AbcWord){.text = abc_scan_text(scan, (AbcSpan){syllable, syllable + size}),
                                        .verse = voice->verses - 1,
                                        .next = item->word};
    item->word = ++scan->words;
}

/* One syllable without blanks; a hyphen at its end stays: the word goes on. Returns what follows it. */
static const char *take_syllable(AbcScan *scan, AbcVoice *voice, AbcSpan left) {
    char text[SYLLABLE_SIZE];
    size_t size = 0;
    while (left.at < left.end && !isspace((unsigned char)*left.at) && !strchr("_*|", *left.at)) {
        char letter = *left.at++;
        const bool hyphen = letter == '-';
        if (letter == '\\' && left.at < left.end) letter = *left.at++;
        if (letter == '~') letter = ' ';
        if (size < sizeof text) text[size++] = letter;
        if (hyphen) break;
    }
    put_word(scan, voice, text, size);
    return left.at;
}

void abc_scan_words(AbcScan *scan, AbcSpan left, bool goes_on) {
    AbcVoice *voice = abc_scan_voice(scan);
    if (!voice) return;
    if (!goes_on) {
        voice->word_at = 0;
        voice->verses++;
    }
    if (voice->verses > VERSES_MAX) return;
    while (left.at < left.end) {
        const char letter = *left.at;
        if (letter == '_' || letter == '*' || letter == '-')
            next_note(voice);
        else if (letter == '|')
            next_bar(voice);
        else if (!isspace((unsigned char)letter)) {
            left.at = take_syllable(scan, voice, left);
            continue;
        }
        left.at++;
    }
}
