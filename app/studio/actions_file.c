#include <string.h>

#include "app/studio/actions.h"
#include "app/studio/files.h"

/* True when nothing would be lost; otherwise the question has been asked. */
static bool may_leave(Studio *studio, const Command *command) {
    if (studio->consent || !session_modified(&studio->session)) return true;
    const char *name = studio_document(studio)->original.name;
    question_ask(&studio->question, QUESTION_UNSAVED, command, "Save the changes to %s first?",
                 name[0] ? name : "the untitled song");
    return false;
}

static void leave(Studio *studio) {
    recovery_remove(&studio->recovery);
    studio->quit = true;
}

void action_quit(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) leave(studio);
}

void action_quit_now(Studio *studio) {
    leave(studio);
}

void action_open(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) files_open(studio, command->text, 0);
}

void action_open_context(Studio *studio, const Command *command) {
    files_open_context(studio, command->text);
}

void action_open_file(Studio *studio, const Command *command) {
    if (command->number > 0)
        action_open_context(studio, command);
    else
        action_open(studio, command);
}

void action_new(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) files_new(studio);
}

void action_export(Studio *studio, const Command *command) {
    files_export(studio, command->text, command);
}

void action_render(Studio *studio, const Command *command) {
    files_render(studio, command->text, command);
}

/* ---- answers ---- */

/* The command that raised the question, now with consent. */
static void go_on(Studio *studio, const Command *command) {
    studio->consent = true;
    actions_perform(studio, command);
    studio->consent = false;
}

/* Saves, and goes on with what waits for that, if anything does. A refusal leaves nothing waiting: who then saves under
 * another name does not expect to quit with it. */
void action_save(Studio *studio, const Command *command) {
    const bool asks_name = !command->text[0] && !studio->path;
    const bool saved = files_save(studio, command->text, command);
    const Command after = studio->after_save;
    const bool goes_on = saved && studio->saving_first;
    if (!asks_name && studio->question.kind == QUESTION_NONE) studio->saving_first = false;
    if (goes_on) go_on(studio, &after);
}

static void save_first(Studio *studio, const Command *after) {
    const Command command = {.id = COMMAND_SAVE};
    studio->after_save = *after;
    studio->saving_first = true;
    action_save(studio, &command);
}

void action_write_quit(Studio *studio, const Command *command) {
    Command as_save = *command;
    as_save.id = COMMAND_SAVE;
    studio->after_save = (Command){.id = COMMAND_QUIT};
    studio->saving_first = true;
    action_save(studio, &as_save);
}

static void answer_unsaved(Studio *studio, char letter, const Command *command) {
    if (letter == 'y') save_first(studio, command);
    if (letter == 'n') go_on(studio, command);
}

static void answer_recover(Studio *studio, char letter) {
    if (letter == 'y') {
        if (files_open_journal(studio)) return; /* others keep until the next start */
    } else if (letter == 'd') {
        files_delete_journal(studio);
    } else {
        studio->find_next++;
    }
    files_offer_journal(studio);
}

void action_answer(Studio *studio, const Command *command) {
    int index = (int)command->number;
    Question question = studio->question;
    const char *letters = question_answers(question.kind);
    if (question.kind == QUESTION_NONE) return;
    if (index < 0 || index >= (int)strlen(letters)) index = (int)strlen(letters) - 1;
    studio->question = (Question){0};
    studio->previewing = false;
    switch (question.kind) {
    case QUESTION_UNSAVED:
        answer_unsaved(studio, letters[index], &question.command);
        break;
    case QUESTION_RECOVER:
        answer_recover(studio, letters[index]);
        break;
    default:
        if (letters[index] == 'y')
            go_on(studio, &question.command);
        else
            studio->saving_first = false;
        break;
    }
}
