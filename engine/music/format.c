#include "engine/music/format.h"

#include <stddef.h>

#include "engine/base/file.h"

static const struct {
    const char *ending;
    Format format;
} ENDINGS[] = {
    {".mid", FORMAT_MIDI},          {".midi", FORMAT_MIDI},     {".kar", FORMAT_MIDI},
    {".smf", FORMAT_MIDI},          {".rmi", FORMAT_MIDI},      {".wav", FORMAT_WAV},
    {".flac", FORMAT_FLAC},         {".sf2", FORMAT_SOUNDFONT}, {".sf3", FORMAT_SOUNDFONT},
    {".safetensors", FORMAT_MODEL}, {".tsv", FORMAT_CORPUS},    {".tsv.gz", FORMAT_CORPUS},
};

Format format_of(const char *path) {
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++)
        if (file_has_ending(path, ENDINGS[i].ending)) return ENDINGS[i].format;
    return FORMAT_OTHER;
}
