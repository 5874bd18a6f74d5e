#include "ui/grip.h"

#include <string.h>

void grip_deinit(Grip *grip) {
    track_deinit(&grip->preview);
    *grip = (Grip){0};
}

bool grip_take(Grip *grip, const View *view, const Geometry *geometry, int32_t tick, int pitch, int x,
               int y) {
    const Track *track = view_track(view, view->version);
    const int index = track_find(track, tick, pitch);
    grip_deinit(grip);
    if (index < 0) return false;
    const Note note = track->notes[index];
    const int first = geometry_column(geometry, note.start),
              last = geometry_column(geometry, note.start + note.length - 1);
    *grip = (Grip){.holds = true,
                   .by_end = x == last && last > first,
                   .note = note,
                   .now = note,
                   .press_tick = tick,
                   .press_y = y};
    return true;
}

void grip_drag(Grip *grip, const View *view, const Geometry *geometry, int32_t tick, int y) {
    const Note *note = &grip->note;
    if (grip->by_end) {
        const int32_t end = grid_move(view->grid, view_timeline(view), tick, 1);
        if (end > note->start) grip->now.length = end - note->start;
        return;
    }
    const int32_t start = note->start + tick - grip->press_tick;
    const int pitch = note->pitch + (grip->press_y - y) * (geometry->halves ? 2 : 1);
    grip->now.start = start < 0 ? 0 : start;
    grip->now.pitch = (uint8_t)(pitch < 0 ? 0 : pitch > 127 ? 127 : pitch);
}

static bool is_changed(const Grip *grip) {
    return grip->holds && !track_note_equal(grip->note, grip->now);
}

const Track *grip_preview(Grip *grip, const View *view) {
    const Track *track = view_track(view, view->version);
    if (!is_changed(grip) || !track_copy(&grip->preview, track, NULL)) return NULL;
    const int index = track_find(&grip->preview, grip->note.start, grip->note.pitch);
    if (index < 0) return NULL;
    track_change(&grip->preview, index, grip->now);
    return &grip->preview;
}

bool grip_release(Grip *grip, Command *command) {
    const bool changed = is_changed(grip);
    memset(command, 0, sizeof *command);
    command->id = COMMAND_NONE;
    if (changed) {
        command->id = COMMAND_DRAG_NOTE;
        command->tick = grip->now.start;
        command->pitch = grip->now.pitch;
        command->number = grip->now.length;
    }
    grip_deinit(grip);
    return changed;
}
