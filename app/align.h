/* Align: how far to move a donor melody before its bars are poured into another one.
 *
 * Key alignment belongs to the program, not to the model: the model sees the moved melody, and whoever moved
 * it says so. */
#ifndef REFRAIN_APP_ALIGN_H
#define REFRAIN_APP_ALIGN_H

#include "engine/melody.h"

typedef enum {
    ALIGN_NONE,
    ALIGN_KEY,      /* tonic onto tonic (relative major where the modes differ), -6..+5 semitones */
    ALIGN_REGISTER, /* by octaves, so that the middles of the two ranges come closest */
    ALIGN_MODES,
} AlignMode;

const char *align_name(AlignMode mode); /* "none", "key", "register" */
/* The mode of that name, or ALIGN_MODES. */
AlignMode align_parse(const char *name);
/* Semitones to add to the donor's notes; 0 when either melody is empty. */
int align_semitones(AlignMode mode, const Melody *donor, const Melody *host);

#endif
