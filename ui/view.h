/* View: what app lends the windows for one frame; made by app/view.c, read by everybody who draws. */
#ifndef REFRAIN_UI_VIEW_H
#define REFRAIN_UI_VIEW_H

#include "engine/analysis.h"
#include "engine/music/key.h"
#include "engine/music/grid.h"
#include "engine/music/grouping.h"
#include "engine/music/harmony.h"
#include "engine/music/recipe.h"
#include "engine/music/score.h"

/* The one list of versions: what one may see and hear of a song. VERSION(ID, "name", "name where there is little room") */
#define VIEW_VERSIONS(VERSION)                             \
    VERSION(ORIGINAL, "original", "original")              \
    VERSION(CONTEXT, "context", "context")                 \
    VERSION(RECONSTRUCTION, "reconstruction", "reconstr.") \
    VERSION(RESULT, "result", "result")

#define VIEW_VERSION_ID(id, name, tab) VERSION_##id,
typedef enum { VIEW_VERSIONS(VIEW_VERSION_ID) VERSIONS } Version;
#undef VIEW_VERSION_ID

/* What the mixer says of a track. */
typedef enum {
    VIEW_MUTED = 1,
    VIEW_SOLO = 2,
    VIEW_SILENT = 4, /* by one of the two, or another track's solo */
} ViewMix;

/* Everything that one frame needs; borrowed for the call. */
typedef struct {
    const Score *score[VERSIONS]; /* never null; empty when there is none */
    int voice;                    /* the one in front */
    const Score *with;            /* whose other tracks accompany the shown version; null = it is alone */
    const uint8_t *mix;           /* of each of with's tracks: ViewMix; null = all are heard */
    const Analysis *analysis[VERSIONS]; /* null until the engine has answered */
    bool analysis_stale[VERSIONS];      /* the notes have changed since */
    const Recipe *recipe;
    const bool *follows; /* (recipe->count) result bars that changed by reference; may be null */
    Version version;
    int ghost; /* a Version, or -1 */
    Grid grid; /* what the cursor steps by */
    Key key;
    bool key_is_set; /* by the user; otherwise detected */
    int32_t cursor_tick;
    int cursor_pitch;
    int32_t note_ticks; /* current note length */
    int velocity;
    bool selecting, selecting_bars;
    int32_t select_start, select_end; /* ticks, equal = no selection */
    int select_low, select_high;      /* pitches, inclusive */
    bool step_entry, step_dotted, step_triplet, step_inserts;
    int step_near;    /* the pitch that the next note will be nearest to; may lie beyond MIDI */
    int32_t playhead; /* tick, -1 when stopped */
    bool playing, counting_in, metronome, count_in, looping;
    int32_t loop_start, loop_end;
    const char *title; /* UTF-8; "" = untitled */
    const char *file;  /* the name of the song's file, "" = it has none */
    const char *
        written; /* lines of ABC: the selected bars, or some from the cursor's on; null unless that is on the screen */
    bool modified;
    int song;            /* grows when another song is opened */
    const char *output;  /* device name */
    const char *engine;  /* "idle", "thinking", "no model" .. */
    const char *fit;     /* how the original is moved to fit the context: "D into F: +3"; "" = not at all */
    const char *take;    /* the name of the take that the recipe is, "" = none */
    const char *message; /* last message, "" = none */
    bool message_is_error;
    const char *question;        /* null, or a question that must be answered first: "Save changes?" */
    const char *answers;         /* letters, e.g. "ync"; Esc means the last */
    const char *const *messages; /* for the messages pane, newest last */
    int message_count;
    const Harmony *harmony; /* the chord row of the shown version; null = none */
    const Track *preview;   /* quantise preview shown in front, or null */
} View;

/* The voice in front of a version, and the time that it runs in. */
static inline const Track *view_track(const View *view, Version version) {
    return score_voice(view->score[version], view->voice);
}
static inline const Timeline *view_timeline(const View *view) {
    return view->score[view->version]->timeline;
}
static inline int view_division(const View *view) {
    return timeline_division(view_timeline(view));
}

#endif
