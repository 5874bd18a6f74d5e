#include "app/studio/actions.h"
#include "app/studio/opening.h"
#include "app/studio/rendering.h"
#include "app/studio/saving.h"
#include "engine/music/format.h"

/* True when nothing would be lost; otherwise the question has been asked, or the command follows when the song is saved. */
static bool may_leave(Studio *studio, const Command *command) {
    if (studio->pending.consent || !session_modified(&studio->editor.session)) return true;
    if (saving_goes_on(studio)) {
        pending_save_first(&studio->pending, command);
        return false;
    }
    const char *title = editor_document(&studio->editor)->score[DOCUMENT_ORIGINAL].title;
    char name[TRACK_NAME_SIZE] = "the untitled song";
    if (studio->file.path) song_file_title(&studio->file, name, sizeof name);
    pending_ask(&studio->pending, PENDING_UNSAVED, command, "Save the changes to %s first?",
                title[0] ? title : name);
    return false;
}

static void leave(Studio *studio) {
    recovery_leave(&studio->recovery);
    studio->quit = true;
}

void action_quit(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) leave(studio);
}

void action_quit_now(Studio *studio) {
    leave(studio);
}

void action_open(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) opening_song(studio, command->text, NULL);
}

void action_open_context(Studio *studio, const Command *command) {
    opening_context(studio, command->text, DOCUMENT_ALIGN_NONE);
}

void action_open_file(Studio *studio, const Command *command) {
    if (command->number > 0)
        action_open_context(studio, command);
    else
        action_open(studio, command);
}

void action_new(Studio *studio, const Command *command) {
    if (may_leave(studio, command)) opening_new(studio);
}

/* As notes, or where the name says so as sound. */
void action_export(Studio *studio, const Command *command) {
    const Format format = format_of(command->text);
    if (format == FORMAT_WAV || format == FORMAT_FLAC)
        rendering_start(studio, command);
    else
        saving_version(studio, command);
}

void action_render(Studio *studio, const Command *command) {
    rendering_start(studio, command);
}

/* A refusal leaves nothing waiting: who then saves under another name does not expect to quit with it. */
void action_save(Studio *studio, const Command *command) {
    if (!saving_song(studio, command)) pending_forget_after(&studio->pending);
}

static void save_first(Studio *studio, const Command *save, const Command *after) {
    pending_save_first(&studio->pending, after);
    action_save(studio, save);
}

void action_write_quit(Studio *studio, const Command *command) {
    Command save = *command;
    save.id = COMMAND_SAVE;
    save_first(studio, &save, &(Command){.id = COMMAND_QUIT});
}

/* ---- answers ---- */

static void answer_unsaved(Studio *studio, char letter, const Command *asker) {
    if (letter == 'y') save_first(studio, &(Command){.id = COMMAND_SAVE}, asker);
    if (letter == 'n') actions_go_on(studio, asker, true);
}

static void answer_take(Studio *studio, char letter, const Command *asker) {
    Command take = *asker;
    take.number = letter == 'y';
    if (letter != 'c') actions_go_on(studio, &take, true);
}

static void answer_recover(Studio *studio, char letter) {
    if (letter == 'y') {
        if (opening_journal(studio)) return; /* others keep until the next start */
    } else if (letter == 't') {
        opening_discard_journal(studio);
    } else {
        studio->finds.next++;
    }
    opening_offer_journal(studio);
}

void action_answer(Studio *studio, const Command *command) {
    PendingQuestion question;
    Command asker;
    char letter = pending_answer(&studio->pending, (int)command->number, &question, &asker);
    if (question == PENDING_NONE) return;
    if (question == PENDING_UNSAVED)
        answer_unsaved(studio, letter, &asker);
    else if (question == PENDING_RECOVER)
        answer_recover(studio, letter);
    else if (question == PENDING_TAKE)
        answer_take(studio, letter, &asker);
    else if (letter == 'y')
        actions_go_on(studio, &asker, true);
    else
        pending_forget_after(&studio->pending);
}
