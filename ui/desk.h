/* Desk: what the windows remember between frames: scroll, zoom, panes, what lies open on top. The inside of Ui, shared by
 * the files that draw it (ui.c) and those that listen to keys (input.c) and mouse (mouse.c). */
#ifndef REFRAIN_UI_DESK_H
#define REFRAIN_UI_DESK_H

#include "ui/file_list.h"
#include "ui/geometry.h"
#include "ui/grip.h"
#include "ui/keymap.h"
#include "ui/layout.h"
#include "ui/matrix.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/roll.h"

typedef struct Ui Ui;

typedef enum { DESK_ROLL, DESK_LANES, DESK_MATRIX, DESK_PANES } DeskPane;
typedef enum {
    DESK_NOTHING,
    DESK_HELP,
    DESK_FILES,
    DESK_MESSAGES,
    DESK_INSPECT,
    DESK_TRACKS,
    DESK_ABC
} DeskOverlay;

struct Ui {
    Keymap keys;
    Complete complete;
    Prompt prompt;
    Pager pager; /* help, messages, a bar in words */
    Pager words; /* the bar in words below a matrix that leaves room for it */
    FileList files;
    Matrix matrix;
    Roll roll;
    DeskPane pane;
    DeskOverlay overlay;
    DeskOverlay under; /* what a closed help, or other text, uncovers: the file list or nothing */
    bool lanes_hidden, matrix_open;
    KeymapMode help_mode;                  /* what the open help is about */
    char note[sizeof(((Error *)0)->text)]; /* the ui's own sentence, until the next key */

    /* the last frame, which the mouse refers to */
    Layout layout;
    Geometry geometry;        /* of roll and lanes */
    Geometry matrix_geometry; /* of the matrix's columns */
    int32_t column_ticks;     /* zoom of the roll */
    bool drawn;
    bool question_fits; /* where nothing else does: a question that is cut is not answered */
    int32_t last_tick, last_playhead;
    int last_pitch, last_version, last_song;

    bool pressed, dragged; /* the left button is down in the roll; has it moved to another cell? */
    int32_t press_tick;
    int press_pitch;
    Grip grip; /* the note that is dragged */
};

DeskPane desk_pane(const Ui *ui); /* the one that has it */
KeymapMode desk_mode(const Ui *ui, const View *view);
void desk_close(Ui *ui); /* what lies open on top */
/* Does what a command means for the windows alone; false when it is app's to perform. */
bool desk_perform(Ui *ui, const Command *command);
/* Reads a ":" line and does so. False with a sentence when it is no command; COMMAND_NONE when nothing is left for app. */
bool desk_line(Ui *ui, const char *line, Command *command, Error *err);

/* What the commands of commands.def do that are UI's. */
void desk_next_pane(Ui *ui);
void desk_pane_show(Ui *ui, DeskPane pane);
void desk_lanes(Ui *ui);
void desk_matrix(Ui *ui);
void desk_matrix_layer(Ui *ui);
void desk_zoom(Ui *ui, int direction);
void desk_text(Ui *ui, DeskOverlay overlay); /* messages, a bar in words */
void desk_help(Ui *ui, const Command *command);
void desk_files(Ui *ui, bool recent);
void desk_prompt(Ui *ui, PromptKind kind);
bool desk_open(Ui *ui, const Command *command, bool as_context); /* false when it names a file */
bool desk_quantise(Ui *ui, const Command *command);              /* false when it says to what */
bool desk_tracks(Ui *ui, const Command *command);                /* false when it names one */
bool desk_cancel(Ui *ui);                                        /* false when there is nothing to close */

/* Computes layout and geometry for a canvas of this size, scrolled so that what has moved is seen. */
void desk_arrange(Ui *ui, int width, int height, bool ascii, const View *view);

#endif
