/* Format: what kind of file something is: by its name, by its content, by the word that --format takes. One table; a new format
 * gets a row here, and its reader or writer where its kind is read or written (midi_io/score_file.c for songs).
 *
 * What is read is told by its content, and only where that does not say by its name; what is written, by --format or the name.
 *
 * Any thread. */
#ifndef REFRAIN_ENGINE_MUSIC_FORMAT_H
#define REFRAIN_ENGINE_MUSIC_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    FORMAT_OTHER,
    FORMAT_MIDI,      /* .mid .midi .kar .smf .rmi: songs */
    FORMAT_MUSICXML,  /* .musicxml .xml: songs */
    FORMAT_MXL,       /* .mxl: the same, packed */
    FORMAT_ABC,       /* .abc: tunes as letters */
    FORMAT_WAV,       /* sound */
    FORMAT_FLAC,      /* sound */
    FORMAT_SOUNDFONT, /* .sf2 .sf3: instruments of the built-in synthesizer */
    FORMAT_MODEL,     /* .safetensors */
    FORMAT_CORPUS,    /* .tsv .tsv.gz: a melody a line */
    FORMAT_RECIPE,    /* the text of a recipe (recipe.h) */
    FORMATS
} Format;

/* By the ending of the name, in letters of either case. FORMAT_OTHER too where there is nothing before the ending. */
Format format_of(const char *path);
/* By the first bytes; FORMAT_OTHER where they tell nothing. O(size) at most. */
Format format_of_content(const void *bytes, size_t size);
/* By the word that --format takes: "midi". False where it is none of a song or sound. */
bool format_parse(Format *out, const char *word);
const char *format_label(Format format); /* "a MIDI file" */
/* ".mid"; that of MIDI for FORMAT_OTHER, "" where a format has none. */
const char *format_ending(Format format);
bool format_is_score(Format format); /* notes, as opposed to sound, models .. */
bool format_is_sound(Format format);

#endif
