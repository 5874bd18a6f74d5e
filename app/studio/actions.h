/* Actions: perform one Command on the studio. Every command that ui/commands.def gives to APP has its function here, and does its
 * job or is refused with a sentence that says why and what to do.
 *
 * One file per group of commands. */
#ifndef REFRAIN_APP_STUDIO_ACTIONS_H
#define REFRAIN_APP_STUDIO_ACTIONS_H

#include "app/studio/studio.h"

/* Performs the command and lets engine, player and journal follow. */
void actions_perform(Studio *studio, const Command *command);
/* A note from a MIDI keyboard: heard through, and entered in step entry. velocity 0 is a release. */
void actions_midi_note(Studio *studio, int pitch, int velocity);

/* actions_move.c: cursor, mouse */
void action_step(Studio *studio, int steps);
void action_pitch(Studio *studio, int semitones);
void action_bar(Studio *studio, int direction);
void action_next_note(Studio *studio);
void action_previous_note(Studio *studio);
void action_start(Studio *studio);
void action_end(Studio *studio);
void action_goto(Studio *studio, const Command *command);
void action_cursor(Studio *studio, const Command *command);
void action_focus_bar(Studio *studio, const Command *command);
void action_select_to(Studio *studio, const Command *command);

/* actions_edit.c: notes */
void action_note(Studio *studio);
void action_click_note(Studio *studio, const Command *command);
void action_transpose(Studio *studio, const char *name, int semitones);
void action_scale_step(Studio *studio, const char *name, int steps);
void action_length(Studio *studio, int direction);
void action_velocity(Studio *studio, int direction);
void action_delete(Studio *studio);
void action_quantise(Studio *studio, const Command *command);

/* actions_step.c: step entry; Esc */
void action_step_pitch(Studio *studio, const Command *command);
void action_step_octave(Studio *studio, const Command *command);
void action_step_entry(Studio *studio);
void action_step_rest(Studio *studio);
void action_step_length(Studio *studio, const Command *command);
void action_step_dot(Studio *studio);
void action_cancel(Studio *studio);

/* actions_clip.c: selection, clipboard, bars, undo */
void action_select_all(Studio *studio);
void action_select(Studio *studio, SessionSelect what);
void action_copy(Studio *studio);
void action_cut(Studio *studio);
void action_paste(Studio *studio);
void action_duplicate(Studio *studio);
void action_insert_bar(Studio *studio);
void action_delete_bar(Studio *studio);
void action_undo(Studio *studio);
void action_redo(Studio *studio);

/* actions_play.c: transport, the version behind */
void action_play(Studio *studio);
void action_play_start(Studio *studio);
void action_stop(Studio *studio);
void action_loop(Studio *studio);
void action_panic(Studio *studio);
void action_metronome(Studio *studio);
void action_count_in(Studio *studio);
void action_ghost(Studio *studio);

/* actions_latent.c: the recipe of the result */
void action_swap(Studio *studio);
void action_swap_bars(Studio *studio);
void action_mix_original(Studio *studio);
void action_mix_context(Studio *studio);
void action_resample(Studio *studio);
void action_vary(Studio *studio);
void action_restore(Studio *studio);
void action_lock(Studio *studio);
void action_take(Studio *studio);
void action_temperature(Studio *studio, const Command *command);
void action_seed(Studio *studio, const Command *command);
void action_align(Studio *studio, const Command *command);
void action_continue(Studio *studio, const Command *command);

/* actions_song.c: title, tempo, meter, key, program */
void action_title(Studio *studio, const Command *command);
void action_tempo(Studio *studio, const Command *command);
void action_meter(Studio *studio, const Command *command);
void action_key(Studio *studio, const Command *command);
void action_program(Studio *studio, const Command *command);

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
void action_midi(Studio *studio, const Command *command);
void action_midi_in(Studio *studio, const Command *command);
void action_clock(Studio *studio, const Command *command);
void action_model(Studio *studio, const Command *command);

/* actions.c: the rest */
void action_show(Studio *studio, Version version);
void action_redraw(Studio *studio);
void action_suspend(Studio *studio);
void action_unanswered(Studio *studio);

#endif
