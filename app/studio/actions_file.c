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

static void quit(Studio *studio, const Command *command) {
    if (command->id != COMMAND_QUIT_NOW && !may_leave(studio, command)) return;
    recovery_remove(&studio->recovery);
    studio->quit = true;
}

static void open_file(Studio *studio, const Command *command) {
    if (command->id == COMMAND_OPEN && !command->has_argument) {
        if (studio->ui) ui_show(studio->ui, COMMAND_PANE_FILES);
        return;
    }
    if (command->id == COMMAND_OPEN_CONTEXT || (command->id == COMMAND_OPEN_FILE && command->number > 0))
        files_open_context(studio, command->text);
    else if (may_leave(studio, command))
        files_open(studio, command->text, 0);
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
static void save(Studio *studio, const Command *command) {
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
    save(studio, &command);
}

static void write_quit(Studio *studio, const Command *command) {
    Command as_save = *command;
    as_save.id = COMMAND_SAVE;
    studio->after_save = (Command){.id = COMMAND_QUIT};
    studio->saving_first = true;
    save(studio, &as_save);
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

static void answer(Studio *studio, int index) {
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

bool actions_file(Studio *studio, const Command *command) {
    switch (command->id) {
    case COMMAND_SAVE:
        save(studio, command);
        return true;
    case COMMAND_UNANSWERED: /* and so nothing waits for it any more */
        return true;
    case COMMAND_OPEN:
    case COMMAND_OPEN_FILE:
    case COMMAND_OPEN_CONTEXT:
        open_file(studio, command);
        return true;
    case COMMAND_NEW:
        if (may_leave(studio, command)) files_new(studio);
        return true;
    case COMMAND_EXPORT:
        files_export(studio, command->text, command);
        return true;
    case COMMAND_RENDER:
        files_render(studio, command->text, command);
        return true;
    case COMMAND_SUSPEND:
        studio->suspend = true;
        return true;
    case COMMAND_WRITE_QUIT:
        write_quit(studio, command);
        return true;
    case COMMAND_QUIT:
    case COMMAND_QUIT_NOW:
        quit(studio, command);
        return true;
    case COMMAND_ANSWER:
        answer(studio, (int)command->number);
        return true;
    default:
        return false;
    }
}
