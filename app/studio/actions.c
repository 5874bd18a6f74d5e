#include "app/studio/actions.h"

#include "app/studio/saving.h"

/* The nouns of commands.def. */
#define STUDIO studio
#define EDITOR (&studio->editor)
#define SESSION (&studio->editor.session)
#define DERIVED (&studio->editor.derived)
#define PENDING (&studio->pending)
#define CONTINUATION (&studio->continuation)
#define CANDIDATES (&studio->candidates)
#define PLAYBACK (&studio->playback)
#define OUTLET (&studio->outlet)
#define TELL (&studio->messages)
#define TAPPER (&studio->tap)
#define NOW_MS studio->now_ms
#define GIVEN command
#define UI(verb, ...)
#define UI_FIRST(verb, ...)
#define APP(verb, ...) action_##verb(__VA_ARGS__);
#define GESTURE(id, performer)                                         \
    static void perform_##id(Studio *studio, const Command *command) { \
        (void)studio, (void)command;                                   \
        performer                                                      \
    }
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"

static void (*const PERFORM[COMMAND_ALL])(Studio *studio, const Command *command) = {
#define GESTURE(id, performer) [COMMAND_##id] = perform_##id,
#define COMMAND(id, name, keys, group, argument, performer, help) GESTURE(id, performer)
#include "ui/commands.def"
};

void actions_perform(Studio *studio, const Command *command) {
    if (command->id == COMMAND_NONE) return;
    /* A question stands in front of a warning, which is read when that is answered. */
    if (command->id != COMMAND_ANSWER || !studio->messages.warns) messages_clear(&studio->messages);
    /* As long as the song is not being saved, only the name that was asked for, or its question's answer, brings what waits for
     * that nearer. */
    if (command->id != COMMAND_SAVE && command->id != COMMAND_ANSWER && !saving_goes_on(studio))
        pending_forget_after(&studio->pending);
    PERFORM[command->id](studio, command);
    studio_follow(studio);
    actions_resume(studio);
}

void actions_read(Studio *studio) {
    if (studio->pending.question == PENDING_NONE) messages_clear(&studio->messages);
}

void actions_go_on(Studio *studio, const Command *command, bool consent) {
    const bool before = studio->pending.consent;
    studio->pending.consent = consent;
    actions_perform(studio, command);
    studio->pending.consent = before;
}

void actions_resume(Studio *studio) {
    Pending *pending = &studio->pending;
    Command after;
    PendingCommand next;
    if (pending_take_after(pending, &after)) actions_go_on(studio, &after, false);
    while (!editor_waits(&studio->editor) && !studio->file.saving && pending_take(pending, &next))
        actions_go_on(studio, &next.command, next.consent);
    if (action_mix_on(&studio->editor)) studio_follow(studio);
}

void actions_midi_note(Studio *studio, int pitch, int velocity) {
    action_midi_note(&studio->editor, &studio->playback, pitch, velocity);
    studio_follow(studio);
}

void action_show(Editor *editor, Version version) {
    editor_show(editor, version);
}

/* Esc: one step back, and never a step that loses work; candidates can be drawn again from their seed. */
void action_cancel(Editor *editor, Candidates *candidates, Pending *pending) {
    Session *session = &editor->session;
    if (candidates_drop(candidates, editor)) return;
    if (session->step_entry)
        session_enter_steps(session, false);
    else if (session->selecting != SESSION_SELECT_NONE)
        session_select(session, SESSION_SELECT_NONE);
    else if (pending_give_up(pending))
        messages_refuse(editor->messages, "Nothing waits any more, and nothing was written.");
}

/* The line that was asked for was closed without a name. */
void action_unanswered(Pending *pending) {
    pending_forget_after(pending);
}

void action_redraw(Studio *studio) {
    studio->redraw = true;
}

void action_suspend(Studio *studio) {
    studio->suspend = true;
}
