/* Actions: perform one Command. Every command that ui/commands.def gives to APP has its function here, which takes the nouns
 * that it works on, and does its job or is refused with a sentence that says why and what to do.
 *
 * One file per group of commands. */
#ifndef REFRAIN_APP_STUDIO_ACTIONS_H
#define REFRAIN_APP_STUDIO_ACTIONS_H

#include "app/studio/studio.h"

/* Performs the command and lets engine, player and journal follow. */
void actions_perform(Studio *studio, const Command *command);
/* The same for one that was asked about or had to wait; consent: the answer was yes. */
void actions_go_on(Studio *studio, const Command *command, bool consent);
/* A key was pressed that is no command of app's: what stood in the message line has been read. */
void actions_read(Studio *studio);
/* Performs what has waited for the engine or for the song to be saved, where that has come. */
void actions_resume(Studio *studio);
/* A note from a MIDI keyboard: heard through, and entered in step entry. velocity 0 is a release. */
void actions_midi_note(Studio *studio, int pitch, int velocity);

/* actions_move.c: cursor, mouse */
void action_step(Editor *editor, int steps);
void action_pitch(Session *session, int semitones);
void action_bar(Editor *editor, int direction);
void action_next_note(Editor *editor);
void action_previous_note(Editor *editor);
void action_start(Session *session);
void action_end(Editor *editor);
void action_goto(Editor *editor, const Command *command);
void action_grid(Editor *editor, const Command *command);
void action_cursor(Editor *editor, const Command *command);
void action_focus_bar(Session *session, const Command *command);
void action_select_to(Editor *editor, const Command *command);

/* actions_edit.c: notes */
void action_note(Editor *editor, Candidates *candidates, Playback *playback);
void action_click_note(Editor *editor, Playback *playback, const Command *command);
void action_drag_note(Editor *editor, Playback *playback, const Command *command);
void action_remove_note(Editor *editor, const Command *command);
void action_transpose(Editor *editor, Playback *playback, const char *name, int semitones);
void action_scale_step(Editor *editor, Playback *playback, const char *name, int steps);
void action_length(Editor *editor, Playback *playback, int direction);
void action_velocity(Editor *editor, Playback *playback, int direction);
void action_delete(Editor *editor);
void action_quantise(Editor *editor, Pending *pending, const Command *command);

/* actions_step.c: step entry, MIDI keyboards */
void action_step_pitch(Editor *editor, Playback *playback, const Command *command);
void action_step_letter(Editor *editor, Playback *playback, const Command *command);
void action_step_correct(Editor *editor, Playback *playback, const Command *command);
void action_step_octave(Editor *editor, const Command *command);
void action_step_entry(Editor *editor);
void action_step_rest(Editor *editor);
void action_step_length(Editor *editor, const Command *command);
void action_step_dot(Session *session);
void action_step_triplet(Session *session);
void action_step_inserts(Editor *editor);
void action_midi_note(Editor *editor, Playback *playback, int pitch, int velocity);

/* actions_clip.c: selection, clipboard, bars, undo */
void action_select_all(Editor *editor);
void action_select(Session *session, SessionSelect what);
void action_copy(Editor *editor);
void action_cut(Editor *editor);
void action_paste(Editor *editor);
void action_duplicate(Editor *editor);
void action_insert_bar(Editor *editor);
void action_delete_bar(Editor *editor);
void action_undo(Editor *editor);
void action_redo(Editor *editor);

/* actions_play.c: transport, the version behind */
void action_play(Editor *editor, Playback *playback);
void action_play_start(Editor *editor, Playback *playback);
void action_stop(Editor *editor, Playback *playback);
void action_loop(Editor *editor);
void action_panic(Playback *playback, Messages *messages);
void action_metronome(Editor *editor, Playback *playback);
void action_chords(Editor *editor, Playback *playback);
void action_count_in(Playback *playback, Messages *messages);
void action_ghost(Editor *editor);

/* actions_track.c: the song's tracks */
void action_track(Editor *editor, const Command *command);
void action_mix(Editor *editor, ViewMix state, const Command *command);
void action_alone(Editor *editor);

/* actions_latent.c: the recipe of the result */
void action_swap(Editor *editor);
void action_swap_bars(Editor *editor);
void action_mix_original(Editor *editor);
void action_mix_context(Editor *editor);
/* Makes the last step of the mix a tenth longer where the engine's answer shows that nothing is heard of it. False when none
 * waits for that, or the answer is still to come. */
bool action_mix_on(Editor *editor);
void action_resample(Editor *editor, Candidates *candidates, Continuation *continuation);
void action_vary(Editor *editor, Candidates *candidates, const Command *command);
void action_restore(Editor *editor);
void action_lock(Editor *editor);
void action_temperature(Editor *editor, const Command *command);
void action_seed(Editor *editor, const Command *command);
void action_align(Editor *editor, const Command *command);
void action_continue(Editor *editor, Continuation *continuation, const Command *command);

/* actions_take.c: recipes kept by name, taking the result over */
void action_take(Editor *editor, const Command *command);
void action_next_take(Editor *editor);
void action_keep(Editor *editor, const Command *command);
void action_forget(Editor *editor, const Command *command);
void action_take_over(Editor *editor, Pending *pending, const Command *command);

/* actions_pour.c: any bar of the original into any bar of the result */
void action_from(Editor *editor, const Command *command);

/* actions_song.c: title, tempo, meter, key, chord, program */
void action_title(Editor *editor, const Command *command);
void action_tempo(Editor *editor, const Command *command);
void action_tap(Editor *editor, Tap *tap, int64_t now_ms);
void action_meter(Editor *editor, const Command *command);
void action_pickup(Editor *editor, const Command *command);
void action_key(Editor *editor, const Command *command);
void action_chord(Editor *editor, const Command *command);
void action_program(Editor *editor, const Command *command);

/* actions_file.c: files, quitting, answers */
void action_quit(Studio *studio, const Command *command);
void action_quit_now(Studio *studio);
void action_open(Studio *studio, const Command *command);
void action_open_context(Studio *studio, const Command *command);
void action_open_file(Studio *studio, const Command *command);
void action_new(Studio *studio, const Command *command);
void action_export(Studio *studio, const Command *command);
void action_render(Studio *studio, const Command *command);
void action_save(Studio *studio, const Command *command);
void action_write_quit(Studio *studio, const Command *command);
void action_answer(Studio *studio, const Command *command);

/* actions_device.c: MIDI devices, clock, model */
void action_midi(Outlet *outlet, const Command *command);
void action_midi_in(Outlet *outlet, const Command *command);
void action_clock(Playback *playback, Messages *messages, const Command *command);
void action_model(Derived *derived, Messages *messages, const Command *command);

/* actions.c: the rest */
void action_show(Editor *editor, Version version);
void action_cancel(Editor *editor, Candidates *candidates, Pending *pending);
void action_unanswered(Pending *pending);
void action_redraw(Studio *studio);
void action_suspend(Studio *studio);

#endif
