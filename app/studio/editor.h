/* Editor: the open song as eyes and hands have it: the session that keeps it, what the engine derived from it, which version is
 * on show, and where refusals are said. What works on notes, bars and settings takes an Editor and nothing else of the studio.
 *
 * An edit is editor_begin, change the draft, editor_commit or editor_cancel. The result can be edited too: the bars that an edit
 * has changed are kept as their notes (RECIPE_NOTES), what refers to them follows, and the original is not touched. UI thread. */
#ifndef REFRAIN_APP_STUDIO_EDITOR_H
#define REFRAIN_APP_STUDIO_EDITOR_H

#include "app/studio/derived.h"
#include "app/studio/messages.h"
#include "app/studio/mixer.h"
#include "app/studio/session.h"
#include "engine/music/harmony.h"
#include "midi_io/schedule.h"

/* A step of the mix waits for the answer that tells whether it is heard; see action_mix_on. */
typedef struct {
    int direction;     /* -1 to the original, 1 to the context; 0 = none waits */
    int tenths;        /* how long it is by now */
    uint64_t revision; /* of the session that has it */
    Track before;      /* the result's voice before it; owned */
} EditorMixStep;

typedef struct {
    Session session;
    Derived derived;
    Version version;                  /* seen, heard and edited */
    int opened;                       /* songs so far */
    int ghost;                        /* a Version dimly behind it, or -1 */
    Mixer mixer;                      /* which tracks are heard */
    Harmony harmony[DOCUMENT_SCORES]; /* of both scores, as they were at the last edit */
    Track *chords;                    /* counted; what is played of the shown one's, null = nothing */
    bool hears_chords;
    Messages *messages; /* borrowed */
    EditorMixStep mix_step;
    bool refused;      /* the last edit, with a word */
    bool edits_result; /* the draft is of the result, whose voice becomes this one: */
    Track result;
} Editor;

/* engine may be null: then nothing is derived. */
bool editor_init(Editor *editor, Engine *engine, Messages *messages, Error *err);
void editor_deinit(Editor *editor);
/* Another song: takes document and result on success; false with a message. modified as in session_open. */
bool editor_open(Editor *editor, Document *document, Score *result, bool modified);

const Document *editor_document(const Editor *editor);
const Score *editor_score(const Editor *editor); /* of the shown version */
const Track *editor_track(const Editor *editor); /* the voice of it that is edited; never null */
const Timeline *editor_timeline(const Editor *editor);
void editor_show(Editor *editor, Version version);
const char *editor_version_name(Version version); /* "original", "context" .. */
/* Why a version has no notes, as a sentence. */
const char *editor_why_empty(const Editor *editor, Version version);
/* Is the engine still at the document as it is? Then what is saved or taken over now would be another thing in a moment. */
bool editor_waits(const Editor *editor);

/* A draft of the shown voice to edit; null with a message where it cannot be edited. */
Track *editor_begin(Editor *editor, const char *name);
/* The same where bars are to come and go, which the result has as its structure has them. */
Track *editor_begin_bars(Editor *editor, const char *name);
/* The score that is edited: the shown one, or the original where the shown one is derived and only settings are. */
DocumentScore editor_edited(const Editor *editor);
/* The score whose key, tempo, meter and instrument the shown version has: what is derived has those of what it is made of. */
DocumentScore editor_settings(const Editor *editor);
Key editor_key(const Editor *editor); /* of the shown version */
/* The score whose other tracks the shown version is played with, as its `with` in schedule.h; null = it stands alone. */
const Score *editor_accompaniment(const Editor *editor);
const Harmony *editor_harmony(const Editor *editor); /* the chord row of the shown version */
/* Reads the chord rows anew, after an edit, and what is played of them; another version has another row. */
void editor_follow_chords(Editor *editor, bool edited);
ScheduleMusic editor_music(const Editor *editor); /* what is heard of the shown version */
int32_t editor_end(const Editor *editor);         /* tick where that ends, 0 = there is nothing */
/* A draft of the whole document. */
Document *editor_begin_document(Editor *editor, const char *name);
/* Keeps the draft. True when something changed; otherwise nothing is said unless memory was short. */
bool editor_commit(Editor *editor);
bool editor_refused(const Editor *editor); /* has it been said why the last edit could not be kept? */
void editor_cancel(Editor *editor);        /* drops the draft */
/* Drops it for a reason, which is said. */
void editor_refuse(Editor *editor, const Error *err);

/* Says so where more than one note sounds at a tick. */
void editor_tell_chord(Editor *editor, int32_t tick);

/* Step entry has its place between two notes. The note before it, which Up and Down correct: its index, -1 = none .. */
int editor_entered(const Editor *editor);
/* .. and the pitch that the next note will be the nearest to: that one, or at the beginning the middle of the cursor's octave. */
int editor_entry_near(const Editor *editor);

/* The engine bars (first, count) that latent commands work on: the selected ones where select is set and there is a
 * selection, else the cursor's. Clipped to the recipe; count 0 when there are none. */
void editor_bars(const Editor *editor, bool selected, int *first, int *count);

#endif
