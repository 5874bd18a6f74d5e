#include "ui/focus.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/bars.h"
#include "ui/mouse.h"

static bool give(Command *command, CommandId id, double number) {
    memset(command, 0, sizeof *command);
    command->id = id;
    command->number = number;
    return true;
}

/* Nothing else is heard until a question is answered. Esc means its last letter, the one that changes nothing. */
static bool answer(const UiKey *key, const View *view, Command *command) {
    const char *answers = view->answers ? view->answers : "";
    if (key->kind == UI_KEY_ESCAPE && *answers)
        return give(command, COMMAND_ANSWER, (double)strlen(answers) - 1);
    if (key->kind != UI_KEY_CHAR || key->control || key->codepoint >= 0x80 || key->codepoint == 0)
        return false;
    const char *letter = strchr(answers, tolower((int)key->codepoint));
    return letter && give(command, COMMAND_ANSWER, (double)(letter - answers));
}

/* The next bar after the cursor, around the end, whose form begins as text says ("A" finds A' and A+2 as well). */
static int find_form(const View *view, const char *text) {
    const Analysis *analysis = bars_analysis(view);
    if (!analysis) return -1;
    int count = analysis_count(analysis);
    size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    for (int i = 1; letters > 0 && i <= count; i++) {
        int bar = (bars_focus(view) + i) % count;
        const char *form = analysis_repeat(analysis, bar)->form;
        bool whole =
            strspn(form, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == letters; /* "A" is not the beginning of "AB" */
        if (whole && strncmp(form, text, strlen(text)) == 0) return bar;
    }
    return -1;
}

static bool find(Ui *ui, const char *text, const View *view, Command *command) {
    if (text[0] == '\0') return false;
    if (isdigit((unsigned char)text[0]) && commands_parse(command, text, NULL)) return true;
    int bar = find_form(view, text);
    if (bar >= 0) {
        give(command, COMMAND_FOCUS_BAR, bar);
        command->tick = bars_start(view, bar);
        return true;
    }
    Command help = {.id = COMMAND_HELP, .has_argument = true};
    snprintf(help.text, sizeof help.text, "%s", text);
    desk_help(ui, &help);
    return false;
}

static bool finish_prompt(Ui *ui, PromptKind kind, const View *view, Command *command) {
    if (kind == PROMPT_FIND) return find(ui, ui->prompt.text, view, command);
    Error err;
    if (!desk_line(ui, ui->prompt.text, command, &err)) {
        snprintf(ui->note, sizeof ui->note, "%s", err.text);
        return false;
    }
    return command->id != COMMAND_NONE;
}

static bool prompt(Ui *ui, const UiKey *key, const View *view, Command *command) {
    PromptKind kind = ui->prompt.kind;
    const bool asked = ui->prompt.why[0];
    PromptResult result = prompt_key(&ui->prompt, key, &ui->complete);
    if (result == PROMPT_DONE && finish_prompt(ui, kind, view, command)) return true;
    return asked && ui->prompt.kind == PROMPT_CLOSED && give(command, COMMAND_UNANSWERED, 0);
}

static bool overlay(Ui *ui, const UiKey *key, Command *command) {
    if (ui->overlay == DESK_FILES) {
        FileListResult result = file_list_key(&ui->files, key, ui->layout.middle, command);
        if (result != FILE_LIST_STAY) desk_close(ui);
        return result == FILE_LIST_OPEN;
    }
    int page = ui->layout.middle.height > 2 ? ui->layout.middle.height - 1 : 1;
    if (!pager_key(&ui->pager, key, page)) desk_close(ui);
    return false;
}

/* The ui's own answer to a key pressed while something is open: its commands must work there as well. */
static bool passes_overlay(const Ui *ui, const UiKey *key, Command *command) {
    bool special = key->kind >= UI_KEY_F1 && key->kind <= UI_KEY_F12;
    /* the file list does not take typed text, so these two can mean what they always do */
    special |= ui->overlay == DESK_FILES && key->kind == UI_KEY_CHAR &&
               (key->codepoint == ':' || key->codepoint == '?');
    return (special || (key->kind == UI_KEY_CHAR && key->control)) &&
           keymap_command(&ui->keys, KEYMAP_ROLL, key, command);
}

/* Where nothing is shown nothing is changed: what is left is to stop playing and to leave. */
static bool unseen(Ui *ui, const UiKey *key, const View *view, Command *command) {
    if (view->question)
        return (ui->question_fits || key->kind == UI_KEY_ESCAPE) && answer(key, view, command);
    bool types = ui->prompt.kind != PROMPT_CLOSED && key->kind == UI_KEY_CHAR && !key->control;
    if (types || !keymap_command(&ui->keys, KEYMAP_ROLL, key, command)) return false;
    static const CommandId changes_nothing[] = {COMMAND_STOP,    COMMAND_PANIC, COMMAND_REDRAW,
                                                COMMAND_SUSPEND, COMMAND_QUIT,  COMMAND_QUIT_NOW};
    for (size_t i = 0; i < sizeof changes_nothing / sizeof *changes_nothing; i++)
        if (command->id == changes_nothing[i]) return true;
    return command->id == COMMAND_PLAY && (view->playing || view->counting_in);
}

static bool perform(Ui *ui, const View *view, Command *command) {
    if (command->id == COMMAND_HELP && ui->overlay == DESK_NOTHING) ui->help_mode = desk_mode(ui, view);
    /* Step entry ends before panes close: Esc goes back one step. */
    if (command->id == COMMAND_CANCEL && (view->step_entry || view->selecting) && ui->overlay == DESK_NOTHING)
        return true;
    return !desk_perform(ui, command);
}

/* A key that does nothing is not left to be wondered about. */
static void say_nothing_meant(Ui *ui, const UiKey *key, const View *view) {
    char name[16];
    if (key->kind != UI_KEY_CHAR) return;
    keymap_print(name, keymap_chord(key));
    snprintf(ui->note, sizeof ui->note, "%s means nothing %s; ? tells which keys do.", name,
             view->step_entry ? "in step entry, which Esc ends" : "here");
}

bool focus_key(Ui *ui, const UiKey *key, const View *view, Command *command) {
    memset(command, 0, sizeof *command);
    command->id = COMMAND_NONE;
    if (key->kind == UI_KEY_RESIZE) return false; /* the frame that follows is of the new size */
    ui->note[0] = '\0';
    if (ui->layout.too_small) return unseen(ui, key, view, command);
    if (view->question) return answer(key, view, command);
    if (ui->prompt.kind != PROMPT_CLOSED) {
        if (key->kind == UI_KEY_MOUSE || !prompt(ui, key, view, command)) return false;
        return true;
    }
    if (ui->overlay != DESK_NOTHING && passes_overlay(ui, key, command)) return perform(ui, view, command);
    bool top = key->kind == UI_KEY_MOUSE && key->y == 0; /* the versions stay in reach */
    if (ui->overlay != DESK_NOTHING && !top) return overlay(ui, key, command);
    if (key->kind == UI_KEY_MOUSE) return mouse_event(ui, key, view, command) && perform(ui, view, command);
    if (keymap_command(&ui->keys, desk_mode(ui, view), key, command)) return perform(ui, view, command);
    say_nothing_meant(ui, key, view);
    return false;
}
