/* Format: what a file's name promises by its ending, in letters of either case. A new format gets its ending here, and a
 * reader or writer where its kind is read or written.
 *
 * Any thread. */
#ifndef REFRAIN_ENGINE_MUSIC_FORMAT_H
#define REFRAIN_ENGINE_MUSIC_FORMAT_H

typedef enum {
    FORMAT_OTHER,
    FORMAT_MIDI,      /* .mid .midi .kar .smf .rmi: songs */
    FORMAT_WAV,       /* sound */
    FORMAT_FLAC,      /* sound */
    FORMAT_SOUNDFONT, /* .sf2 .sf3: instruments of the built-in synthesizer */
    FORMAT_MODEL,     /* .safetensors */
    FORMAT_CORPUS,    /* .tsv .tsv.gz: a melody a line */
} Format;

/* FORMAT_OTHER too where there is nothing before the ending. */
Format format_of(const char *path);

#endif
