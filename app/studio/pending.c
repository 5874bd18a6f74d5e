#include "app/studio/pending.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pending_deinit(Pending *pending) {
    track_deinit(&pending->preview);
    *pending = (Pending){0};
}

/* ---- questions ---- */

const char *pending_answers(PendingQuestion question) {
    static const char *const letters[] = {
        [PENDING_NONE] = "",       [PENDING_UNSAVED] = "ync", [PENDING_OVERWRITE] = "yn",
        [PENDING_QUANTISE] = "yn", [PENDING_TAKE] = "ync",    [PENDING_RECOVER] = "ytl"};
    return letters[question];
}

static void drop_question(Pending *pending) {
    track_deinit(&pending->preview);
    pending->question = PENDING_NONE;
}

void pending_ask(Pending *pending, PendingQuestion question, const Command *asker, const char *format, ...) {
    drop_question(pending);
    pending->question = question;
    pending->asker = asker ? *asker : (Command){.id = COMMAND_NONE};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(pending->text, sizeof pending->text, format, arguments);
    va_end(arguments);
}

char pending_answer(Pending *pending, int index, PendingQuestion *question, Command *asker) {
    const char *letters = pending_answers(pending->question);
    int count = (int)strlen(letters);
    *question = pending->question;
    *asker = pending->asker;
    drop_question(pending);
    return index >= 0 && index < count ? letters[index] : count ? letters[count - 1] : '\0';
}

/* ---- the engine's answer ---- */

bool pending_wait(Pending *pending, bool must, const char *what, const Command *command, Messages *messages) {
    if (!must) return false;
    if (pending->held_count == PENDING_COMMANDS) {
        messages_refuse(messages, "Too much waits for %s already; try again in a moment.", what);
        return true;
    }
    pending->held[pending->held_count++] = (PendingCommand){*command, pending->consent};
    messages_say(messages, "waiting for %s; Esc stops that", what);
    return true;
}

bool pending_take(Pending *pending, PendingCommand *next) {
    if (pending->held_count == 0) return false;
    *next = pending->held[0];
    pending->held_count--;
    memmove(pending->held, pending->held + 1, (size_t)pending->held_count * sizeof *pending->held);
    return true;
}

bool pending_holds(const Pending *pending, CommandId id) {
    for (int i = 0; i < pending->held_count; i++)
        if (pending->held[i].command.id == id) return true;
    return false;
}

bool pending_give_up(Pending *pending) {
    bool waited = pending->held_count > 0;
    pending->held_count = 0;
    if (waited) pending_forget_after(pending);
    return waited;
}

/* ---- saving first ---- */

void pending_save_first(Pending *pending, const Command *after) {
    pending->after = *after;
    pending->saves_first = true;
    pending->saved = false;
}

void pending_forget_after(Pending *pending) {
    pending->saves_first = pending->saved = false;
}

void pending_note_saved(Pending *pending) {
    pending->saved = pending->saves_first;
}

bool pending_take_after(Pending *pending, Command *after) {
    if (!pending->saved) return false;
    *after = pending->after;
    pending_forget_after(pending);
    return true;
}
