/* Composer: the interactive program. Builds the rooms in order (log, session, engine, player, screen), runs the loop, and
 * closes them in reverse order, so that terminal and sound are as they were.
 *
 * Called once, by main. Everything in the options is borrowed for the call; a zeroed TerminalOptions is valid and
 * opens an empty song with the shipped model and the best output there is. */
#ifndef REFRAIN_APP_TERMINAL_H
#define REFRAIN_APP_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *name; /* as in ui/commands.def */
    const char *keys; /* as there: "h left" */
} TerminalBinding;

typedef struct {
    const char *original; /* song or MIDI file; null = empty song */
    const char *context;  /* MIDI file, or null */
    const char *track;    /* which track of the original, by number or name; null = the melody */
    const char *model;    /* safetensors file; null = paths_model() */
    const char *output;   /* MIDI output by name, "synth", "silent"; null = the best */
    const char *midi_in;  /* MIDI keyboard by name, "off"; null = every one */
    const char *layout;   /* step entry keys, by a name of ui/keys.h's; null = the default */
    const char *align;    /* "none", "key", "register"; null = none */
    int program;          /* General MIDI 0..127, of a song that begins empty */
    double temperature;   /* of resampled bars, one that fits a document; 0 = the default */
    const uint64_t *seed; /* of the first resampled bar; null = the default */
    bool ascii;           /* no glyph beyond ASCII */
    bool no_mouse;
    bool no_colour;
    bool metronome, count_in, clock;
    const TerminalBinding *bindings;
    int binding_count;
    const char *const *warnings; /* sentences about the config file, shown among the messages */
    int warning_count;
} TerminalOptions;

/* Returns the process's exit status: 0 after an orderly end, 1 with a sentence on stderr when the composer could not
 * start (no terminal, the named file cannot be opened), 128 + n after signal n. */
int terminal_run(const TerminalOptions *options);

#endif
