/* Studio script: a whole session without a terminal: command lines in, studio and messages out. */
#ifndef REFRAIN_TESTS_SUPPORT_STUDIO_SCRIPT_H
#define REFRAIN_TESTS_SUPPORT_STUDIO_SCRIPT_H

#include "app/studio.h"
#include "tests/support/temp.h"

typedef struct {
    Studio studio;
    Temp temp; /* also XDG_STATE_HOME and the folder for files */
    Player *player;
    MidiOutput *recording; /* owned by the player */
    Engine *engine;
} StudioScript;

/* with_engine: an engine thread with a tiny model; the script waits for its answers after every command. */
void studio_script_open(StudioScript *script, bool with_engine);
void studio_script_close(StudioScript *script);
/* Gives one command as it is typed after ":"; %s of lines may be filled with temp_path. */
void studio_script_do(StudioScript *script, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Several, separated by ";". */
void studio_script_run(StudioScript *script, const char *lines);
/* A command that only ui makes. */
void studio_script_give(StudioScript *script, Command command);
/* Answers the open question by its letter. */
void studio_script_answer(StudioScript *script, char letter);
/* Waits until the engine has answered everything. */
void studio_script_wait(StudioScript *script);
/* A melody of `bars` bars of 4/4 as a MIDI file in the temp folder; returns its path. */
const char *studio_script_file(StudioScript *script, const char *name, unsigned seed, int bars);

#endif
